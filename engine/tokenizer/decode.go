package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// Decode returns the text of tokens. Control tokens have none. The space that
// encoding put before a text's first word is taken off again.
func (t *Tokenizer) Decode(ids []int32) string {
	var b strings.Builder
	for _, id := range ids {
		b.Write(t.Piece(id))
	}
	s := b.String()
	if t.Model == "bert" {
		s = strings.TrimPrefix(tidy(s), " ")
	} else if t.AddSpacePrefix {
		s = strings.TrimPrefix(s, " ")
	}
	return valid([]byte(s))
}

// Decoder turns a stream of tokens into text, whole characters at a time.
type Decoder struct {
	tokens *Tokenizer
	held   []byte // the beginning of a character
}

// NewDecoder starts a stream.
func (t *Tokenizer) NewDecoder() *Decoder { return &Decoder{tokens: t} }

// Next returns the characters that a token completes. Bytes that no
// continuation can make valid become U+FFFD each.
func (d *Decoder) Next(id int32) string {
	d.held = append(d.held, d.tokens.Piece(id)...)
	whole := 0
	for whole < len(d.held) && utf8.FullRune(d.held[whole:]) {
		_, n := utf8.DecodeRune(d.held[whole:])
		whole += n
	}
	text := valid(d.held[:whole])
	d.held = append(d.held[:0], d.held[whole:]...)
	return text
}

// Flush returns what is held back, at the end of the stream.
func (d *Decoder) Flush() string {
	text := valid(d.held)
	d.held = d.held[:0]
	return text
}

// valid replaces each invalid byte by U+FFFD.
func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}
