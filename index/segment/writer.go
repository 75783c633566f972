package segment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/json"
)

// Writer gathers documents into a segment.
type Writer struct {
	records []record
	text    strings.Builder
	paths   [][]string
	pathIDs map[string]uint32
	chunks  []byte
	n       uint32 // chunks
	lists   map[string]*list
}

// list is a term's postings under construction.
type list struct {
	done          []byte
	last          uint32 // chunk that counts are for, plus one
	previous      uint32 // chunk before it, plus one
	body, heading uint32
}

// NewWriter returns an empty writer.
func NewWriter() *Writer {
	return &Writer{pathIDs: map[string]uint32{}, lists: map[string]*list{}}
}

// Len is the number of documents.
func (w *Writer) Len() int { return len(w.records) }

// Add takes a document in. Chunks must lie within the text, in order.
func (w *Writer) Add(d index.Document, t string, chunks []index.Chunk) error {
	if w.text.Len()+len(t) > math.MaxInt32 {
		return fmt.Errorf("%w: a segment would outgrow 2 GiB with %s", index.ErrInput, d.ID)
	}
	r := record{Document: d, Text: w.text.Len(), First: int(w.n)}
	r.Length, r.Chunks = len(t), len(chunks)
	w.text.WriteString(t)
	for _, c := range chunks {
		page := slices.Index(r.Pages, c.Page) + 1
		if c.Page != "" && page == 0 {
			r.Pages = append(r.Pages, c.Page)
			page = len(r.Pages)
		}
		w.n++
		body := w.count(t[c.Start:c.End], func(l *list) { l.body++ })
		heading := w.count(d.Title, func(l *list) { l.heading++ })
		for i, h := range c.Headings {
			if i > 0 || h != d.Title {
				heading += w.count(h, func(l *list) { l.heading++ })
			}
		}
		for _, v := range []uint32{uint32(len(w.records)), uint32(c.Start), uint32(c.End), w.path(c.Headings), uint32(page), body, heading} {
			w.chunks = le.AppendUint32(w.chunks, v)
		}
	}
	w.records = append(w.records, r)
	return nil
}

func (w *Writer) path(headings []string) uint32 {
	key := strings.Join(headings, "\x00")
	id, ok := w.pathIDs[key]
	if !ok {
		id = uint32(len(w.paths))
		w.pathIDs[key] = id
		w.paths = append(w.paths, append([]string{}, headings...))
	}
	return id
}

// count adds a text's terms to the current chunk and returns how many there are.
func (w *Writer) count(t string, add func(*list)) (n uint32) {
	analysis.Analyze(t, func(term []byte, _ index.Span) {
		l := w.list(term)
		if l.last != w.n {
			l.flush()
			l.last = w.n
		}
		add(l)
		n++
	})
	return n
}

// Bytes is the finished segment.
func (w *Writer) Bytes() ([]byte, error) {
	var s [sections][]byte
	var err error
	if s[documents], err = json.Marshal(w.records); err != nil {
		return nil, err
	}
	if s[paths], err = json.Marshal(w.paths); err != nil {
		return nil, err
	}
	s[text], s[chunks] = []byte(w.text.String()), w.chunks
	words := make([]string, 0, len(w.lists))
	for word := range w.lists {
		words = append(words, word)
	}
	slices.Sort(words)
	for _, word := range words {
		s[termOffsets] = le.AppendUint32(s[termOffsets], uint32(len(s[terms])))
		s[terms] = append(s[terms], word...)
		s[postOffsets] = le.AppendUint32(s[postOffsets], uint32(len(s[postings])))
		l := w.lists[word]
		l.flush()
		s[postings] = append(s[postings], l.done...)
	}
	s[termOffsets] = le.AppendUint32(s[termOffsets], uint32(len(s[terms])))
	s[postOffsets] = le.AppendUint32(s[postOffsets], uint32(len(s[postings])))
	if len(s[postings]) > math.MaxInt32 {
		return nil, fmt.Errorf("%w: postings of %d bytes outgrow a segment", index.ErrInput, len(s[postings]))
	}
	return assemble(s), nil
}

func assemble(s [sections][]byte) []byte {
	size := headerSize + sections*rowSize
	for _, b := range s {
		size += len(b)
	}
	out := make([]byte, headerSize+sections*rowSize, size)
	copy(out, magic)
	le.PutUint32(out[8:], version)
	le.PutUint32(out[12:], sections)
	for i, b := range s {
		row := out[headerSize+i*rowSize:]
		le.PutUint32(row, Checksum(b))
		le.PutUint64(row[8:], uint64(len(out)))
		le.PutUint64(row[16:], uint64(len(b)))
		out = append(out, b...)
	}
	le.PutUint32(out[16:], tableSum(out))
	return out
}

// tableSum is the checksum of header and table, without its own field.
func tableSum(b []byte) uint32 {
	sum := Checksum(b[:16])
	return sum ^ Checksum(b[20:headerSize+sections*rowSize])
}

// Append takes the documents of a segment that keep says, without analyzing
// them again.
func (w *Writer) Append(s *Segment, keep func(id string) bool) error {
	const dropped = ^uint32(0)
	moved := make([]uint32, s.Chunks()) // old chunk to new, plus one
	for d := range s.Documents() {
		r := s.records[d]
		if !keep(r.ID) {
			for c := r.First; c < r.First+r.Chunks; c++ {
				moved[c] = dropped
			}
			continue
		}
		t := s.Text(d)
		if w.text.Len()+len(t) > math.MaxInt32 {
			return fmt.Errorf("%w: a segment would outgrow 2 GiB with %s", index.ErrInput, r.ID)
		}
		first := r.First
		r.Text, r.First = w.text.Len(), int(w.n)
		w.text.WriteString(t)
		for c := first; c < first+r.Chunks; c++ {
			row := s.row(c)
			row[0], row[3] = uint32(len(w.records)), w.path(s.paths[row[3]])
			for _, v := range row {
				w.chunks = le.AppendUint32(w.chunks, v)
			}
			w.n++
			moved[c] = w.n
		}
		w.records = append(w.records, r)
	}
	var list []Posting
	var ok bool
	for i := range s.n {
		term := s.between(termOffsets, terms, i)
		if list, ok = decode(list[:0], s.between(postOffsets, postings, i), uint32(s.Chunks())); !ok {
			return fmt.Errorf("%w: %s, section %s: term %q", index.ErrCorrupt, s.Name, sectionNames[postings], term)
		}
		for _, p := range list {
			if moved[p.Chunk] == dropped {
				continue
			}
			l := w.list(term)
			l.flush()
			l.last, l.body, l.heading = moved[p.Chunk], p.Body, p.Heading
		}
	}
	return nil
}

func (w *Writer) list(term []byte) *list {
	l, ok := w.lists[string(term)]
	if !ok {
		l = &list{}
		w.lists[string(term)] = l
	}
	return l
}
