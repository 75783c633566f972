package segment

import (
	"bytes"
	"hash/maphash"
	"sort"
)

// table finds the list of a term. Half of indexing is this look-up, and a map from
// strings to pointers misses the cache more often. Nothing in it is moved when it
// grows, and nothing but its pages is seen by the collector.
type table struct {
	seed  maphash.Seed
	slots []slot   // a power of two of them
	lists [][]list // pages of listPage
	n     int      // lists
	arena
}

// slot is open addressing by linear probing; list is counted from one.
type slot struct{ hash, list uint32 }

const listPage = 1 << 10

// list is a term's postings under construction.
type list struct {
	at, length    uint32 // of the term
	last          uint32 // chunk that counts are for, plus one
	previous      uint32 // chunk before it, plus one
	body, heading uint32
	chain
}

func newTable() *table { return &table{seed: maphash.MakeSeed(), slots: make([]slot, 1<<12)} }

// list returns a term's list, made if need be.
func (t *table) list(term []byte) *list {
	h := uint32(maphash.Bytes(t.seed, term))
	mask := uint32(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.list == 0 {
			*s = slot{h, uint32(t.n + 1)}
			if t.n%listPage == 0 {
				t.lists = append(t.lists, make([]list, listPage))
			}
			l := t.nth(uint32(t.n))
			*l = list{at: t.room(len(term)), length: uint32(len(term))}
			copy(t.term(l), term)
			if t.n++; 2*t.n > len(t.slots) {
				t.grow()
			}
			return l
		}
		if l := t.nth(s.list - 1); s.hash == h && bytes.Equal(t.term(l), term) {
			return l
		}
	}
}

func (t *table) nth(i uint32) *list { return &t.lists[i/listPage][i%listPage] }

func (t *table) term(l *list) []byte { return t.bytes(l.at, l.length) }

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.list == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].list != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// sorted yields the lists in the order of their terms. The table finds none any
// more.
func (t *table) sorted(yield func(*list) bool) {
	t.slots = nil
	order := make([]uint32, t.n)
	for i := range order {
		order[i] = uint32(i)
	}
	sort.Slice(order, func(i, j int) bool { return bytes.Compare(t.term(t.nth(order[i])), t.term(t.nth(order[j]))) < 0 })
	for _, i := range order {
		if !yield(t.nth(i)) {
			return
		}
	}
}

// flush writes the counts of a list's last chunk.
func (t *table) flush(l *list) {
	if l.last == 0 {
		return
	}
	var b [3 * 10]byte
	t.write(&l.chain, appendPosting(b[:0], l.previous, l.last, l.body, l.heading))
	l.previous = l.last
	l.body, l.heading = 0, 0
}

// arena holds the bytes of terms, and of postings as linked slices of growing size,
// as Lucene's indexing chain does.
type arena struct {
	blocks [][]byte
	used   uint32 // of the last block
}

const arenaBlock = 1 << 16

// chain is what one list has of an arena; end is 0 while that is nothing.
type chain struct {
	head      uint32 // of the first slice
	tail, end uint32 // what is free of the last slice, before its link
	slices    uint32
}

// link is the place of the next slice, behind each.
const link = 4

// sliceSize is the length of a list's i-th slice, less its link.
func sliceSize(i uint32) uint32 { return 6 << min(i, 7) }

// room is the place of n bytes, at most a block, that lie in a row.
func (a *arena) room(n int) uint32 {
	if len(a.blocks) == 0 || int(a.used)+n > arenaBlock {
		a.blocks, a.used = append(a.blocks, make([]byte, arenaBlock)), 0
	}
	at := uint32(len(a.blocks)-1)*arenaBlock + a.used
	a.used += uint32(n)
	return at
}

func (a *arena) bytes(at, n uint32) []byte {
	return a.blocks[at/arenaBlock][at%arenaBlock:][:n:n]
}

func (a *arena) write(w *chain, b []byte) {
	for len(b) > 0 {
		if w.tail == w.end {
			n := sliceSize(w.slices)
			at := a.room(int(n) + link)
			if w.slices == 0 {
				w.head = at
			} else {
				le.PutUint32(a.bytes(w.end, link), at)
			}
			w.tail, w.end, w.slices = at, at+n, w.slices+1
		}
		n := copy(a.bytes(w.tail, w.end-w.tail), b)
		w.tail, b = w.tail+uint32(n), b[n:]
	}
}

// read appends what was written.
func (a *arena) read(dst []byte, w *chain) []byte {
	at := w.head
	for i := range w.slices {
		n := sliceSize(i)
		if i == w.slices-1 {
			return append(dst, a.bytes(at, w.tail-at)...)
		}
		dst = append(dst, a.bytes(at, n)...)
		at = le.Uint32(a.bytes(at+n, link))
	}
	return dst
}
