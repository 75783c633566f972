// Package sample chooses the next token from a model's logits.
package sample

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ondol-rag/ondol/engine"
)

// Sampler applies, in llama.cpp's order, repetition penalty, top-k, top-p, min-p
// and temperature, then draws. It is deterministic for a seed.
type Sampler struct {
	o      engine.Options
	random *rand.Rand
	recent []int32 // the tokens that the penalty looks back on, a ring if bounded
	at     int
	kept   []candidate // scratch
}

// candidate is a token and its logit, later its probability.
type candidate struct {
	id int32
	p  float64
}

// New returns a sampler.
func New(o engine.Options) *Sampler {
	return &Sampler{o: o, random: rand.New(rand.NewPCG(o.Seed, 0x9E3779B97F4A7C15))}
}

// Accept tells the sampler of a token that is now part of the text.
func (s *Sampler) Accept(id int32) {
	n := s.o.RepeatLastN
	if s.o.RepeatPenalty == 1 || n == 0 {
		return
	}
	if n < 0 || len(s.recent) < n {
		s.recent = append(s.recent, id)
		return
	}
	s.recent[s.at] = id
	s.at = (s.at + 1) % n
}

// Sample returns a token. It leaves logits, which are never empty, as they are;
// ties go to the smaller token.
func (s *Sampler) Sample(logits []float32) int32 {
	if s.o.Temperature == 0 && len(s.recent) == 0 {
		return greedy(logits)
	}
	c := s.kept[:0]
	for id, l := range logits {
		c = append(c, candidate{int32(id), float64(l)})
	}
	s.kept = c
	s.penalize(c)
	if s.o.Temperature == 0 {
		return slices.MinFunc(c, better).id
	}
	if k := s.o.TopK; k > 0 && k < len(c) {
		c = best(c, k)
	}
	slices.SortFunc(c, better)
	c = s.cut(c)
	for i := range c {
		c[i].p /= float64(s.o.Temperature)
	}
	sum := softmax(c)
	r := s.random.Float64() * sum
	for _, x := range c {
		if r -= x.p; r < 0 {
			return x.id
		}
	}
	return c[len(c)-1].id
}

func greedy(logits []float32) int32 {
	top := 0
	for i, l := range logits {
		if l > logits[top] {
			top = i
		}
	}
	return int32(top)
}

// better orders candidates by logit, then by token.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.id, b.id))
}

// penalize divides positive and multiplies negative logits of recent tokens, each
// once (Keskar et al., CTRL, 2019).
func (s *Sampler) penalize(c []candidate) {
	for i, id := range s.recent {
		if int(id) >= len(c) || slices.Contains(s.recent[:i], id) {
			continue
		}
		if x := &c[id]; x.p > 0 {
			x.p /= float64(s.o.RepeatPenalty)
		} else {
			x.p *= float64(s.o.RepeatPenalty)
		}
	}
}

// best moves the k best candidates to the front and returns them, by selection
// rather than by sorting the vocabulary.
func best(c []candidate, k int) []candidate {
	for low, high := 0, len(c)-1; low < high; {
		pivot := c[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for better(c[i], pivot) < 0 {
				i++
			}
			for better(pivot, c[j]) < 0 {
				j--
			}
			if i <= j {
				c[i], c[j] = c[j], c[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return c[:k]
		}
	}
	return c[:k]
}

// cut applies top-p (Holtzman et al., 2019) and min-p (Nguyen et al., 2024) to
// sorted candidates; at least one stays.
func (s *Sampler) cut(c []candidate) []candidate {
	if s.o.TopP < 1 {
		highest, sum := c[0].p, 0.0
		for _, x := range c {
			sum += math.Exp(x.p - highest)
		}
		reached := 0.0
		for i, x := range c {
			if reached += math.Exp(x.p-highest) / sum; reached >= float64(s.o.TopP) {
				c = c[:i+1]
				break
			}
		}
	}
	if s.o.MinP > 0 {
		least := c[0].p + math.Log(float64(s.o.MinP))
		if i := slices.IndexFunc(c, func(x candidate) bool { return x.p < least }); i > 0 {
			c = c[:i]
		}
	}
	return c
}

// softmax turns logits into weights, not normalized, and returns their sum.
func softmax(c []candidate) (sum float64) {
	highest := c[0].p
	for i := range c {
		c[i].p = math.Exp(c[i].p - highest)
		sum += c[i].p
	}
	return sum
}
