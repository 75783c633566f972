package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// Decode returns the text of tokens, less the space that SentencePiece put first.
func (t *Tokenizer) Decode(ids []int32) string {
	d := t.NewDecoder()
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(d.Next(id))
	}
	b.WriteString(d.Flush())
	if t.AddSpace {
		return strings.TrimPrefix(b.String(), " ")
	}
	return b.String()
}

// Decoder turns a stream of tokens into text and never emits half a character.
type Decoder struct {
	t       *Tokenizer
	pending []byte // the beginning of a character
}

// NewDecoder returns a decoder for one stream.
func (t *Tokenizer) NewDecoder() *Decoder { return &Decoder{t: t} }

// Next takes a token and returns the characters that are now whole. Bytes that
// cannot become one are U+FFFD.
func (d *Decoder) Next(id int32) string {
	d.pending = append(d.pending, d.t.Piece(id)...)
	whole := len(d.pending)
	// A character has at most four bytes: only the last three may begin one.
	for i := max(0, len(d.pending)-utf8.UTFMax+1); i < len(d.pending); i++ {
		if utf8.RuneStart(d.pending[i]) && !utf8.FullRune(d.pending[i:]) {
			whole = i
			break
		}
	}
	text := strings.ToValidUTF8(string(d.pending[:whole]), "\uFFFD")
	d.pending = append(d.pending[:0], d.pending[whole:]...)
	return text
}

// Flush returns what is left at the end of a stream.
func (d *Decoder) Flush() string {
	text := strings.ToValidUTF8(string(d.pending), "\uFFFD")
	d.pending = d.pending[:0]
	return text
}
