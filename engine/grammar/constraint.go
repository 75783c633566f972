package grammar

import (
	"bytes"
	"sort"
)

// Vocabulary is what tokens stand for, in order.
type Vocabulary struct {
	pieces func(id int32) []byte
	isEnd  func(id int32) bool
	order  []int32 // tokens with bytes, by their bytes
	ends   []int32 // tokens that end a text
}

// NewVocabulary readies n tokens. pieces gives the bytes of each, isEnd says that
// one ends a text.
func NewVocabulary(n int, pieces func(id int32) []byte, isEnd func(id int32) bool) *Vocabulary {
	v := &Vocabulary{pieces: pieces, isEnd: isEnd}
	for id := range int32(n) {
		switch {
		case isEnd(id):
			v.ends = append(v.ends, id)
		case len(pieces(id)) > 0:
			v.order = append(v.order, id)
		}
	}
	sort.SliceStable(v.order, func(i, j int) bool { return bytes.Compare(pieces(v.order[i]), pieces(v.order[j])) < 0 })
	return v
}

// Constraint holds one text to a grammar, token by token.
type Constraint struct {
	*walker
	vocabulary *Vocabulary
	at         places
	left       int      // tokens that the text may still take; negative: any number
	path       []places // scratch: the places along a token's bytes
}

// NewConstraint begins a text of at most limit tokens; negative sets no limit.
//
// A token after which the rest of the limit would not do to complete the text,
// at a token a byte, is not allowed: so no text is cut off, unless the limit was
// too short from the start.
func NewConstraint(g *Grammar, v *Vocabulary, limit int) *Constraint {
	c := &Constraint{walker: &walker{Grammar: g}, vocabulary: v, left: limit}
	c.begin(&c.at)
	return c
}

// Allows says whether a token may come next.
func (c *Constraint) Allows(id int32) bool {
	if c.vocabulary.isEnd(id) {
		return c.at.atEnd
	}
	piece := c.vocabulary.pieces(id)
	return len(piece) > 0 && c.reaches(piece, 0) == len(piece) && c.inTime(&c.path[len(piece)])
}

// reaches takes the bytes of a piece from the given one on, the places up to
// which stand in the path, and returns how many lead somewhere.
func (c *Constraint) reaches(piece []byte, from int) int {
	for len(c.path) <= len(piece) {
		c.path = append(c.path, places{})
	}
	for i := from; i < len(piece); i++ {
		before := &c.at
		if i > 0 {
			before = &c.path[i]
		}
		if c.step(&c.path[i+1], before, piece[i]); c.path[i+1].none() {
			return i
		}
	}
	return len(piece)
}

func (p *places) none() bool { return len(p.configs) == 0 && !p.atEnd }

// inTime says whether a text at these places can be completed within the limit.
// If none can, all are.
func (c *Constraint) inTime(after *places) bool {
	return c.left < 0 || c.length(after) < c.left || c.length(&c.at) > c.left
}

// Allowed appends all tokens that may come next, in no order. If the limit allows
// none, as the vocabulary lacks some bytes, it is given up.
func (c *Constraint) Allowed(ids []int32) []int32 {
	all := c.allowed(ids)
	if len(all) == len(ids) && c.left >= 0 {
		c.left = -1
		all = c.allowed(ids)
	}
	return all
}

func (c *Constraint) allowed(ids []int32) []int32 {
	if c.at.atEnd {
		ids = append(ids, c.vocabulary.ends...)
	}
	var before []byte // the last piece
	known := 0        // bytes of it whose places stand in the path
	for i := 0; i < len(c.vocabulary.order); i++ {
		piece := c.vocabulary.pieces(c.vocabulary.order[i])
		shared := 0
		for shared < min(len(before), len(piece)) && before[shared] == piece[shared] {
			shared++
		}
		if known < len(before) && shared > known {
			continue // it begins with what leads nowhere
		}
		known = c.reaches(piece, min(shared, known))
		before = piece
		if known == len(piece) && c.inTime(&c.path[known]) {
			ids = append(ids, c.vocabulary.order[i])
		}
	}
	return ids
}

// Accept takes a token into the text. It must be allowed.
func (c *Constraint) Accept(id int32) {
	if c.vocabulary.isEnd(id) {
		return
	}
	piece := c.vocabulary.pieces(id)
	c.reaches(piece, 0)
	c.at, c.path[len(piece)] = c.path[len(piece)], c.at
	if c.left > 0 {
		c.left--
	}
}

// Done says that the text is complete, and that nothing may follow.
func (c *Constraint) Done() bool { return c.at.atEnd && len(c.at.configs) == 0 }
