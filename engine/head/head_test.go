package head

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
)

// golden is what tools/train/golden.py wrote: random weights, and what PyTorch
// makes of random states with them.
type golden struct {
	Dim   int
	Cases []struct {
		A, B     []float32
		From, To int
		Score    float64
		Verdict  []float64
	}
}

func load(t *testing.T, b []byte, dim int) (Heads, error) {
	t.Helper()
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return Load(f, bytes.NewReader(b), dim)
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHeadsSayWhatPyTorchSays(t *testing.T) {
	var g golden
	if err := json.Unmarshal(read(t, "heads.json"), &g); err != nil {
		t.Fatal(err)
	}
	h, err := load(t, read(t, "heads.gguf"), g.Dim)
	if err != nil {
		t.Fatal(err)
	}
	near := func(got float32, want float64) bool {
		return math.Abs(float64(got)-want) <= 1e-3*max(1, math.Abs(want))
	}
	for i, c := range g.Cases {
		if s := h.Reader.Read(c.A, c.B); s.From != c.From || s.To != c.To || !near(s.Score, c.Score) {
			t.Errorf("case %d: read %+v, want %d to %d with %f", i, s, c.From, c.To, c.Score)
		}
		v := h.Verifier.Verify(c.B, c.A)
		for j, p := range v {
			if !near(p, c.Verdict[j]) {
				t.Errorf("case %d: verified %v, want %v", i, v, c.Verdict)
				break
			}
		}
	}
}

func TestHeadsOfAnotherSizeAreRefused(t *testing.T) {
	if _, err := load(t, read(t, "heads.gguf"), 64); !errors.Is(err, gguf.ErrFormat) {
		t.Errorf("%v, want ErrFormat", err)
	}
}

// A damaged encoder's states may be no numbers; a place in the text they are not
// either.
func TestNothingIsReadFromNoNumbers(t *testing.T) {
	var g golden
	if err := json.Unmarshal(read(t, "heads.json"), &g); err != nil {
		t.Fatal(err)
	}
	h, err := load(t, read(t, "heads.gguf"), g.Dim)
	if err != nil {
		t.Fatal(err)
	}
	states := make([]float32, 3*g.Dim)
	for i := range states {
		states[i] = float32(math.NaN())
	}
	if s := h.Reader.Read(states, states); s != (Span{}) {
		t.Errorf("read %+v, want nothing", s)
	}
}
