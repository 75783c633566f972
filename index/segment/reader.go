package segment

import (
	"errors"
	"fmt"
	"sort"
	"unsafe"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

// Segment is an opened file. Methods that may have to read from it return errors.
type Segment struct {
	Name    string
	version uint32
	fetch   Fetch
	cache   *Cache
	eager   [paged][]byte
	lazy    [sections - paged]pages
	names   names
	blocks  []block
}

// Open reads what finding a passage needs, and checks it: some 40 bytes for each,
// and no texts or postings. What is read of these later is kept in the cache.
func Open(name string, size int64, cache *Cache, fetch Fetch) (*Segment, error) {
	if size < tableSize {
		return nil, corruptHeader(name, "%d bytes are too few", size)
	}
	head, err := fetch(0, tableSize)
	if err != nil {
		return nil, err
	}
	switch {
	case string(head[:8]) != magic:
		return nil, corruptHeader(name, "it begins with %q", head[:8])
	case le.Uint32(head[8:]) < oldest || le.Uint32(head[8:]) > version:
		return nil, corruptHeader(name, "version %d; this Ondol reads %d to %d: index the documents again", le.Uint32(head[8:]), oldest, version)
	case le.Uint32(head[12:]) != sections:
		return nil, corruptHeader(name, "%d sections", le.Uint32(head[12:]))
	case le.Uint32(head[16:]) != tableSum(head):
		return nil, corruptHeader(name, "the checksum does not hold")
	}
	s := &Segment{Name: name, fetch: fetch, cache: cache, version: le.Uint32(head[8:])}
	at := int64(tableSize)
	extent := func(section int) (off, n int64) {
		r := head[headerSize+section*rowSize:]
		return int64(le.Uint64(r[8:])), int64(le.Uint64(r[16:]))
	}
	for i := range sections {
		off, n := extent(i)
		if off != at || n < 0 || n > size-off || n > maxSection {
			return nil, corrupt(name, i, "%d bytes at %d of a file of %d", n, off, size)
		}
		at += n
	}
	first, _ := extent(paged)
	b, err := fetch(tableSize, first-tableSize)
	if err != nil {
		return nil, err
	}
	for i := range s.eager {
		off, n := extent(i)
		s.eager[i] = b[off-tableSize:][:n:n]
		if Checksum(s.eager[i]) != le.Uint32(head[headerSize+i*rowSize:]) {
			return nil, corrupt(name, i, "the checksum does not hold")
		}
	}
	sum := s.eager[sums]
	for i := range s.lazy {
		off, n := extent(paged + i)
		need := 4 * pageCount(int(n))
		if need > len(sum) {
			return nil, corrupt(name, sums, "%d bytes are too few", len(s.eager[sums]))
		}
		s.lazy[i] = pages{segment: s, section: paged + i, offset: off, size: int(n), sums: sum[:need], good: make([]bool, need/4)}
		sum = sum[need:]
	}
	return s, s.check()
}

func pageCount(n int) int { return (n + pageSize - 1) / pageSize }

func (s *Segment) paged(section int) *pages { return &s.lazy[section-paged] }

// Load makes all but the texts resident, so that searching reads nothing.
func (s *Segment) Load() error {
	for _, section := range []int{records, terms, postings} {
		if err := s.paged(section).load(); err != nil {
			return err
		}
	}
	return nil
}

// check holds the sections to each other, so that later reads need not.
func (s *Segment) check() error {
	d := s.eager[documents]
	if len(d)%documentSize != 0 || len(d) == 0 {
		return corrupt(s.Name, documents, "%d bytes are no whole rows", len(d))
	}
	if len(s.eager[chunks])%chunkSize != 0 {
		return corrupt(s.Name, chunks, "%d bytes are no whole rows", len(s.eager[chunks]))
	}
	if err := json.Unmarshal(s.eager[labels], &s.names); err != nil {
		return corrupt(s.Name, labels, "%v", err)
	}
	end := [4]uint32{uint32(len(s.eager[ids])), uint32(s.paged(records).size), uint32(s.paged(text).size), uint32(s.Chunks())}
	n := s.Documents()
	for i, last := 0, [4]uint32{}; i <= n; i++ {
		r := row[[4]uint32](d, i)
		for k := range r {
			if r[k] < last[k] || r[k] > end[k] || i == 0 && r[k] != 0 || i == n && r[k] != end[k] {
				return corrupt(s.Name, documents, "row %d: %v after %v of %v", i, r, last, end)
			}
		}
		last = r
	}
	if len(s.eager[order]) != 4*n {
		return corrupt(s.Name, order, "%d bytes for %d documents", len(s.eager[order]), n)
	}
	for i := range n {
		if d := s.ordered(i); d >= n || i > 0 && s.ID(s.ordered(i-1)) >= s.ID(d) {
			return corrupt(s.Name, order, "document %d at place %d", d, i)
		}
	}
	for i := range n {
		r, next := row[[4]uint32](d, i), row[[4]uint32](d, i+1)
		for c := r[3]; c < next[3]; c++ {
			q := row[[7]uint32](s.eager[chunks], int(c))
			if q[0] != uint32(i) || q[1] > q[2] || q[2] > next[2]-r[2] || int(q[3]) >= len(s.names.Paths) || int(q[4]) > len(s.names.Pages) {
				return corrupt(s.Name, chunks, "chunk %d: %v", c, q)
			}
		}
	}
	return s.readBlocks(s.eager[blocks])
}

// Resident is how many bytes the segment holds in memory, beside what is cached.
func (s *Segment) Resident() (n int) {
	for _, b := range s.eager {
		n += len(b)
	}
	for i := range s.lazy {
		if w := s.lazy[i].whole; w != nil {
			n += w.size
		}
	}
	return n
}

// Chunks is the number of chunks.
func (s *Segment) Chunks() int { return len(s.eager[chunks]) / chunkSize }

// Documents is the number of documents.
func (s *Segment) Documents() int { return len(s.eager[documents])/documentSize - 1 }

// extents is where ID, record, text and chunks of a document begin and end.
func (s *Segment) extents(i int) (from, to [4]uint32) {
	return row[[4]uint32](s.eager[documents], i), row[[4]uint32](s.eager[documents], i+1)
}

// ID is a document's ID.
func (s *Segment) ID(i int) string {
	from, to := s.extents(i)
	b := s.eager[ids][from[0]:to[0]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Range is a document's first chunk, and the one after its last.
func (s *Segment) Range(i int) (first, end int) {
	from, to := s.extents(i)
	return int(from[3]), int(to[3])
}

func (s *Segment) ordered(i int) int { return int(le.Uint32(s.eager[order][4*i:])) }

// Find returns the number of the document with an ID.
func (s *Segment) Find(id string) (i int, ok bool) {
	n := s.Documents()
	at := sort.Search(n, func(i int) bool { return s.ID(s.ordered(i)) >= id })
	if at == n || s.ID(s.ordered(at)) != id {
		return 0, false
	}
	return s.ordered(at), true
}

// Document returns what is known of a document.
func (s *Segment) Document(i int) (d index.Document, err error) {
	b, err := s.Record(i)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return d, corrupt(s.Name, records, "document %d: %v", i, err)
	}
	return d, nil
}

// Record is what is known of a document, as JSON.
func (s *Segment) Record(i int) ([]byte, error) {
	from, to := s.extents(i)
	return s.paged(records).read(int(from[1]), int(to[1]-from[1]))
}

// RecordLength is the length of a document's record, in bytes.
func (s *Segment) RecordLength(i int) int {
	from, to := s.extents(i)
	return int(to[1] - from[1])
}

// Title is a document's title.
func (s *Segment) Title(i int) (title string, err error) {
	err = s.Members(i, func(r *json.Reader, name string) error {
		if name != "title" {
			return r.Skip()
		}
		if title, err = r.String(); err == nil {
			err = errEnough
		}
		return err
	})
	return title, err
}

// Members calls read for each name of a document's record. It must read the value.
func (s *Segment) Members(i int, read func(r *json.Reader, name string) error) error {
	b, err := s.Record(i)
	if err != nil {
		return err
	}
	r := json.NewReader(unsafe.String(unsafe.SliceData(b), len(b)))
	if err := r.Object(func(name string) error { return read(r, name) }); err != nil && err != errEnough {
		return corrupt(s.Name, records, "document %d: %v", i, err)
	}
	return nil
}

// errEnough ends the reading of a record.
var errEnough = errors.New("enough was read")

// Length is the length of a document's text, in bytes.
func (s *Segment) Length(i int) int {
	from, to := s.extents(i)
	return int(to[2] - from[2])
}

// TextLength is the length of all texts, in bytes.
func (s *Segment) TextLength() int64 { return int64(s.paged(text).size) }

// Text is a document's extracted text.
func (s *Segment) Text(i int) (string, error) {
	from, to := s.extents(i)
	return s.textAt(int(from[2]), int(to[2]))
}

func (s *Segment) textAt(from, to int) (string, error) {
	b, err := s.paged(text).read(from, to-from)
	return unsafe.String(unsafe.SliceData(b), len(b)), err
}

// Lengths are the numbers of terms in a chunk's body and headings.
func (s *Segment) Lengths(chunk int) (body, heading uint32) {
	b := s.eager[chunks][chunk*chunkSize:][:chunkSize]
	return le.Uint32(b[20:]), le.Uint32(b[24:])
}

// Chunk returns a chunk and its document's number.
func (s *Segment) Chunk(i int) (c index.Chunk, document int) {
	q := row[[7]uint32](s.eager[chunks], i)
	document = int(q[0])
	first, _ := s.Range(document)
	c = index.Chunk{Document: s.ID(document), Ordinal: i - first, Span: index.Span{Start: int(q[1]), End: int(q[2])}, Headings: s.names.Paths[q[3]]}
	if q[4] > 0 {
		c.Page = s.names.Pages[q[4]-1]
	}
	return c, document
}

// Passage is a chunk's text.
func (s *Segment) Passage(i int) (string, error) {
	q := row[[7]uint32](s.eager[chunks], i)
	from, _ := s.extents(int(q[0]))
	return s.textAt(int(from[2]+q[1]), int(from[2]+q[2]))
}

// InMemory is a file that is at hand.
func InMemory(b []byte) Fetch {
	return func(off, n int64) ([]byte, error) {
		if off < 0 || n < 0 || off > int64(len(b)) || n > int64(len(b))-off {
			return nil, fmt.Errorf("%w: %d bytes at %d of %d", index.ErrCorrupt, n, off, len(b))
		}
		return b[off : off+n : off+n], nil
	}
}
