package segment

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// table finds the list of a term. Half of indexing is this look-up, and a map from
// strings to pointers misses the cache more often.
type table struct {
	seed  maphash.Seed
	slots []slot // a power of two of them
	lists []list
	terms []byte // one after the other
}

// slot is open addressing by linear probing; list is counted from one.
type slot struct{ hash, list uint32 }

// list is a term's postings under construction.
type list struct {
	at, length    uint32 // of the term
	last          uint32 // chunk that counts are for, plus one
	previous      uint32 // chunk before it, plus one
	body, heading uint32
	done          []byte
}

func newTable() *table { return &table{seed: maphash.MakeSeed(), slots: make([]slot, 1<<12)} }

// list returns a term's list, made if need be. The pointer holds until the next
// call.
func (t *table) list(term []byte) *list {
	h := uint32(maphash.Bytes(t.seed, term))
	mask := uint32(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.list == 0 {
			*s = slot{h, uint32(len(t.lists) + 1)}
			t.lists = append(t.lists, list{at: uint32(len(t.terms)), length: uint32(len(term))})
			t.terms = append(t.terms, term...)
			if 2*len(t.lists) > len(t.slots) {
				t.grow()
			}
			return &t.lists[len(t.lists)-1]
		}
		if l := &t.lists[s.list-1]; s.hash == h && bytes.Equal(t.term(l), term) {
			return l
		}
	}
}

func (t *table) term(l *list) []byte { return t.terms[l.at:][:l.length:l.length] }

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

// sort puts the lists in the order of their terms. The table finds none any more.
func (t *table) sort() {
	t.slots = nil
	slices.SortFunc(t.lists, func(a, b list) int { return bytes.Compare(t.term(&a), t.term(&b)) })
}
