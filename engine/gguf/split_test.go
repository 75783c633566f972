package gguf

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

// part is one of a model of count parts, with a tensor of its own.
func part(t *testing.T, no, count, tensors int, name string) Part {
	t.Helper()
	data := make([]byte, 4*8)
	for i := range data {
		data[i] = byte(no)
	}
	keys := []KeyValue{{"split.no", uint16(no)}, {"split.count", uint16(count)}, {"split.tensors.count", int32(tensors)}, {"name", name}}
	var b bytes.Buffer
	if err := Write(&b, keys, []Tensor{{Name: name, Dims: []int{8}, Type: quant.F32, Data: data}}); err != nil {
		t.Fatal(err)
	}
	return Part{bytes.NewReader(b.Bytes()), int64(b.Len())}
}

func TestParts(t *testing.T) {
	a, b, c := part(t, 0, 3, 3, "a"), part(t, 1, 3, 3, "b"), part(t, 2, 3, 3, "c")
	f, r, err := ReadParts(c, a, b)
	if err != nil {
		t.Fatal(err)
	}
	if name, _ := f.String("name"); name != "a" || len(f.Tensors) != 3 || f.Size != a.Size+b.Size+c.Size {
		t.Errorf("metadata of %q, %d tensors, %d bytes", name, len(f.Tensors), f.Size)
	}
	for i, name := range []string{"a", "b", "c"} {
		x, ok := f.Tensor(name)
		if !ok {
			t.Fatalf("no tensor %s", name)
		}
		got := make([]byte, x.Bytes())
		if _, err := r.ReadAt(got, x.Offset); err != nil || !slices.Equal(got, bytes.Repeat([]byte{byte(i)}, len(got))) {
			t.Errorf("tensor %s: %v, %v", name, got, err)
		}
	}
	whole := make([]byte, f.Size)
	if n, err := r.ReadAt(whole, 0); n != len(whole) || err != nil {
		t.Errorf("%d bytes of all parts, %v", n, err)
	}
	if n, err := r.ReadAt(whole, 5); n != len(whole)-5 || err == nil {
		t.Errorf("%d bytes beyond the end, %v", n, err)
	}
}

func TestBadParts(t *testing.T) {
	for _, c := range []struct {
		parts []Part
		says  string
	}{
		{[]Part{part(t, 0, 2, 2, "a")}, "part 1 of a model of 2 files, and 1 were given"},
		{[]Part{part(t, 0, 2, 2, "a"), part(t, 0, 2, 2, "b")}, "part 1 of 2 was given twice"},
		{[]Part{part(t, 0, 2, 2, "a"), part(t, 1, 2, 2, "a")}, `part 2 of 2: not a sound GGUF file: tensor "a"`},
		{[]Part{part(t, 0, 2, 5, "a"), part(t, 1, 2, 5, "b")}, "2 tensors, but should have 5"},
		{[]Part{part(t, 7, 2, 2, "a"), part(t, 1, 2, 2, "b")}, "split.no is 7"},
		{[]Part{part(t, 0, 1, 1, "a"), part(t, 0, 1, 1, "b")}, "1 files, and 2 were given"},
	} {
		if _, _, err := ReadParts(c.parts...); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want it to say %q", err, c.says)
		}
	}
}
