// Package rank holds what every way of searching returns: chunks in order of
// their scores.
package rank

import (
	"cmp"
	"container/heap"
)

// Hit is a chunk found.
type Hit struct {
	Part, Chunk int // segment, and chunk in it
	Score       float64
}

// Order breaks ties, so that ranks do not depend on how chunks are spread over
// segments.
type Order func(a, b Hit) int

// Mask tells, by part and chunk, what a search leaves out. A nil mask hides
// nothing.
type Mask [][]bool

// Hides reports whether a chunk is left out.
func (m Mask) Hides(part, chunk int) bool { return m != nil && m[part][chunk] }

// Best keeps the k best of the hits that it is offered.
type Best struct {
	hits  []Hit // a heap with the worst on top
	k     int
	order Order
}

// NewBest returns one that keeps k hits.
func NewBest(k int, order Order) *Best { return &Best{k: k, order: order} }

// Offer takes a hit in if it is among the best so far.
func (b *Best) Offer(h Hit) {
	switch {
	case len(b.hits) < b.k:
		heap.Push((*worst)(b), h)
	case b.k > 0 && b.compare(h, b.hits[0]) < 0:
		b.hits[0] = h
		heap.Fix((*worst)(b), 0)
	}
}

// Least is the score that a further hit must reach; ok is false while there is
// room for any.
func (b *Best) Least() (score float64, ok bool) {
	if len(b.hits) < b.k || b.k == 0 {
		return 0, false
	}
	return b.hits[0].Score, true
}

// Hits returns the best, best first. It ends the use of b.
func (b *Best) Hits() []Hit {
	sorted := make([]Hit, len(b.hits))
	for i := len(sorted) - 1; i >= 0; i-- {
		sorted[i] = heap.Pop((*worst)(b)).(Hit)
	}
	return sorted
}

// compare is negative if h ranks before other.
func (b *Best) compare(h, other Hit) int {
	if c := cmp.Compare(other.Score, h.Score); c != 0 {
		return c
	}
	return b.order(h, other)
}

type worst Best

func (w *worst) Len() int           { return len(w.hits) }
func (w *worst) Less(i, j int) bool { return (*Best)(w).compare(w.hits[i], w.hits[j]) > 0 }
func (w *worst) Swap(i, j int)      { w.hits[i], w.hits[j] = w.hits[j], w.hits[i] }
func (w *worst) Push(h any)         { w.hits = append(w.hits, h.(Hit)) }
func (w *worst) Pop() any {
	h := w.hits[len(w.hits)-1]
	w.hits = w.hits[:len(w.hits)-1]
	return h
}
