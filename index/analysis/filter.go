package analysis

import (
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// A Filter tells from a word's letters that none of its terms can be among some,
// so that a text is read for these without the analysis of every word.
type Filter struct {
	latin  [128][128]bool // the first two letters of Latin terms
	short  [128]bool      // Latin terms of one letter
	pairs  bits           // of syllables that follow each other in a term
	single bits           // terms of one syllable
	begins bits           // syllables that begin a bigram: its word may end with it
	ends   bits           // and that end one: its word may begin with it
	// numbers is set where a term is a number with its unit, or any may answer. 세 명
	// has the term 3명: words that may follow a number, or spell one, pass.
	numbers bool
}

// bits is a set of runes or pairs of them, some of which fall together.
type bits [64]uint64

func (b *bits) add(r rune)      { b[r>>6&63] |= 1 << (r & 63) }
func (b *bits) has(r rune) bool { return b[r>>6&63]>>(r&63)&1 != 0 }

func pair(a, b rune) rune { return a*31 ^ b }

// NewFilter returns a filter for terms, and for what may answer what is asked.
func NewFilter(terms []string, asks Answer) *Filter {
	f := &Filter{numbers: asks == Number}
	for _, t := range terms {
		bigram := t[0] == Bigram
		runes := []rune(strings.TrimPrefix(t, string(rune(Bigram))))
		for i, r := range runes {
			f.numbers = f.numbers || digit(t[0]) && syllable(r)
			if i > 0 {
				f.pairs.add(pair(runes[i-1], r))
			}
		}
		switch {
		case bigram && len(runes) == 2:
			f.begins.add(runes[0])
			f.ends.add(runes[1])
		case len(runes) == 1:
			f.single.add(runes[0])
			f.short[t[0]&127] = true
		case len(runes) > 1:
			f.latin[t[0]&127][second(t[1])] = true
		}
	}
	if f.numbers {
		for _, r := range spelledStarts {
			f.single.add(r)
		}
	}
	return f
}

// spelledStarts is what words begin with that spell a number or its counter.
var spelledStarts = func() (starts []rune) {
	for _, words := range []map[string]string{numerals, months} {
		for w := range words {
			r, _ := utf8.DecodeRuneInString(w)
			starts = append(starts, r)
		}
	}
	for w := range counted {
		r, _ := utf8.DecodeRuneInString(w)
		starts = append(starts, r)
	}
	return starts
}()

// second folds the second letter of a stem: dying has the stem die.
func second(c byte) byte {
	if c |= 0x20; c == 'y' {
		c = 'i'
	}
	return c & 127
}

// passes reports whether a word of ASCII or of syllables may have one of the terms,
// or a term that begins as one of them does.
func (f *Filter) passes(word string, s script) bool {
	switch {
	case s == latin:
		c := word[0]
		switch {
		case !letter(c):
			return true
		case len(word) == 1:
			return f.short[c|0x20]
		}
		return !letter(word[1]) || f.latin[c|0x20][second(word[1])]
	case s == hangul:
		var before rune
		for _, r := range word {
			if before == 0 && (f.single.has(r) || f.ends.has(r)) || before != 0 && f.pairs.has(pair(before, r)) {
				return true
			}
			before = r
		}
		return f.begins.has(before)
	}
	return true
}

// Analyze is Analyze for a reader that looks for the filter's terms: of a word
// that has none of them it may be told once, with no term.
func (f *Filter) Analyze(text string, emit func(term []byte, span index.Span)) {
	a := take()
	a.filter = f
	a.run(text, emit, false)
	a.filter = nil
	spare.Store(a)
}
