// Package sample chooses the next token from a model's logits.
//
// The steps are llama.cpp's, in its order. All arithmetic is written so that no
// compiler may fuse it and no platform has its own version of it: a seed gives
// the same tokens natively and as wasm.
package sample

import (
	"cmp"
	"math"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/kernel"
)

// Sampler draws tokens. It is deterministic for a seed, and serves one text.
type Sampler struct {
	o          engine.Options
	constraint Constraint // nil: any token may come
	random     random
	recent     history
	breakers   Breakers
	remembers  bool    // a step looks back
	mu         float64 // Mirostat's bound, in bits; 0 before it is used

	c       []candidate // scratch, as the following
	allowed []int32
	z       []int
	longest map[int32]int
}

// candidate is a token that may be drawn.
type candidate struct {
	logit float32
	id    int32
	p     float32 // after softmax
}

// Constraint says which tokens may come next.
type Constraint interface {
	Allows(id int32) bool
	// Allowed appends all of them to ids. It costs more than a few of Allows.
	Allowed(ids []int32) []int32
}

// New returns a sampler; the constraint may be nil.
func New(o engine.Options, c Constraint) *Sampler {
	return &Sampler{
		o: o, constraint: c, random: random(o.Seed), recent: newHistory(o), longest: map[int32]int{},
		remembers: penalizes(o) || o.DRY.Multiplier != 0,
	}
}

// Accept tells the sampler of a token that is now part of the text, prompt
// included.
func (s *Sampler) Accept(id int32) {
	if s.remembers {
		s.recent.add(id)
	}
}

// None is what Sample returns when the constraint allows no token.
const None = -1

// Sample returns a token. It leaves logits, which are never empty, as they are.
// Of equal ones the smaller token comes first.
//
// Mostly the token drawn from all is one that the constraint allows. Where it is
// not, one is drawn from those allowed, as llama.cpp does it.
func (s *Sampler) Sample(logits []float32) int32 {
	id := int32(None)
	if s.isPlain() {
		id = greedy(logits)
	} else {
		id = s.choose(s.candidates(logits))
	}
	if s.constraint == nil || s.constraint.Allows(id) {
		return id
	}
	c := s.restrict(logits)
	if len(c) == 0 {
		return None
	}
	return s.choose(c)
}

// isPlain says that the likeliest token is always taken.
func (s *Sampler) isPlain() bool {
	return s.isGreedy() && len(s.recent.tokens) == 0 && len(s.o.LogitBias) == 0
}

// isGreedy says that no chance is involved.
func (s *Sampler) isGreedy() bool {
	return s.o.Temperature <= 0 && s.o.XTC.Probability <= 0 && s.o.Dynamic.Range <= 0 && s.o.Mirostat.Version == 0
}

// candidates returns all tokens, in order, after bias and penalties.
func (s *Sampler) candidates(logits []float32) []candidate {
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
	for id, bias := range s.o.LogitBias {
		if id >= 0 && int(id) < len(c) {
			c[id].logit += bias
		}
	}
	if s.remembers {
		s.penalize(c)
		s.dry(c)
	}
	return c
}

// restrict returns the candidates that the constraint allows, or the likeliest of
// them if no other can be chosen.
func (s *Sampler) restrict(logits []float32) []candidate {
	c := s.candidates(logits)
	enough := 0
	switch {
	case s.isGreedy():
		enough = 1
	case s.o.TopNSigma <= 0 && s.o.Mirostat.Version == 0:
		enough = s.o.TopK
	}
	if enough > 0 {
		n := 0
		for _, x := range best(c, min(len(c), 64+8*enough)) {
			if s.constraint.Allows(x.id) {
				c[n] = x
				if n++; n == enough {
					return c[:n]
				}
			}
		}
		c = s.candidates(logits)
	}
	s.allowed = s.constraint.Allowed(s.allowed[:0])
	all := make([]candidate, 0, len(s.allowed))
	for _, id := range s.allowed {
		if int(id) < len(c) {
			all = append(all, c[id])
		}
	}
	return all
}

// choose goes the way from candidates to one of them.
func (s *Sampler) choose(c []candidate) int32 {
	if s.isGreedy() {
		return best(c, 1)[0].id
	}
	if s.o.Mirostat.Version != 0 {
		return s.mirostat(s.temper(c))
	}
	for _, step := range chain {
		c = step(s, c)
	}
	return s.draw(c).id
}

// chain is llama.cpp's order, behind the penalties. No step leaves none.
var chain = []func(*Sampler, []candidate) []candidate{
	(*Sampler).topNSigma, (*Sampler).topK, (*Sampler).typical, (*Sampler).topP, (*Sampler).minP, (*Sampler).xtc, (*Sampler).temper,
}

// greedy returns the first of the likeliest: it looks for the stretch that has it
// by vectors, and goes through that alone one by one.
func greedy(logits []float32) int32 {
	const stretch = 512
	top, most := 0, logits[0]
	for from := 0; from < len(logits); from += stretch {
		if l := kernel.Largest(logits[from:min(from+stretch, len(logits))]); l > most {
			top, most = from, l
		}
	}
	for i, l := range logits[top:] {
		if l == most {
			return int32(top + i)
		}
	}
	return 0
}

// draw returns a candidate by its probability. The order is that of tokens:
// likelihoods that are nearly the same come in another order where additions do,
// and would make another text of the same seed.
func (s *Sampler) draw(c []candidate) candidate {
	sort(c, func(a, b candidate) int { return cmp.Compare(a.id, b.id) })
	sum := softmax(c)
	at := s.random.float() * sum
	for _, x := range c {
		if at -= x.p; at < 0 {
			return x
		}
	}
	return c[len(c)-1]
}
