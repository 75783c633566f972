package segment

import (
	"fmt"
	"sort"
	"unsafe"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

// Segment is an opened file.
type Segment struct {
	Name     string
	sections [sections][]byte
	records  []record
	paths    [][]string
	n        int // terms
}

// Open checks a file's sums and bounds. It keeps b.
func Open(name string, b []byte) (*Segment, error) {
	const table = headerSize + sections*rowSize
	switch {
	case len(b) < table:
		return nil, corrupt(name, "header", "%d bytes are too few", len(b))
	case string(b[:8]) != magic:
		return nil, corrupt(name, "header", "it begins with %q", b[:8])
	case le.Uint32(b[8:]) != version:
		return nil, corrupt(name, "header", "version %d; this Ondol reads %d", le.Uint32(b[8:]), version)
	case le.Uint32(b[12:]) != sections:
		return nil, corrupt(name, "header", "%d sections", le.Uint32(b[12:]))
	case le.Uint32(b[16:]) != tableSum(b):
		return nil, corrupt(name, "header", "the checksum does not hold")
	}
	s := &Segment{Name: name}
	for i := range s.sections {
		row := b[headerSize+i*rowSize:]
		off, n := le.Uint64(row[8:]), le.Uint64(row[16:])
		if off < table || off > uint64(len(b)) || n > uint64(len(b))-off {
			return nil, corrupt(name, sectionNames[i], "%d bytes at %d of a file of %d", n, off, len(b))
		}
		s.sections[i] = b[off : off+n : off+n]
		if Checksum(s.sections[i]) != le.Uint32(row) {
			return nil, corrupt(name, sectionNames[i], "the checksum does not hold")
		}
	}
	return s, s.check()
}

// check holds the sections to each other, so that later reads need not.
func (s *Segment) check() error {
	bad := func(section int, format string, args ...any) error {
		return corrupt(s.Name, sectionNames[section], format, args...)
	}
	if err := json.Unmarshal(s.sections[documents], &s.records); err != nil {
		return bad(documents, "%v", err)
	}
	if err := json.Unmarshal(s.sections[paths], &s.paths); err != nil {
		return bad(paths, "%v", err)
	}
	if len(s.sections[chunks])%chunkSize != 0 {
		return bad(chunks, "%d bytes are no whole rows", len(s.sections[chunks]))
	}
	for _, offsets := range []struct{ section, of int }{{termOffsets, terms}, {postOffsets, postings}} {
		o := s.sections[offsets.section]
		if len(o)%4 != 0 || len(o) < 4 || len(o) != len(s.sections[termOffsets]) {
			return bad(offsets.section, "%d bytes", len(o))
		}
		last := uint32(0)
		for i := 0; i < len(o); i += 4 {
			if v := le.Uint32(o[i:]); v < last {
				return bad(offsets.section, "offset %d falls to %d", i/4, v)
			} else {
				last = v
			}
		}
		if int(last) != len(s.sections[offsets.of]) {
			return bad(offsets.section, "they end at %d of %d bytes", last, len(s.sections[offsets.of]))
		}
	}
	s.n = len(s.sections[termOffsets])/4 - 1
	first, begin := 0, 0
	for i, r := range s.records {
		if r.First != first || r.Text != begin || r.Chunks < 0 || r.Length < 0 || r.Chunks > s.Chunks()-first || r.Length > len(s.sections[text])-begin {
			return bad(documents, "document %d, %q: chunks %d from %d, text %d from %d", i, r.ID, r.Chunks, r.First, r.Length, r.Text)
		}
		first, begin = first+r.Chunks, begin+r.Length
		for c := r.First; c < first; c++ {
			row := s.row(c)
			if row[0] != uint32(i) || row[1] > row[2] || int(row[2]) > r.Length || int(row[3]) >= len(s.paths) || int(row[4]) > len(r.Pages) {
				return bad(chunks, "chunk %d: %v", c, row)
			}
		}
	}
	if first != s.Chunks() {
		return bad(chunks, "%d chunks, %d of which belong to a document", s.Chunks(), first)
	}
	return nil
}

// Chunks is the number of chunks.
func (s *Segment) Chunks() int { return len(s.sections[chunks]) / chunkSize }

// Documents is the number of documents.
func (s *Segment) Documents() int { return len(s.records) }

// Document returns a document and the range of its chunks.
func (s *Segment) Document(i int) (d index.Document, first, end int) {
	r := &s.records[i]
	return r.Document, r.First, r.First + r.Chunks
}

// Text is a document's extracted text. It aliases the file.
func (s *Segment) Text(i int) string {
	r := &s.records[i]
	b := s.sections[text][r.Text : r.Text+r.Length]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (s *Segment) row(chunk int) (row [chunkSize / 4]uint32) {
	b := s.sections[chunks][chunk*chunkSize:][:chunkSize]
	for i := range row {
		row[i] = le.Uint32(b[4*i:])
	}
	return row
}

// Lengths are the numbers of terms in a chunk's body and headings.
func (s *Segment) Lengths(chunk int) (body, heading uint32) {
	b := s.sections[chunks][chunk*chunkSize:][:chunkSize]
	return le.Uint32(b[20:]), le.Uint32(b[24:])
}

// Chunk returns a chunk, its text, and its document's number.
func (s *Segment) Chunk(i int) (c index.Chunk, body string, document int) {
	row := s.row(i)
	document = int(row[0])
	r := &s.records[document]
	c = index.Chunk{Document: r.ID, Ordinal: i - r.First, Span: index.Span{Start: int(row[1]), End: int(row[2])}, Headings: s.paths[row[3]]}
	if row[4] > 0 {
		c.Page = r.Pages[row[4]-1]
	}
	return c, s.Text(document)[c.Start:c.End], document
}

func (s *Segment) between(offsets, of, i int) []byte {
	o := s.sections[offsets]
	return s.sections[of][le.Uint32(o[4*i:]):le.Uint32(o[4*i+4:])]
}

// Postings appends a term's postings to dst, by chunk.
func (s *Segment) Postings(dst []Posting, term string) ([]Posting, error) {
	i := sort.Search(s.n, func(i int) bool { return string(s.between(termOffsets, terms, i)) >= term })
	if i == s.n || string(s.between(termOffsets, terms, i)) != term {
		return dst, nil
	}
	dst, ok := decode(dst, s.between(postOffsets, postings, i), uint32(s.Chunks()))
	if !ok {
		return dst, fmt.Errorf("%w: %s, section %s: term %q", index.ErrCorrupt, s.Name, sectionNames[postings], term)
	}
	return dst, nil
}
