// Package fusion makes one ranking of several. Each way of fusing is a file that
// registers itself.
package fusion

import (
	"slices"

	"github.com/ondol-rag/ondol/index/rank"
)

// List is a ranking, best first.
type List struct {
	Hits   []rank.Hit
	Weight float64 // of the ranking beside the others
	Floor  float64 // the least score that its hits could have
}

// Method scores the hits of each list for itself: part[i][j] is what hit j of
// list i adds to the score of its chunk.
type Method func(lists []List) (part [][]float64)

// Methods by name.
var Methods = map[string]Method{}

// Fuse returns the k chunks with the highest sums, best first. A chunk that a
// list lacks gets nothing from it.
func Fuse(lists []List, by Method, k int, order rank.Order) []rank.Hit {
	type chunk struct{ part, chunk int }
	at := map[chunk]int{}
	var sums []rank.Hit
	for i, scores := range by(lists) {
		for j, score := range scores {
			h := lists[i].Hits[j]
			key := chunk{h.Part, h.Chunk}
			n, seen := at[key]
			if !seen {
				n = len(sums)
				at[key] = n
				sums = append(sums, rank.Hit{Part: h.Part, Chunk: h.Chunk})
			}
			sums[n].Score += score
		}
	}
	best := rank.NewBest(k, order)
	for _, h := range sums {
		best.Offer(h)
	}
	return slices.Clip(best.Hits())
}
