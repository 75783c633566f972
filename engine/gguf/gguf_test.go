package gguf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

func encode(t testing.TB, kvs []KeyValue, tensors []Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, kvs, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(b []byte) (*File, error) { return Read(bytes.NewReader(b), int64(len(b))) }

var sample = []KeyValue{
	{"general.architecture", "llama"},
	{"u8", uint8(200)}, {"i8", int8(-100)}, {"u16", uint16(60000)}, {"i16", int16(-30000)},
	{"u32", uint32(4e9)}, {"i32", int32(-2e9)}, {"u64", uint64(1 << 63)}, {"i64", int64(-1 << 62)},
	{"f32", float32(1.5)}, {"f64", 2.25}, {"yes", true}, {"no", false}, {"empty", ""},
	{"strings", []string{"온돌", "", "a"}}, {"none", []string{}},
	{"f32s", []float32{1, -2}}, {"i32s", []int32{-1, 1 << 30}}, {"u8s", []uint8{1, 2}}, {"bools", []bool{true, false}},
	{"u64s", []uint64{1, 1 << 60}}, {"long", make([]float32, 100_000)},
}

func sampleTensors() []Tensor {
	return []Tensor{
		{"a", []int{3}, quant.F32, make([]byte, 12)},
		{"b", []int{64, 2}, quant.Q8_0, bytes.Repeat([]byte{7}, 4*34)},
		{"c", []int{2, 3, 1, 1}, quant.F16, make([]byte, 12)},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, alignment := range []int{0, 8, 4096} {
		kvs := sample
		if alignment > 0 {
			kvs = append(kvs[:len(kvs):len(kvs)], KeyValue{"general.alignment", uint32(alignment)})
		}
		b := encode(t, kvs, sampleTensors())
		f, err := decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(f.KeyValues, kvs) {
			t.Errorf("alignment %d: metadata changed", alignment)
		}
		for i, want := range sampleTensors() {
			got := f.Tensors[i]
			if got.Name != want.Name || !reflect.DeepEqual(got.Dims, want.Dims) || got.Type != want.Type {
				t.Errorf("tensor %v, want %v", got, want)
			}
			if !bytes.Equal(b[got.Offset:][:got.Bytes()], want.Data) {
				t.Errorf("tensor %s: other data", got.Name)
			}
		}
		if _, ok := f.Tensor("d"); ok {
			t.Error("a tensor that is not there")
		}
	}
}

func TestGetters(t *testing.T) {
	f, err := decode(encode(t, sample, nil))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int64{"u8": 200, "i8": -100, "u16": 60000, "i16": -30000, "u32": 4e9, "i32": -2e9, "i64": -1 << 62} {
		if v, ok := f.Int(key); !ok || v != want {
			t.Errorf("Int(%s) = %d %v", key, v, ok)
		}
	}
	for _, key := range []string{"u64", "f32", "yes", "absent", "i32s"} {
		if v, ok := f.Int(key); ok {
			t.Errorf("Int(%s) = %d", key, v)
		}
	}
	if v, ok := f.Float("f32"); !ok || v != 1.5 {
		t.Error("Float", v, ok)
	}
	if v, ok := f.Float("f64"); !ok || v != 2.25 {
		t.Error("Float", v, ok)
	}
	if _, ok := f.Float("u8"); ok {
		t.Error("an integer as a float")
	}
	if v, ok := f.Bool("no"); v || !ok {
		t.Error("Bool", v, ok)
	}
	if v, ok := f.String("empty"); v != "" || !ok {
		t.Error("String", v, ok)
	}
	if _, ok := f.String("absent"); ok {
		t.Error("an absent string")
	}
	if v, ok := f.Strings("strings"); !ok || v[0] != "온돌" {
		t.Error("Strings", v, ok)
	}
}

// What Read would refuse is not written.
func TestWriteRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		keys    []KeyValue
		tensors []Tensor
	}{
		"alignment":  {[]KeyValue{{"general.alignment", uint32(2 * maxAlign)}}, nil},
		"no value":   {[]KeyValue{{"a", nil}}, nil},
		"no weights": {nil, []Tensor{{"t", []int{0}, quant.F32, nil}}},
		"dimensions": {nil, []Tensor{{"t", []int{1, 1, 1, 1, 1}, quant.F32, make([]byte, 4)}}},
		"bytes":      {nil, []Tensor{{"t", []int{2}, quant.F32, make([]byte, 4)}}},
		"block":      {nil, []Tensor{{"t", []int{33}, quant.Q8_0, make([]byte, 34)}}},
	} {
		if err := Write(io.Discard, c.keys, c.tensors); err == nil {
			t.Errorf("%s: it was written", name)
		}
	}
}

// header writes what Write would refuse to.
type header struct{ bytes.Buffer }

func newHeader(version uint32, tensors, keys uint64) *header {
	h := &header{}
	h.WriteString(magic)
	return h.u32(version).u64(tensors).u64(keys)
}
func (h *header) u32(v uint32) *header { h.Write(le.AppendUint32(nil, v)); return h }
func (h *header) u64(v uint64) *header { h.Write(le.AppendUint64(nil, v)); return h }
func (h *header) str(s string) *header { h.u64(uint64(len(s))).WriteString(s); return h }
func (h *header) tensor(name string, typ uint32, offset uint64, dims ...uint64) *header {
	h.str(name).u32(uint32(len(dims)))
	for _, d := range dims {
		h.u64(d)
	}
	return h.u32(typ).u64(offset)
}
func (h *header) data(n int) []byte {
	for h.Len()%32 != 0 {
		h.WriteByte(0)
	}
	return append(h.Bytes(), make([]byte, n)...)
}

func TestBadFiles(t *testing.T) {
	huge := uint64(1) << 62
	for _, c := range []struct {
		name string
		file []byte
		is   error
		says string
	}{
		{"empty", nil, ErrFormat, "cut off"},
		{"html", []byte("<!DOCTYPE html><html></html>"), ErrFormat, `"<!DO"`},
		{"version 1", newHeader(1, 0, 0).data(0), quant.ErrUnsupported, "version 1"},
		{"big endian", newHeader(3<<24, 0, 0).data(0), quant.ErrUnsupported, "big-endian"},
		{"version 9", newHeader(9, 0, 0).data(0), ErrFormat, "version 9"},
		{"many tensors", newHeader(3, huge, 0).data(0), ErrFormat, "4611686018427387904 tensors"},
		{"many keys", newHeader(3, 0, huge).data(0), ErrFormat, "metadata entries"},
		{"more keys than bytes", newHeader(3, 0, 9).data(64), ErrFormat, "9 metadata entries"},
		{"long key", newHeader(3, 0, 1).u64(huge).data(64), ErrFormat, "string of 4611686018427387904 bytes"},
		{"key over the end", newHeader(3, 0, 1).u64(1000).data(64), ErrFormat, "1000 bytes wanted"},
		{"empty key", newHeader(3, 0, 1).str("").u32(0).data(64), ErrFormat, "empty key"},
		{"key twice", append(newHeader(3, 0, 2).str("key").u32(4).u32(1).str("key").u32(4).u32(1).Bytes(), 0), ErrFormat, `key "key" at byte`},
		{"value type", newHeader(3, 0, 1).str("k").u32(13).data(64), ErrFormat, "value type 13"},
		{"nested array", newHeader(3, 0, 1).str("k").u32(typeArray).u32(typeArray).u64(1).data(64), ErrFormat, "array of value type 9"},
		{"long array", newHeader(3, 0, 1).str("k").u32(typeArray).u32(typeUint64).u64(1 << 20).data(64), ErrFormat, "1048576 array elements"},
		{"many strings", newHeader(3, 0, 1).str("k").u32(typeArray).u32(typeString).u64(huge).data(64), ErrFormat, "strings"},
		{"string over the end", newHeader(3, 0, 1).str("k").u32(typeArray).u32(typeString).u64(1).u64(999).data(64), ErrFormat, "999 bytes wanted"},
		{"long string", newHeader(3, 0, 1).str("k").u32(typeArray).u32(typeString).u64(1).u64(huge).data(64), ErrFormat, "string 0 has 4611686018427387904"},
		{"alignment 3", newHeader(3, 0, 1).str("general.alignment").u32(typeUint32).u32(3).data(0), ErrFormat, "general.alignment is 3"},
		{"alignment 0", newHeader(3, 0, 1).str("general.alignment").u32(typeUint32).u32(0).data(0), ErrFormat, "general.alignment is 0"},
		{"alignment text", newHeader(3, 0, 1).str("general.alignment").u32(typeString).str("32").data(0), ErrFormat, "general.alignment is 32"},
		{"no dimension", newHeader(3, 1, 0).tensor("t", 0, 0).data(64), ErrFormat, "0 dimensions"},
		{"5 dimensions", newHeader(3, 1, 0).tensor("t", 0, 0, 1, 1, 1, 1, 1).data(64), ErrFormat, "5 dimensions"},
		{"zero dimension", newHeader(3, 1, 0).tensor("t", 0, 0, 4, 0).data(64), ErrFormat, "dimension 1 is 0"},
		{"huge dimension", newHeader(3, 1, 0).tensor("t", 0, 0, huge).data(64), ErrFormat, "dimension 0 is 4611686018427387904"},
		{"overflowing dimensions", newHeader(3, 1, 0).tensor("t", 0, 0, 256, 256, 1<<62, 4).data(1 << 17), ErrFormat, "dimension 2"},
		{"tensor type", newHeader(3, 1, 0).tensor("t", 77, 0, 32).data(64), quant.ErrUnsupported, "block format 77"},
		{"part of a block", newHeader(3, 1, 0).tensor("t", 8, 0, 33).data(64), ErrFormat, "rows of 33 weights"},
		{"unaligned", newHeader(3, 1, 0).tensor("t", 0, 8, 4).data(64), ErrFormat, "offset 8 is no multiple"},
		{"offset over the end", newHeader(3, 1, 0).tensor("t", 0, 1<<40, 4).data(64), ErrFormat, "offset 1099511627776"},
		{"data over the end", newHeader(3, 1, 0).tensor("t", 0, 32, 16).data(64), ErrFormat, "reach beyond"},
		{"overlap", newHeader(3, 2, 0).tensor("t", 0, 0, 16).tensor("u", 0, 32, 4).data(64), ErrFormat, `"t" (64 bytes`},
		{"tensor twice", newHeader(3, 2, 0).tensor("t", 0, 0, 4).tensor("t", 0, 32, 4).data(64), ErrFormat, `tensor "t" at byte`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(c.file)
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want it to say %q", err, c.says)
			}
		})
	}
}

func TestTruncated(t *testing.T) {
	b := encode(t, sample[:len(sample)-1], sampleTensors())
	for n := range len(b) - 20 { // what follows is padding
		if _, err := decode(b[:n]); !errors.Is(err, ErrFormat) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
	}
}

// reader counts what is read.
type reader struct {
	io.ReaderAt
	n int
}

func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, off)
	r.n += n
	return n, err
}

func TestReadsTheHeaderAlone(t *testing.T) {
	b := encode(t, sample[:3], []Tensor{{"t", []int{1 << 20}, quant.F32, make([]byte, 4<<20)}})
	r := &reader{ReaderAt: bytes.NewReader(b)}
	if _, err := Read(r, int64(len(b))); err != nil {
		t.Fatal(err)
	}
	if r.n > 64<<10 {
		t.Errorf("%d bytes were read", r.n)
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := Read(failing{broken}, 100)
	if !errors.Is(err, broken) || errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

func TestVocabularies(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/models/*/*.gguf")
	if len(files) == 0 {
		t.Skip("no ../shared/models beside the repository")
	}
	for _, path := range files {
		r, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		info, _ := r.Stat()
		f, err := Read(r, info.Size())
		if err != nil && !errors.Is(err, quant.ErrUnsupported) {
			t.Errorf("%s: %v", path, err)
		} else if err == nil {
			if tokens, ok := f.Strings("tokenizer.ggml.tokens"); !ok || len(tokens) < 500 {
				t.Errorf("%s: %d tokens", path, len(tokens))
			}
		}
	}
}

func BenchmarkVocabulary(b *testing.B) {
	tokens := make([]string, 150_000)
	for i := range tokens {
		tokens[i] = fmt.Sprintf("token%d", i)
	}
	file := encode(b, []KeyValue{{"tokenizer.ggml.tokens", tokens}}, nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := decode(file); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encode(f, sample[:16], sampleTensors()))
	f.Add(newHeader(3, 1, 0).tensor("t", 8, 0, 32, 2).data(96))
	f.Add(newHeader(2, 0, 1).str("k").u32(typeArray).u32(typeString).u64(2).str("a").str("b").data(0))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, quant.ErrUnsupported) {
				t.Fatalf("unclassified: %v", err)
			}
			return
		}
		for _, tensor := range file.Tensors {
			if tensor.Offset < 0 || tensor.Bytes() <= 0 || tensor.Offset+tensor.Bytes() > int64(len(b)) {
				t.Fatalf("%+v in %d bytes", tensor, len(b))
			}
		}
	})
}
