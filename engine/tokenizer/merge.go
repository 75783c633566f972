package tokenizer

import "container/heap"

// symbol is a piece of a text being merged, in a linked list; an empty one was
// merged away.
type symbol struct {
	start, end int
	prev, next int32 // -1 at the ends
}

// pair is two neighbours that make a token. Of two the better one merges first;
// of two equally good the left one.
type pair struct {
	left, right int32
	size        int // of both when the pair was found: it is stale if they changed
	rank        float32
}

type pairs []pair

func (p pairs) Len() int { return len(p) }
func (p pairs) Less(i, j int) bool {
	return p[i].rank < p[j].rank || p[i].rank == p[j].rank && p[i].left < p[j].left
}
func (p pairs) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *pairs) Push(x any)   { *p = append(*p, x.(pair)) }
func (p *pairs) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// merge cuts text at the given ends, merges neighbours by rank (smaller first)
// while there are any, and returns what is left. Each merge costs O(log n).
func merge(text string, ends []int, rank func(left, right string) (float32, bool)) []symbol {
	parts := make([]symbol, len(ends))
	start := 0
	for i, end := range ends {
		parts[i] = symbol{start, end, int32(i) - 1, int32(i) + 1}
		start = end
	}
	if len(ends) > 0 {
		parts[len(ends)-1].next = -1
	}
	var queue pairs
	offer := func(l, r int32) {
		if l < 0 || r < 0 {
			return
		}
		a, b := parts[l], parts[r]
		if rank, ok := rank(text[a.start:a.end], text[b.start:b.end]); ok {
			heap.Push(&queue, pair{l, r, b.end - a.start, rank})
		}
	}
	for i := 1; i < len(parts); i++ {
		offer(int32(i-1), int32(i))
	}
	for len(queue) > 0 {
		p := heap.Pop(&queue).(pair)
		a, b := &parts[p.left], &parts[p.right]
		if a.start == a.end || b.start == b.end || a.next != p.right || b.end-a.start != p.size {
			continue
		}
		a.end, a.next = b.end, b.next
		b.start = b.end
		if a.next >= 0 {
			parts[a.next].prev = p.left
		}
		offer(a.prev, p.left)
		offer(p.left, a.next)
	}
	left := parts[:0]
	for _, part := range parts {
		if part.start < part.end {
			left = append(left, part)
		}
	}
	return left
}
