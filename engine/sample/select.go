package sample

import "cmp"

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
	top := c[:k]
	heap(top, better)
	for i := k; i < len(c); i++ {
		if better(c[i], top[0]) < 0 {
			c[i], top[0] = top[0], c[i]
			sink(top, 0, better)
		}
	}
	unheap(top, better)
	return top
}

// order compares candidates, as slices.SortFunc wants it.
type order func(a, b candidate) int

// sort is heapsort: a sort of package slices for this type alone is as much to
// download as all other sampling.
func sort(c []candidate, by order) {
	heap(c, by)
	unheap(c, by)
}

// heap puts the last on top.
func heap(c []candidate, by order) {
	for i := len(c)/2 - 1; i >= 0; i-- {
		sink(c, i, by)
	}
}

// unheap sorts a heap.
func unheap(c []candidate, by order) {
	for n := len(c) - 1; n > 0; n-- {
		c[0], c[n] = c[n], c[0]
		sink(c[:n], 0, by)
	}
}

func sink(c []candidate, i int, by order) {
	for {
		child := 2*i + 1
		if child >= len(c) {
			return
		}
		if child+1 < len(c) && by(c[child+1], c[child]) > 0 {
			child++
		}
		if by(c[child], c[i]) < 0 {
			return
		}
		c[i], c[child] = c[child], c[i]
		i = child
	}
}
