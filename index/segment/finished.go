package segment

import (
	"errors"
	"slices"
	"unsafe"
)

// File is a segment that is finished and not yet stored. The texts of those that it
// was merged from are read while it is written, so that it is never in memory whole.
type File struct {
	head     []byte // header and table
	sections [paged][]byte
	lazy     [text - paged]slabs
	texts    []body
	size     int64
}

// body is the text of a document: at hand, or a range of a segment's texts.
type body struct {
	text     string
	of       *pages
	from, to int
}

func (b body) size() int { return len(b.text) + b.to - b.from }

// piece is how much of a segment's texts is read at once: whole pages.
const piece = 16 * pageSize

// pieces yields a text, until yield returns false.
func (b body) pieces(yield func([]byte, error) bool) bool {
	if b.of == nil {
		return b.text == "" || yield(unsafe.Slice(unsafe.StringData(b.text), len(b.text)), nil)
	}
	for at := b.from; at < b.to; {
		end := min((at/piece+1)*piece, b.to)
		t, err := b.of.pass(at, end-at)
		if !yield(t, err) || err != nil {
			return false
		}
		at = end
	}
	return true
}

// Size is the length of the file in bytes.
func (f *File) Size() int64 { return f.size }

// Pieces yields the file from its first byte to its last. An error ends it.
func (f *File) Pieces(yield func([]byte, error) bool) {
	if !yield(f.head, nil) {
		return
	}
	for _, s := range f.sections {
		if len(s) > 0 && !yield(s, nil) {
			return
		}
	}
	for i := range f.lazy {
		for _, s := range f.lazy[i].list {
			if !yield(s, nil) {
				return
			}
		}
	}
	for _, t := range f.texts {
		if !t.pieces(yield) {
			return
		}
	}
}

// Bytes is the file as a whole.
func (f *File) Bytes() ([]byte, error) {
	b := make([]byte, 0, f.size)
	for p, err := range f.Pieces {
		if err != nil {
			return nil, err
		}
		b = append(b, p...)
	}
	return b, nil
}

// Open opens the file as it was stored under a name. Nothing but texts is read
// again.
func (f *File) Open(name string, cache *Cache, fetch Fetch) (*Segment, error) {
	eager := slices.Concat(f.sections[:]...)
	s, err := Open(name, f.size, cache, func(off, n int64) ([]byte, error) {
		if off < tableSize {
			return f.head[off:][:n], nil
		}
		return eager[off-tableSize:][:n], nil
	})
	if err != nil {
		return nil, err
	}
	s.fetch = fetch
	for i, whole := range f.lazy { // a copy: a pointer into f would keep its texts
		s.lazy[i].whole = &whole
	}
	return s, nil
}

// pageSums appends the checksum of each page of texts that lie one after the other.
func pageSums(dst []byte, texts []body) (_ []byte, failed error) {
	sum, n := uint32(0), 0
	add := func(b []byte, err error) bool {
		failed = errors.Join(failed, err)
		for len(b) > 0 {
			part := b[:min(len(b), pageSize-n)]
			sum, n, b = Update(sum, part), n+len(part), b[len(part):]
			if n == pageSize {
				dst = le.AppendUint32(dst, sum)
				sum, n = 0, 0
			}
		}
		return err == nil
	}
	for _, t := range texts {
		if !t.pieces(add) && failed != nil {
			return dst, failed
		}
	}
	if n > 0 {
		dst = le.AppendUint32(dst, sum)
	}
	return dst, nil
}
