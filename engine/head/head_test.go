package head

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/model"
)

// fixture is what tools/train/golden.py wrote: an encoder of random weights with a
// reader behind it.
func fixture(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/heads.gguf")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func load(t *testing.T, b []byte) (Heads, error) {
	t.Helper()
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := model.Load(f, bytes.NewReader(b), model.Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	return Load(f, bytes.NewReader(b), encoder)
}

// The golden is what PyTorch makes of the same pairs.
func TestHeadsSayWhatPyTorchSays(t *testing.T) {
	b, err := os.ReadFile("testdata/heads.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Claim    []int32
		Evidence []int32
		Pair     []int32
		From, To int
		Span     [2]int
		Score    float64
		Verdict  []float64
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	h, err := load(t, fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	near := func(got float32, want float64) bool {
		return math.Abs(float64(got)-want) <= 2e-3*max(1, math.Abs(want))
	}
	for i, c := range cases {
		pair := Pair{c.Pair, c.From, c.To}
		spans, err := h.Spans(pair)
		if err != nil {
			t.Fatal(err)
		}
		if s := spans[0]; [2]int{s.From, s.To} != c.Span || !near(s.Score, c.Score) {
			t.Errorf("case %d: read %+v, want %v with %f", i, s, c.Span, c.Score)
		}
		for j, a := range spans {
			for _, b := range spans[:j] {
				if a.From < b.To && b.From < a.To || a.Score > b.Score {
					t.Errorf("case %d: %+v beside %+v", i, a, b)
				}
			}
		}
		v, err := h.Verify(c.Evidence, c.Claim)
		if err != nil {
			t.Fatal(err)
		}
		for j, p := range v {
			if !near(p, c.Verdict[j]) {
				t.Errorf("case %d: verified %v, want %v", i, v, c.Verdict)
				break
			}
		}
	}
}

// A file whose second part is cut off, or is none, is refused.
func TestDamagedHeadsAreRefused(t *testing.T) {
	b := fixture(t)
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	at, _ := f.Int(key)
	other := bytes.Clone(b)
	copy(other[at:], "none")
	for name, damaged := range map[string][]byte{"cut": b[:at+100], "other": other} {
		if _, err := load(t, damaged); !errors.Is(err, gguf.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}

// A shard of an encoder has not all tokens, and no heads.
func TestShardsHaveNoHeads(t *testing.T) {
	b := fixture(t)
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := model.Load(f, bytes.NewReader(b), model.Options{Shard: &model.Shard{Index: 0, Count: 2}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := Load(f, bytes.NewReader(b), encoder)
	if err != nil || h.Reads() || h.Verifies() {
		t.Errorf("%v, reads %v, verifies %v", err, h.Reads(), h.Verifies())
	}
}

// A damaged encoder's states may be no numbers; a place in the text they are not
// either.
func TestNothingIsReadFromNoNumbers(t *testing.T) {
	h, err := load(t, fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	h.span.bias[0] = float32(math.NaN())
	if spans, err := h.Spans(Pair{[]int32{0, 5, 2, 2, 6, 7, 2}, 4, 6}); err != nil || len(spans) > 0 {
		t.Errorf("read %+v, %v, want nothing", spans, err)
	}
}
