package analysis

import (
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

func init() { register(cjk, cjkWord) }

// cjkWord writes the bigrams of a run of Han and kana, which has no spaces
// between words. In Korean text Han is read in Hangul too, so that 大韓民國 and
// 대한민국 find each other.
func cjkWord(a *analyzer, word []byte, span index.Span) {
	a.bigrams(word, span)
	if a.korean() {
		if a.term = hangulReading(a.term[:0], word); len(a.term) > 0 {
			a.word = append(a.word[:0], a.term...)
			a.koreanTerms(a.word, span)
		}
	}
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
