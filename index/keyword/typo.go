package keyword

import (
	"slices"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index/analysis"
)

const (
	// corrected is what a term weighs that stands for a misspelled one.
	corrected = 0.8
	// leastLetters is the shortest word that is corrected; Hangul counts by jamo.
	leastLetters = 6
)

// near finds, among the terms that begin with prefix, the most frequent one that
// is one edit from a term: a letter more, less or another, or two swapped; "" if
// there is none.
func (s *Searcher) near(term, prefix string) (nearest string, err error) {
	letters := spell(nil, []byte(term))
	if len(letters) < leastLetters || slices.ContainsFunc(letters, func(r rune) bool { return r <= '9' }) {
		return "", nil
	}
	var other []rune
	most := 0
	for _, p := range s.parts {
		err := p.Dictionary(prefix, func(t []byte, size int) bool {
			if t[0] == analysis.Bigram || size <= most || len(t) > len(term)+width || len(t)+width+longest < len(term) {
				return true
			}
			if other = spell(other[:0], t); oneEdit(letters, other) || inflected(letters, other) {
				nearest, most = string(t), size
			}
			return true
		})
		if err != nil {
			return "", err
		}
	}
	return nearest, nil
}

// width is the most bytes that one edit adds.
const width = 3

// endings are what the stemmer takes from English words: it cannot know those that
// are misspelled, and leaves "heatng" as it is.
var endings = [...]string{"ing", "ed", "er", "ly", "ment", "ness", "ation", "ion", "able", "e", "es"}

const longest = len("ation")

// inflected reports whether a word is one edit from a stem with an ending.
func inflected(word, stem []rune) bool {
	n := len(stem)
	if n < leastLetters-2 || stem[n-1] > 'z' || len(word) < n {
		return false
	}
	for _, e := range endings {
		if stem = append(stem[:n], []rune(e)...); oneEdit(word, stem) {
			return true
		}
	}
	return false
}

// spell appends the letters of a term, those of Hangul by jamo.
func spell(dst []rune, term []byte) []rune {
	const first, vowels, finals = 0xAC00, 21, 28
	for len(term) > 0 {
		r, n := utf8.DecodeRune(term)
		term = term[n:]
		if r < first || r > 0xD7A3 {
			dst = append(dst, r)
			continue
		}
		s := r - first
		dst = append(dst, 0x1100+s/(vowels*finals), 0x1161+s/finals%vowels)
		if s%finals != 0 {
			dst = append(dst, 0x11A7+s%finals)
		}
	}
	return dst
}

// oneEdit reports whether a becomes b by one edit.
func oneEdit(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return slices.Equal(a[i:], b[i+1:])
	}
	if i == len(a) {
		return false // equal
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
	return swapped || slices.Equal(a[i+1:], b[i+1:])
}
