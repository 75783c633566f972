package segment

import (
	"bytes"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

// Part is a segment that is merged, and which of its documents go on.
type Part struct {
	*Segment
	Keep   func(document int) bool
	Change func(*index.Document) // of what is known of each that goes on; nil leaves it
}

// Merge writes the documents of several segments as one, in order, without
// analyzing them again: dictionaries are sorted, so that their terms are read side
// by side.
func Merge(parts []Part) (*File, error) {
	f := newFile()
	cursors := make([]*cursor, 0, len(parts))
	for _, p := range parts {
		moved, err := f.copyDocuments(p)
		if err != nil {
			return nil, err
		}
		c := &cursor{segment: p.Segment, moved: moved}
		if err := c.step(); err != nil {
			return nil, err
		}
		cursors = append(cursors, c)
	}
	var list []byte
	for {
		var term []byte
		for _, c := range cursors {
			if t := c.term(); t != nil && (term == nil || bytes.Compare(t, term) < 0) {
				term = t
			}
		}
		if term == nil {
			return f.finish()
		}
		list = list[:0]
		previous := uint32(0)
		for _, c := range cursors {
			if t := c.term(); t == nil || !bytes.Equal(t, term) {
				continue
			}
			var err error
			if list, previous, err = c.append(list, previous); err == nil {
				err = c.step()
			}
			if err != nil {
				return nil, err
			}
		}
		if len(list) > 0 {
			f.addTerm(term, list)
		}
	}
}

// copyDocuments takes over the documents that go on, and tells where each chunk
// went: its new number plus one, 0 for those left behind.
func (f *file) copyDocuments(p Part) (moved []uint32, err error) {
	moved = make([]uint32, p.Chunks())
	for d := range p.Documents() {
		if !p.Keep(d) {
			continue
		}
		record, err := p.Record(d)
		if err != nil {
			return nil, err
		}
		from, to := p.extents(d)
		b := body{of: p.paged(text), from: int(from[2]), to: int(to[2])}
		id := p.ID(d)
		if p.Change != nil {
			if id, record, err = p.changed(d); err != nil {
				return nil, err
			}
		}
		if err := f.addDocument(id, record, b); err != nil {
			return nil, err
		}
		first, end := p.Range(d)
		for c := first; c < end; c++ {
			chunk, _ := p.Chunk(c)
			words, headings := p.Lengths(c)
			f.addChunk(chunk.Span, chunk.Headings, chunk.Page, words, headings)
			moved[c] = f.chunks
		}
	}
	return moved, nil
}

// changed is the record of a document after a change.
func (p Part) changed(i int) (id string, record []byte, err error) {
	d, err := p.Document(i)
	if err != nil {
		return "", nil, err
	}
	p.Change(&d)
	record, err = json.Marshal(d)
	return d.ID, record, err
}

// cursor reads the dictionary of one of the segments.
type cursor struct {
	segment *Segment
	moved   []uint32
	blocks  int     // that were read
	block   []entry // the present one
	ahead   []entry // of it, the present term first
	decoded [64]Posting
}

// entry is a term, and where its postings lie.
type entry struct {
	term     []byte
	from, to int
}

// term is the present term; nil after the last.
func (c *cursor) term() []byte {
	if len(c.ahead) == 0 {
		return nil
	}
	return c.ahead[0].term
}

func (c *cursor) step() error {
	if len(c.ahead) > 1 {
		c.ahead = c.ahead[1:]
		return nil
	}
	c.ahead = nil
	if c.blocks == len(c.segment.blocks) {
		return nil
	}
	c.blocks++
	c.block = c.block[:0]
	err := c.segment.block(c.blocks-1, func(term []byte, from, to int) bool {
		c.block = append(c.block, entry{term, from, to})
		return true
	})
	c.ahead = c.block
	return err
}

// append writes the postings of the present term that go on.
func (c *cursor) append(list []byte, previous uint32) ([]byte, uint32, error) {
	e := c.ahead[0]
	b, err := c.segment.paged(postings).read(e.from, e.to-e.from)
	if err != nil {
		return nil, 0, err
	}
	l := List{segment: c.segment, term: string(e.term), rest: b}
	for {
		n, err := l.Next(c.decoded[:])
		if n == 0 {
			return list, previous, err
		}
		for _, p := range c.decoded[:n] {
			if at := c.moved[p.Chunk]; at > 0 {
				list = appendPosting(list, previous, at, p.Body, p.Heading)
				previous = at
			}
		}
	}
}
