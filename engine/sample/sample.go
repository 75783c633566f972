// Package sample chooses the next token from a model's logits.
//
// The steps are llama.cpp's, in its order. All arithmetic is written so that no
// compiler may fuse it and no platform has its own version of it: a seed gives
// the same tokens natively and as wasm.
package sample

import (
	"math"

	"github.com/ondol-rag/ondol/engine"
)

// Sampler draws tokens. It is deterministic for a seed, and serves one text.
type Sampler struct {
	o      engine.Options
	random random
	recent history
	c      []candidate // scratch
}

// candidate is a token that may be drawn.
type candidate struct {
	logit float32
	id    int32
	p     float32 // after softmax
}

// New returns a sampler.
func New(o engine.Options) *Sampler {
	return &Sampler{o: o, random: random(o.Seed), recent: history{last: o.RepeatLastN}}
}

// Accept tells the sampler of a token that is now part of the text, prompt
// included.
func (s *Sampler) Accept(id int32) {
	if s.o.RepeatPenalty != 1 {
		s.recent.add(id)
	}
}

// Sample returns a token. It leaves logits, which are never empty, as they are.
// Of equal ones the smaller token comes first.
func (s *Sampler) Sample(logits []float32) int32 {
	if s.o.Temperature <= 0 && s.recent.len() == 0 {
		return greedy(logits)
	}
	if cap(s.c) < len(logits) {
		s.c = make([]candidate, len(logits))
	}
	c := s.c[:len(logits)]
	for id, l := range logits {
		if l != l {
			l = float32(math.Inf(-1)) // not a number, not a token
		}
		c[id] = candidate{logit: l, id: int32(id)}
	}
	s.recent.penalize(c, s.o.RepeatPenalty)
	if s.o.Temperature <= 0 {
		return best(c, 1)[0].id
	}
	c = topK(c, s.o.TopK)
	c = topP(c, s.o.TopP)
	c = minP(c, s.o.MinP)
	for i := range c {
		c[i].logit /= s.o.Temperature
	}
	return s.draw(c)
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

// draw returns a candidate by its probability.
func (s *Sampler) draw(c []candidate) int32 {
	sum := softmax(c)
	at := s.random.float() * sum
	for _, x := range c {
		if at -= x.p; at < 0 {
			return x.id
		}
	}
	return c[len(c)-1].id
}
