package analysis

import (
	"bytes"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"

	"github.com/ondol-rag/ondol/index"
)

func init() { register(latin, englishWord) }

// englishWord writes the stem of a word by the Snowball English stemmer.
// https://snowballstem.org/algorithms/english/stemmer.html
func englishWord(a *analyzer, word []byte, span index.Span) {
	if len(word) > maxTerm {
		return
	}
	if digit(word[0]) {
		figures := len(word) - len(bytes.TrimLeft(word, "0123456789."))
		if latinUnits[string(word[figures:])] { // 12km
			a.emit(word[:figures], span)
		} else {
			figures = len(word)
		}
		a.last.number, a.last.start = append(a.last.number[:0], word[:figures]...), span.Start
	} else {
		if a.last.script == latin && a.last.end+1 == span.Start && len(a.last.number) > 0 && latinUnits[string(word)] { // 12 km
			a.numbered(a.last.number, word, index.Span{Start: a.last.start, End: span.End})
		}
		a.last.number = a.last.number[:0]
		if a.query && englishFunction[string(word)] {
			return
		}
	}
	a.emit(a.stems.of(word), span)
}

// englishFunction holds words that a question has and its answer need not:
// articles, prepositions, pronouns, auxiliaries, interrogatives.
var englishFunction = set(`
	a an the and or but if of at by for with about against between into through during to from in on off over under
	again then so than too very not no as there here is am are was were be been being have has had having do does did
	doing would should could can will shall may might must what which who whom whose when where why how that this these
	those it its he she they him his her them their i you we me my your our us s t`)

// set makes a lookup table of words.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// stems remembers the stems of recent words in a direct-mapped cache: the
// stemmer allocates, and words repeat.
type stems struct {
	slots [1 << 12]struct {
		word string
		stem []byte
	}
}

func (s *stems) of(word []byte) []byte {
	if len(word) < 3 || digit(word[0]) {
		return word
	}
	h := uint32(2166136261) // FNV-1a
	for _, c := range word {
		h = (h ^ uint32(c)) * 16777619
	}
	slot := &s.slots[(h^h>>15)%uint32(len(s.slots))]
	if slot.word != string(word) {
		slot.word = string(word)
		env := snowballstem.NewEnv(slot.word)
		english.Stem(env)
		slot.stem = []byte(env.Current())
	}
	return slot.stem
}
