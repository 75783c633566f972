package segment

import (
	"encoding/binary"
	"fmt"

	"github.com/ondol-rag/ondol/index"
)

// A posting is a chunk and how often a term occurs in its body and headings. It
// is written as varints: the distance to the chunk before, times four, plus the
// kind, and what this says that follows. Most terms occur once in a chunk.
//
// In version 2 it is the distance times two, plus one if there is a heading count;
// the body count; the heading count.
const (
	once    = iota // in the body
	headed         // once in the headings alone
	several        // the body count follows
	counted        // the body count and the heading count follow
)

// Posting is a chunk of a segment and how often a term occurs in it.
type Posting struct {
	Chunk         uint32
	Body, Heading uint32
}

// List is the postings of a term that were not read yet, by chunk.
type List struct {
	segment *Segment
	term    string
	rest    []byte
	last    uint64 // chunk that was read, plus one
}

// Next reads as many postings as dst has room for, and returns how many: 0 after the
// last. Bytes that are not sound are index.ErrCorrupt.
func (l *List) Next(dst []Posting) (n int, err error) {
	b, at, chunks := l.rest, l.last, uint64(l.segment.Chunks())
	older := l.segment.version < 3
	i := 0
	for n < len(dst) && i < len(b) {
		delta, next := uvarint(b, i)
		i = next
		body, heading, kind := uint64(1), uint64(0), delta&3
		if older {
			kind, delta = several+delta&1, delta<<1
		}
		switch kind {
		case headed:
			body, heading = 0, 1
		case several:
			body, i = uvarint(b, i)
		case counted:
			body, i = uvarint(b, i)
			heading, i = uvarint(b, i)
		}
		at += delta >> 2
		if i > len(b) || delta>>2 == 0 || at > chunks || body > 1<<31 || heading > 1<<31 {
			return 0, fmt.Errorf("%w: %s, section %s: term %q", index.ErrCorrupt, l.segment.Name, sectionNames[postings], l.term)
		}
		dst[n] = Posting{uint32(at - 1), uint32(body), uint32(heading)}
		n++
	}
	l.rest, l.last = b[i:], at
	return n, nil
}

// Count is how many postings there are, if they are sound.
func (l *List) Count() (n int) {
	b, older := l.rest, l.segment.version < 3
	for i := 0; i < len(b); n++ {
		kind, next := uvarint(b, i)
		i = next
		if kind &= 3; older {
			kind = several + kind&1
		}
		for ; kind >= several; kind-- {
			_, i = uvarint(b, i)
		}
	}
	return n
}

// appendPosting writes a posting; previous is the chunk before it plus one.
func appendPosting(b []byte, previous, chunk, body, heading uint32) []byte {
	kind := counted
	switch {
	case body == 1 && heading == 0:
		kind = once
	case body == 0 && heading == 1:
		kind = headed
	case heading == 0:
		kind = several
	}
	b = binary.AppendUvarint(b, uint64(chunk-previous)<<2|uint64(kind))
	if kind >= several {
		b = binary.AppendUvarint(b, uint64(body))
	}
	if kind == counted {
		b = binary.AppendUvarint(b, uint64(heading))
	}
	return b
}

// uvarint reads a number at i and returns where the next begins: past the end of
// b if the number is cut off.
func uvarint(b []byte, i int) (uint64, int) {
	if uint(i) < uint(len(b)) && b[i] < 0x80 {
		return uint64(b[i]), i + 1
	}
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		if uint(i) >= uint(len(b)) {
			break
		}
		c := b[i]
		i++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v, i
		}
	}
	return 0, len(b) + 1
}
