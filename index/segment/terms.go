package segment

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"
)

// The dictionary lists the terms sorted by bytes, each as its length, its bytes
// and the length of its postings; lengths are varints. It is cut into blocks of
// blockTerms, of which the section of blocks names the first term, so that one
// page is enough to find a term: where the block begins in the terms and its
// first postings in the postings, u32 each, the term's length as a varint, and
// the term.

const blockTerms = 64

type block struct {
	first           string
	terms, postings uint32
}

// readBlocks decodes the section of blocks.
func (s *Segment) readBlocks(b []byte) error {
	for at := 0; at < len(b); {
		if at+8 > len(b) {
			return corrupt(s.Name, blocks, "byte %d: a block is cut off", at)
		}
		k := block{terms: le.Uint32(b[at:]), postings: le.Uint32(b[at+4:])}
		n, next := uvarint(b, at+8)
		if next > len(b) || n > uint64(len(b)-next) {
			return corrupt(s.Name, blocks, "byte %d: a block is cut off", at)
		}
		k.first = string(b[next : next+int(n)])
		at = next + int(n)
		if last := len(s.blocks) - 1; int64(k.terms) > int64(s.paged(terms).size) || int64(k.postings) > int64(s.paged(postings).size) ||
			last >= 0 && (k.first <= s.blocks[last].first || k.terms <= s.blocks[last].terms || k.postings < s.blocks[last].postings) {
			return corrupt(s.Name, blocks, "block %d does not follow the one before", len(s.blocks))
		}
		s.blocks = append(s.blocks, k)
	}
	return nil
}

// block yields the terms of a block and where their postings lie.
func (s *Segment) block(i int, yield func(term []byte, from, to int) bool) error {
	begin, end, last := s.blocks[i], s.paged(terms).size, s.paged(postings).size
	if i+1 < len(s.blocks) {
		end, last = int(s.blocks[i+1].terms), int(s.blocks[i+1].postings)
	}
	b, err := s.paged(terms).read(int(begin.terms), end-int(begin.terms))
	if err != nil {
		return err
	}
	from := int(begin.postings)
	for at := 0; at < len(b); {
		n, next := uvarint(b, at)
		if next > len(b) || n > uint64(len(b)-next) {
			return corrupt(s.Name, terms, "block %d is cut off at byte %d", i, at)
		}
		term := b[next : next+int(n)]
		size, after := uvarint(b, next+int(n))
		if after > len(b) || size > uint64(last-from) {
			return corrupt(s.Name, terms, "term %q has %d bytes of postings", term, size)
		}
		if !yield(term, from, from+int(size)) {
			return nil
		}
		at, from = after, from+int(size)
	}
	return nil
}

// List finds a term's postings: none if no chunk has it.
func (s *Segment) List(term string) (List, error) {
	l := List{segment: s, term: term}
	i := sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].first > term }) - 1
	if i < 0 {
		return l, nil
	}
	from, to := 0, 0
	err := s.block(i, func(t []byte, a, b int) bool {
		if string(t) == term {
			from, to = a, b
		}
		return string(t) < term
	})
	if err == nil {
		l.rest, err = s.paged(postings).read(from, to-from)
	}
	return l, err
}

// Postings appends a term's postings to dst, by chunk.
func (s *Segment) Postings(dst []Posting, term string) ([]Posting, error) {
	l, err := s.List(term)
	for err == nil && len(l.rest) > 0 {
		var n int
		dst = slices.Grow(dst, min(len(l.rest), 1024))
		n, err = l.Next(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
	}
	return dst, err
}

// addTerm writes a term after all smaller ones.
func (f *file) addTerm(term, list []byte) {
	if f.words%blockTerms == 0 {
		b := le.AppendUint32(f.sections[blocks], uint32(f.paged(terms).size))
		b = le.AppendUint32(b, uint32(f.paged(postings).size))
		f.sections[blocks] = append(binary.AppendUvarint(b, uint64(len(term))), term...)
	}
	f.words++
	f.row = append(binary.AppendUvarint(f.row[:0], uint64(len(term))), term...)
	f.row = binary.AppendUvarint(f.row, uint64(len(list)))
	f.paged(terms).append(f.row)
	f.paged(postings).append(list)
}

// Dictionary yields the terms that begin with prefix, in order, with the length
// of their postings in bytes, until yield returns false. The slice holds until
// then.
func (s *Segment) Dictionary(prefix string, yield func(term []byte, size int) bool) error {
	first := sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].first >= prefix })
	for i := max(0, first-1); i < len(s.blocks); i++ {
		if s.blocks[i].first > prefix && !strings.HasPrefix(s.blocks[i].first, prefix) {
			return nil
		}
		more := true
		if err := s.block(i, func(term []byte, from, to int) bool {
			more = len(term) < len(prefix) || string(term[:len(prefix)]) != prefix || yield(term, to-from)
			return more
		}); err != nil || !more {
			return err
		}
	}
	return nil
}
