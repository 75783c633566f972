//go:build !lean

package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func hangul(r rune) bool { return 0xAC00 <= r && r <= 0xD7A3 }

// koreanWords tells whether a line of a document ends within a word: Korean may
// be broken between any two syllables.
type koreanWords struct {
	spaced bool            // lines that break between words end in a space
	filled bool            // lines are filled to the last syllable, so that words are cut
	known  map[string]bool // words that stand within a line
}

func wordsOf(pages [][]pdfLine, body float64) *koreanWords {
	w := &koreanWords{known: map[string]bool{}}
	spaced, all := 0, 0
	var slack []float64 // at the ends of lines that go on, in ems
	for _, ls := range pages {
		for i, l := range ls {
			if all++; l.spaced {
				spaced++
			}
			if f := strings.Fields(l.text); len(f) > 2 {
				for _, word := range f[1 : len(f)-1] {
					w.known[bare(word)] = true
				}
			}
			if i > 0 && i+1 < len(ls) && !sentenceEnds(l.text) && l.size > 0 {
				widest := max(ls[i-1].end, l.end, ls[i+1].end)
				slack = append(slack, (widest-l.end)/l.size)
			}
		}
	}
	w.spaced = spaced*10 > all
	if len(slack) > 0 {
		slices.Sort(slack)
		w.filled = slack[len(slack)*3/4] < 1.2
	}
	return w
}

// cut reports whether the last word of line p goes on in line l.
func (w *koreanWords) cut(p, l pdfLine) bool {
	last, _ := utf8.DecodeLastRuneInString(p.text)
	first, _ := utf8.DecodeRuneInString(l.text)
	if !hangul(last) || !hangul(first) {
		return false
	}
	if w.spaced {
		return !p.spaced
	}
	a, b := bare(p.text[strings.LastIndexByte(p.text, ' ')+1:]), bare(firstWord(l.text))
	const syllable = len("가")
	switch {
	case !w.filled:
		return false
	case w.known[a+b]:
		return true
	case len(b) == syllable && particle(first):
		return true
	case w.known[b] && len(b) > syllable || w.known[a] && len(a) > syllable:
		return false
	}
	// Two breaks in three fall within a word; one that falls after a particle
	// does not.
	return len(a) == syllable || !particle(last)
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// bare is a word without punctuation around it.
func bare(word string) string { return strings.TrimFunc(word, unicode.IsPunct) }

// particle reports whether a syllable is a particle or the end of one.
func particle(r rune) bool {
	return strings.ContainsRune("은는이가을를에의로와과도만고며면서", r)
}
