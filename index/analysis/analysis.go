// Package analysis turns text into terms, the same way for passages and
// questions.
//
// The scanner cuts text into words: runs of letters, digits and marks of one
// script. Each script has a language, one file that registers itself and
// writes the terms of a word. Terms are case folded and in NFKC, so full-width
// and half-width forms are equal. Hangul and CJK bigrams begin with the byte
// Bigram: they never collide with words, and scoring may weigh them less.
package analysis

import (
	"sync/atomic"

	"github.com/ondol-rag/ondol/index"
)

// Bigram is the first byte of every Hangul or CJK bigram term.
const Bigram = 0x01

// maxTerm bounds a term, in bytes. Longer words, such as encoded data, have no
// term of their own.
const maxTerm = 64

// Analyze calls emit for each term of a text, in order. The term is valid only
// during the call; the span is the word that it came from. One word may have
// several terms.
func Analyze(text string, emit func(term []byte, span index.Span)) {
	a := take()
	a.run(text, emit, false)
	spare.Store(a)
}

// Terms returns the terms of a text in order, repeated ones included.
func Terms(text string) []string {
	var terms []string
	Analyze(text, func(term []byte, _ index.Span) { terms = append(terms, string(term)) })
	return terms
}

// analyzer holds the state of one call and buffers for the next.
type analyzer struct {
	text   string
	emit   func([]byte, index.Span)
	query  bool    // leave out function words
	filter *Filter // of words; nil passes all
	word   []byte  // the current word, folded
	term   []byte  // a term under construction
	last   struct {
		script script
		end    int    // of the word before, in bytes of text
		number []byte // its digits, if it is a number
		start  int    // of the number
		tail   []byte // last syllable, if it is Hangul without a particle
	}
	language uint8 // of the text: see korean
	stems    stems
}

const (
	unknown = iota
	foreign
	ours
)

// spare is an analyzer that nobody uses. A sync.Pool would lose the stems that it
// remembers whenever the collector runs.
var spare atomic.Pointer[analyzer]

func take() *analyzer {
	if a := spare.Swap(nil); a != nil {
		return a
	}
	return new(analyzer)
}

// A language writes the terms of one word of its script. It may change word.
type language func(a *analyzer, word []byte, span index.Span)

var languages [scripts]language

// register says who reads the words of a script.
func register(s script, l language) { languages[s] = l }
