package tokenizer

import (
	"math"
	"slices"
)

// symbol is a stretch of the text being merged, in a linked list by place.
// A merge lengthens the left of two symbols and empties the right.
type symbol struct {
	start, size int32 // bytes
	prev, next  int32 // indices; -1 at the ends
	id          int32
}

// merge is a pair of neighbours that may become one. It is stale once the pair's
// size is no longer its own.
type merge struct {
	key  uint64 // priority<<32 | index of the left symbol; smallest first
	size int32
	id   int32
}

// joiner says what two neighbouring symbols become: the lower the priority, the
// sooner.
type joiner interface {
	join(text string, left, right *symbol) (priority uint32, id int32, ok bool)
}

// merger is the scratch of one text.
type merger struct {
	symbols []symbol
	queue   []merge
}

func (m *merger) reset() { m.symbols, m.queue = m.symbols[:0], m.queue[:0] }

// add appends a symbol behind the others.
func (m *merger) add(start, size int, id int32) {
	n := int32(len(m.symbols))
	if n > 0 {
		m.symbols[n-1].next = n
	}
	m.symbols = append(m.symbols, symbol{int32(start), int32(size), n - 1, -1, id})
}

// mergeAll joins symbols until none can be: always the pair of best priority,
// the leftmost of equals.
func mergeAll[J joiner](m *merger, text string, j J) {
	for i := range int32(len(m.symbols) - 1) {
		offer(m, text, j, i)
	}
	// A heap from the bottom up costs less than pushing one by one.
	for i := len(m.queue)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	for len(m.queue) > 0 {
		top := m.pop()
		i := int32(uint32(top.key))
		left := &m.symbols[i]
		if left.size == 0 || left.next < 0 {
			continue
		}
		right := &m.symbols[left.next]
		if left.size+right.size != top.size {
			continue
		}
		left.size, left.id, left.next = top.size, top.id, right.next
		right.size = 0
		if left.next >= 0 {
			m.symbols[left.next].prev = i
		}
		n := len(m.queue)
		offer(m, text, j, left.prev)
		offer(m, text, j, i)
		for ; n < len(m.queue); n++ {
			m.up(n)
		}
	}
}

// offer appends the merge of symbol i and its right neighbour, if there is one.
func offer[J joiner](m *merger, text string, j J, i int32) {
	if i < 0 || m.symbols[i].next < 0 {
		return
	}
	left := &m.symbols[i]
	right := &m.symbols[left.next]
	if priority, id, ok := j.join(text, left, right); ok {
		m.queue = append(m.queue, merge{uint64(priority)<<32 | uint64(uint32(i)), left.size + right.size, id})
	}
}

func (m *merger) up(i int) {
	q, x := m.queue, m.queue[i]
	for i > 0 {
		parent := (i - 1) / 2
		if q[parent].key <= x.key {
			break
		}
		q[i] = q[parent]
		i = parent
	}
	q[i] = x
}

func (m *merger) down(i int) {
	q, x := m.queue, m.queue[i]
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if child+1 < len(q) && q[child+1].key < q[child].key {
			child++
		}
		if x.key <= q[child].key {
			break
		}
		q[i] = q[child]
		i = child
	}
	q[i] = x
}

func (m *merger) pop() merge {
	top, last := m.queue[0], len(m.queue)-1
	m.queue[0] = m.queue[last]
	m.queue = slices.Delete(m.queue, last, last+1)
	if last > 0 {
		m.down(0)
	}
	return top
}

// descending maps a score to a priority: the higher the score, the lower.
func descending(score float32) uint32 {
	bits := math.Float32bits(score + 0) // -0 becomes 0
	if bits>>31 == 0 {
		return ^bits &^ (1 << 31)
	}
	return bits
}
