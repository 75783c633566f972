// Package analysis turns text into terms, the same way for passages and
// questions.
//
// A scanner cuts text into words: runs of letters, digits and marks of one
// script. Each script has a language, one file that registers itself and
// writes the terms of a word. Terms are in NFC and case folded. Hangul and CJK
// bigrams carry the prefix Bigram, so that they never collide with words and
// scoring may weigh them differently.
package analysis

import (
	"sync"

	"github.com/ondol-rag/ondol/index"
)

// Bigram is the first byte of every Hangul or CJK bigram term.
const Bigram = 0x01

// maxTerm bounds a term, in bytes. Longer words, such as encoded data, are
// passed over.
const maxTerm = 64

// Analyze calls emit for each term of text, in order. The term is valid only
// during the call; the span is the word it came from.
func Analyze(text string, emit func(term []byte, span index.Span)) {
	a := pool.Get().(*analyzer)
	a.text, a.emit = text, emit
	a.run()
	a.text, a.emit = "", nil
	pool.Put(a)
}

// Terms returns the terms of text in order, repeated ones included.
func Terms(text string) []string {
	var terms []string
	Analyze(text, func(term []byte, _ index.Span) { terms = append(terms, string(term)) })
	return terms
}

// analyzer holds the buffers of one call, to be used again by the next.
type analyzer struct {
	text  string
	emit  func([]byte, index.Span)
	word  []byte // the current word, folded
	term  []byte // a term under construction
	stems stems
}

var pool = sync.Pool{New: func() any { return new(analyzer) }}

// A language writes the terms of one word of its script.
type language func(a *analyzer, word []byte, span index.Span)

var languages [scripts]language

// register says who reads the words of a script.
func register(s script, l language) { languages[s] = l }
