package analysis

import (
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(cjk, func(a *analyzer, word []byte, span index.Span) { a.bigrams(word, span) })
	register(other, func(a *analyzer, word []byte, span index.Span) {
		if len(word) <= maxTerm {
			a.emit(word, span)
		}
	})
}

// bigrams writes each pair of neighbouring runes of a word, or the only one.
func (a *analyzer) bigrams(word []byte, span index.Span) {
	_, first := utf8.DecodeRune(word)
	if first == len(word) {
		a.term = append(append(a.term[:0], Bigram), word...)
		a.emit(a.term, span)
		return
	}
	for i := 0; i+first < len(word); {
		_, second := utf8.DecodeRune(word[i+first:])
		a.term = append(append(a.term[:0], Bigram), word[i:i+first+second]...)
		a.emit(a.term, span)
		i, first = i+first, second
	}
}
