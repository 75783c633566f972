package sample

import (
	"cmp"
	"slices"
)

// better orders candidates by logit, then by token.
func better(a, b candidate) int {
	switch {
	case a.logit > b.logit:
		return -1
	case a.logit < b.logit:
		return 1
	}
	return cmp.Compare(a.id, b.id)
}

// best moves the k best candidates to the front and returns them sorted. A heap
// of k, the worst on top, costs less than sorting the vocabulary.
func best(c []candidate, k int) []candidate {
	heap := c[:k]
	for i := k/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for i := k; i < len(c); i++ {
		if better(c[i], heap[0]) < 0 {
			c[i], heap[0] = heap[0], c[i]
			sink(heap, 0)
		}
	}
	slices.SortFunc(heap, better)
	return heap
}

func sink(heap []candidate, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && better(heap[child+1], heap[child]) > 0 {
			child++
		}
		if better(heap[child], heap[i]) < 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
