package sample

import (
	"cmp"
	"math"
)

// topNSigma keeps those within so many standard deviations of the likeliest
// (Tang et al., Top-nσ, 2024).
func (s *Sampler) topNSigma(c []candidate) []candidate {
	if s.o.TopNSigma <= 0 || len(c) < 2 {
		return c
	}
	var sum, squares float64
	n := 0
	for _, x := range c {
		if !math.IsInf(float64(x.logit), -1) {
			sum += float64(x.logit)
			n++
		}
	}
	mean := sum / float64(max(n, 1))
	for _, x := range c {
		if d := float64(x.logit) - mean; !math.IsInf(d, -1) {
			squares += float64(d * d)
		}
	}
	least := highest(c) - float32(s.o.TopNSigma*float32(math.Sqrt(squares/float64(max(n, 1)))))
	return keep(c, func(x candidate) bool { return x.logit >= least })
}

// topK keeps the k likeliest, sorted.
func (s *Sampler) topK(c []candidate) []candidate {
	if s.o.TopK <= 0 || s.o.TopK >= len(c) {
		return c
	}
	return best(c, s.o.TopK)
}

// typical keeps those whose surprise is nearest to what is to be expected, up to
// the probability p together (Meister et al., Locally Typical Sampling, 2022).
func (s *Sampler) typical(c []candidate) []candidate {
	if s.o.TypicalP >= 1 {
		return c
	}
	e, surprise := s.surprises(c)
	off := func(x candidate) float64 { return math.Abs(surprise(x) - e.entropy) }
	sort(c, func(a, b candidate) int { return cmp.Or(cmp.Compare(off(a), off(b)), better(a, b)) })
	reached := float32(0)
	for i, x := range c {
		if reached += x.p; reached > s.o.TypicalP*e.sum {
			return c[:i+1]
		}
	}
	return c
}

// topP keeps the fewest of the likeliest that have the probability p together
// (Holtzman et al., The Curious Case of Neural Text Degeneration, 2019).
func (s *Sampler) topP(c []candidate) []candidate {
	if s.o.TopP >= 1 {
		return c
	}
	sum := softmax(c)
	// Mostly a few are enough: sort no more than needed.
	for n := 64; ; n *= 4 {
		n = min(n, len(c))
		top := best(c, n)
		reached := float32(0)
		for i, x := range top {
			if reached += x.p; reached >= s.o.TopP*sum {
				return top[:i+1]
			}
		}
		if n == len(c) {
			return top
		}
	}
}

// minP keeps those that are at least p times as likely as the likeliest (Nguyen
// et al., Turning Up the Heat, 2024).
func (s *Sampler) minP(c []candidate) []candidate {
	if s.o.MinP <= 0 {
		return c
	}
	highest := highest(c)
	return keep(c, func(x candidate) bool { return x.logit == highest || exp(x.logit-highest) >= s.o.MinP })
}

// xtc takes out the likeliest, all but the least likely of those above the
// threshold, with its probability.
func (s *Sampler) xtc(c []candidate) []candidate {
	o := s.o.XTC
	if o.Probability <= 0 || o.Threshold > 0.5 || len(c) < 2 || s.random.float() > o.Probability {
		return c
	}
	sum := softmax(c)
	likely, last := 0, -1
	for i, x := range c {
		if x.p >= o.Threshold*sum {
			if likely++; last < 0 || better(x, c[last]) > 0 {
				last = i
			}
		}
	}
	if likely < 2 {
		return c
	}
	least := c[last]
	return keep(c, func(x candidate) bool { return x.p < o.Threshold*sum || x == least })
}

// keep keeps those that a test passes, in their order.
func keep(c []candidate, test func(candidate) bool) []candidate {
	n := 0
	for _, x := range c {
		if test(x) {
			c[n] = x
			n++
		}
	}
	return c[:n]
}

func highest(c []candidate) float32 {
	top := float32(math.Inf(-1))
	for _, x := range c {
		top = max(top, x.logit)
	}
	return top
}

// softmax sets each p, relative to the likeliest, and returns their sum.
func softmax(c []candidate) (sum float32) {
	highest := highest(c)
	for i := range c {
		c[i].p = exp(c[i].logit - highest)
		sum += c[i].p
	}
	return sum
}
