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
		// The entropy is 0.946 nats: surprises lie 1.50, 0.51, 0.49 and 2.49 from it.
		"typical":            {func(o *engine.Options) { o.TypicalP = 0.2 }, []int32{2}},
		"typical of two":     {func(o *engine.Options) { o.TypicalP = 0.5 }, []int32{1, 2}},
		"top-n-sigma":        {func(o *engine.Options) { o.TopNSigma = 1 }, []int32{1, 2}}, // sigma is 1.118
		"xtc":                {func(o *engine.Options) { o.XTC = engine.XTC{Probability: 1, Threshold: 0.2} }, []int32{0, 2, 3}},
		"xtc of one":         {func(o *engine.Options) { o.XTC = engine.XTC{Probability: 1, Threshold: 0.4} }, []int32{0, 1, 2, 3}},
		"xtc and greedy":     {func(o *engine.Options) { o.XTC, o.Temperature = engine.XTC{Probability: 1, Threshold: 0.05}, 0 }, []int32{0}},
		"bias":               {func(o *engine.Options) { o.LogitBias = map[int32]float32{1: -1e30, 9: 1} }, []int32{0, 2, 3}},
		"mirostat 2":         {func(o *engine.Options) { o.Mirostat = engine.Mirostat{Version: 2, Tau: 0.5} }, []int32{1}},
		"mirostat 1":         {func(o *engine.Options) { o.Mirostat = engine.Mirostat{Version: 1, Tau: 0.01} }, []int32{1}},
		"no steady mirostat": {func(o *engine.Options) { o.Mirostat = engine.Mirostat{Version: 2, Tau: 5} }, []int32{0, 1, 2, 3}},
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
		whole := slices.Clone(c)
		if sort(whole, better); !slices.Equal(whole, sorted) {
			t.Fatalf("%d candidates are out of order", len(c))
		}
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

// With a range the temperature is low where the choice is clear, and high where it
// is not.
func TestDynamicTemperature(t *testing.T) {
	o := plain()
	o.Dynamic = engine.Dynamic{Range: 1, Exponent: 1}
	share := draws(o, []float32{3, 0}, 20000)
	p := 1 / (1 + math.Exp(-3.0))
	entropy := -(p*math.Log(p) + (1-p)*math.Log(1-p)) / math.Log(2)
	want := 1 / (1 + math.Exp(3/(2*entropy)))
	if math.Abs(share[1]-want) > 0.01 {
		t.Errorf("the less likely is drawn %.3f of the time, want %.3f", share[1], want)
	}
}

func TestFrequencyAndPresence(t *testing.T) {
	o := plain()
	o.Temperature, o.RepeatLastN, o.FrequencyPenalty, o.PresencePenalty = 0, 4, 0.5, 1
	s := New(o, nil)
	for _, id := range []int32{1, 0, 0, 2} {
		s.Accept(id)
	}
	c := s.candidates([]float32{5, 5, 5, 5})
	for id, want := range []float32{3, 3.5, 3.5, 5} {
		if c[id].logit != want {
			t.Errorf("token %d: logit %v, want %v", id, c[id].logit, want)
		}
	}
	s.Accept(3) // the 1 is forgotten
	if c := s.candidates([]float32{5, 5, 5, 5}); c[1].logit != 5 {
		t.Errorf("a token that fell out of the window costs %v", 5-c[1].logit)
	}
}

func TestDRY(t *testing.T) {
	o := plain()
	o.DRY = engine.DRY{Multiplier: 1, Base: 2, AllowedLength: 2, LastN: -1}
	for _, c := range []struct {
		name     string
		breakers Breakers
		text     []int32
		want     map[int32]float32 // what is taken off
	}{
		{"a repetition of three", nil, []int32{1, 2, 3, 4, 1, 2, 3}, map[int32]float32{4: 2}},
		{"of two, as allowed", nil, []int32{9, 2, 3, 4, 1, 2, 3}, map[int32]float32{4: 1}},
		{"of one", nil, []int32{9, 8, 3, 4, 1, 2, 3}, nil},
		{"overlapping", nil, []int32{5, 5, 5, 5, 5}, map[int32]float32{5: 4}},
		{"two that could follow", nil, []int32{1, 2, 3, 1, 2, 4, 1, 2}, map[int32]float32{3: 1, 4: 1}},
		{"broken", Breakers{2: {nil}}, []int32{1, 2, 3, 4, 1, 2, 3}, nil},
		{"broken by a sequence", Breakers{1: {{2}}}, []int32{1, 2, 3, 4, 1, 2, 3}, nil},
		{"broken before", Breakers{7: {nil}}, []int32{7, 1, 2, 3, 4, 7, 1, 2, 3}, map[int32]float32{4: 2}},
	} {
		s := New(o, nil)
		s.SetBreakers(c.breakers)
		for _, id := range c.text {
			s.Accept(id)
		}
		for id, x := range s.candidates(make([]float32, 10)) {
			if -x.logit != c.want[int32(id)] {
				t.Errorf("%s: token %d costs %v, want %v", c.name, id, -x.logit, c.want[int32(id)])
			}
		}
	}
}

// A constraint allows few tokens; the likeliest of them, or by their shares.
type only []int32

func (o only) Allows(id int32) bool        { return slices.Contains(o, id) }
func (o only) Allowed(ids []int32) []int32 { return append(ids, o...) }

func TestConstraint(t *testing.T) {
	logits := make([]float32, 1000)
	for i := range logits {
		logits[i] = float32(i)
	}
	for _, o := range []engine.Options{{Temperature: 0, RepeatPenalty: 1}, plain(), engine.DefaultOptions()} {
		s := New(o, only{3, 2})
		if id := s.Sample(logits); id != 3 && (o.Temperature == 0 || id != 2) {
			t.Errorf("token %d", id)
		}
		if id := New(o, only{}).Sample(logits); id != None {
			t.Errorf("none is allowed, but token %d is drawn", id)
		}
	}
}

func TestNumbers(t *testing.T) {
	for x := 1e-9; x < 1e9; x *= 1.37 {
		if got, want := log(x), math.Log(x); math.Abs(got-want) > 1e-11 {
			t.Fatalf("log(%v) = %v, want %v", x, got, want)
		}
		if got, want := pow(x, 1.5), math.Pow(x, 1.5); math.Abs(got-want) > 1e-8*want {
			t.Fatalf("pow(%v, 1.5) = %v, want %v", x, got, want)
		}
	}
}

// The likeliest is found wherever it is, and of equal ones the first.
func TestGreedyTakesTheFirstOfTheLikeliest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 3, 511, 512, 513, 5000} {
		for range 50 {
			logits := make([]float32, n)
			for i := range logits {
				logits[i] = float32(r.IntN(n/4+1)) - float32(n)
			}
			if got, want := greedy(logits), slices.Index(logits, slices.Max(logits)); int(got) != want {
				t.Fatalf("of %d logits %d is taken, not %d", n, got, want)
			}
		}
	}
	none := slices.Repeat([]float32{float32(math.Inf(-1))}, 600)
	if got := greedy(none); got != 0 {
		t.Errorf("%d of no likely token, not the first", got)
	}
}
