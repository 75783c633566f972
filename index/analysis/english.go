package analysis

import (
	"github.com/kljensen/snowball/english"

	"github.com/ondol-rag/ondol/index"
)

func init() { register(latin, latinWord) }

// latinWord writes the stem of a word by the Snowball English stemmer.
// https://snowballstem.org/algorithms/english/stemmer.html
func latinWord(a *analyzer, word []byte, span index.Span) {
	if len(word) > maxTerm {
		return
	}
	a.emit(a.stems.of(word), span)
}

// stems remembers the stems of frequent words: a direct-mapped cache, since
// the stemmer allocates and words repeat.
type stems struct {
	slots [1 << 12]struct {
		word string
		stem []byte
	}
}

func (s *stems) of(word []byte) []byte {
	if len(word) < 3 {
		return word
	}
	h := uint32(2166136261) // FNV-1a
	for _, c := range word {
		h = (h ^ uint32(c)) * 16777619
	}
	slot := &s.slots[(h^h>>15)%uint32(len(s.slots))]
	if slot.word != string(word) {
		slot.word = string(word)
		slot.stem = []byte(english.Stem(slot.word, true))
	}
	return slot.stem
}
