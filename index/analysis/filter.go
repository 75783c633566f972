package analysis

import "github.com/ondol-rag/ondol/index"

// A Filter tells from a word's letters that none of its terms can be among some,
// so that a text is read for these without the analysis of every word.
type Filter struct {
	first [128]bool // letters that the Latin terms begin with
	runes [64]uint64
	all   bool
}

// NewFilter returns a filter for terms.
func NewFilter(terms []string) *Filter {
	f := &Filter{}
	for _, t := range terms {
		digits := digit(t[0])
		for _, r := range t {
			f.runes[r>>6&63] |= 1 << (r & 63)
			// 세 명 has the term 3명: the word alone does not tell.
			f.all = f.all || digits && syllable(r)
		}
		f.first[t[0]&127] = true
	}
	return f
}

// passes reports whether a word may have one of the terms.
func (f *Filter) passes(word string, s script) bool {
	switch {
	case f.all:
		return true
	case s == latin:
		c := word[0]
		return digit(c) || c >= 128 || f.first[c|0x20]
	case s == hangul:
		for _, r := range word {
			if f.runes[r>>6&63]>>(r&63)&1 != 0 {
				return true
			}
		}
		return false
	}
	return true
}

// Analyze is Analyze for a reader that looks for the filter's terms: of a word
// that has none of them it may be told once, with no term.
func (f *Filter) Analyze(text string, emit func(term []byte, span index.Span)) {
	a := pool.Get().(*analyzer)
	a.filter = f
	a.run(text, emit, false)
	a.filter = nil
	pool.Put(a)
}
