package sample

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
)

func draws(o engine.Options, logits []float32, n int) map[int32]float64 {
	s := New(o, nil)
	share := map[int32]float64{}
	for range n {
		share[s.Sample(logits)] += 1 / float64(n)
	}
	return share
}

func plain() engine.Options {
	return engine.Options{Temperature: 1, TopP: 1, TypicalP: 1, RepeatPenalty: 1, Seed: 3}
}

func TestShares(t *testing.T) {
	logits := []float32{0, 2, 1, -1}
	var want [4]float64
	var sum float64
	for i, l := range logits {
		want[i] = math.Exp(float64(l))
		sum += want[i]
	}
	for id, share := range draws(plain(), logits, 20000) {
		if math.Abs(share-want[id]/sum) > 0.02 {
			t.Errorf("token %d is drawn %.3f of the time, want %.3f", id, share, want[id]/sum)
		}
	}
}

func TestCuts(t *testing.T) {
	logits := []float32{0, 2, 1, -1} // probabilities 0.086, 0.644, 0.237, 0.032
	for name, c := range map[string]struct {
		change func(*engine.Options)
		want   []int32
	}{
		"greedy":       {func(o *engine.Options) { o.Temperature = 0 }, []int32{1}},
		"top-k":        {func(o *engine.Options) { o.TopK = 2 }, []int32{1, 2}},
		"top-p":        {func(o *engine.Options) { o.TopP = 0.7 }, []int32{1, 2}},
		"top-p of all": {func(o *engine.Options) { o.TopP = 0.64 }, []int32{1}},
		"min-p":        {func(o *engine.Options) { o.MinP = 0.1 }, []int32{0, 1, 2}},
	} {
		o := plain()
		c.change(&o)
		var got []int32
		for id := range draws(o, logits, 3000) {
			got = append(got, id)
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: tokens %v, want %v", name, got, c.want)
		}
	}
}

func TestPenalty(t *testing.T) {
	o := plain()
	o.Temperature, o.RepeatPenalty, o.RepeatLastN = 0, 2, 2
	s := New(o, nil)
	logits := []float32{-1, 3, 2, 1.4}
	var got []int32
	for range 4 {
		id := s.Sample(logits)
		s.Accept(id)
		got = append(got, id)
	}
	if want := []int32{1, 2, 1, 2}; slices.Equal(got, want) {
		t.Errorf("tokens %v: the penalty should bring in the third", got)
	}
	if !slices.Equal(logits, []float32{-1, 3, 2, 1.4}) {
		t.Errorf("the caller's logits changed: %v", logits)
	}
}

func TestBestIsWhatSortingGives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		c := make([]candidate, 1+r.IntN(300))
		for i := range c {
			c[i] = candidate{id: int32(i), logit: float32(r.IntN(20))}
		}
		k := 1 + r.IntN(len(c))
		sorted := slices.Clone(c)
		slices.SortFunc(sorted, better)
		got := best(c, k)
		if !slices.Equal(got, sorted[:k]) {
			t.Fatalf("%d of %d differ", k, len(c))
		}
	}
}

func TestStop(t *testing.T) {
	for _, c := range []struct {
		stops []string
		in    []string
		want  string
		ended bool
	}{
		{nil, []string{"a", "b"}, "ab", false},
		{[]string{"END"}, []string{"one E", "ND two"}, "one ", true},
		{[]string{"END"}, []string{"E", "N", "X"}, "ENX", false},
		{[]string{"\n\n", "질문:"}, []string{"답이다\n", "\n더"}, "답이다", true},
		{[]string{"abc", "b"}, []string{"xabc"}, "x", true},
	} {
		s := NewStop(c.stops)
		var got strings.Builder
		ended := false
		for _, text := range c.in {
			emit, stopped := s.Next(text)
			got.WriteString(emit)
			if ended = stopped; stopped {
				break
			}
		}
		if !ended {
			got.WriteString(s.Flush())
		}
		if got.String() != c.want || ended != c.ended {
			t.Errorf("%q through %q: %q, %v; want %q, %v", c.in, c.stops, got.String(), ended, c.want, c.ended)
		}
	}
}

func TestExp(t *testing.T) {
	for x := float32(0); x > -86; x -= 0.013 {
		want := math.Exp(float64(x))
		if got := float64(exp(x)); math.Abs(got-want) > want*1.2e-7 {
			t.Fatalf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if exp(float32(math.Inf(-1))) != 0 || exp(float32(math.NaN())) != 0 {
		t.Error("what has no logit has a probability")
	}
}

// These tokens are the same on every platform: the test runs natively and as
// wasm.
func TestSeed(t *testing.T) {
	logits := make([]float32, 1000)
	for i := range logits {
		logits[i] = float32(i*7919%1000) / 150
	}
	o := engine.DefaultOptions()
	o.RepeatPenalty, o.TopK = 1.1, 0
	s := New(o, nil)
	var got []int32
	for range 8 {
		id := s.Sample(logits)
		s.Accept(id)
		got = append(got, id)
	}
	if want := []int32{568, 743, 964, 445, 446, 766, 878, 521}; !slices.Equal(got, want) {
		t.Errorf("tokens %v, want %v", got, want)
	}
}

// Logits that are not numbers, or infinite, still give a token.
func TestOddLogits(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, logits := range [][]float32{{nan}, {nan, nan, nan}, {inf, inf}, {-inf, -inf}, {1, nan, inf}, {-inf, 3}} {
		for _, temperature := range []float32{0, 0.8} {
			o := engine.DefaultOptions()
			o.Temperature = temperature
			s := New(o, nil)
			s.Accept(0)
			if id := s.Sample(logits); id < 0 || int(id) >= len(logits) {
				t.Errorf("%v at temperature %v: token %d", logits, temperature, id)
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	logits := make([]float32, 5000)
	for i := range logits {
		logits[i] = float32(i * 7919 % 5000)
	}
	o := engine.DefaultOptions()
	o.RepeatPenalty = 1.1
	s := New(o, nil)
	for id := range int32(200) {
		s.Accept(id % 80)
	}
	s.Sample(logits)
	if n := testing.AllocsPerRun(100, func() { s.Accept(s.Sample(logits) % 80) }); n > 0 {
		t.Errorf("%v allocations per token", n)
	}
}

func BenchmarkSample(b *testing.B) {
	logits := make([]float32, 50000)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range logits {
		logits[i] = float32(r.NormFloat64()) * 3
	}
	s := New(engine.DefaultOptions(), nil)
	b.ReportAllocs()
	for b.Loop() {
		s.Sample(logits)
	}
}
