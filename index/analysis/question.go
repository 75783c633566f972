package analysis

import "github.com/ondol-rag/ondol/index"

// Query returns the terms of a question: those of the text less function words
// and interrogatives (what, of, 누구, 무엇인가), which say nothing of the passage
// sought. A question of nothing else keeps them.
func Query(text string) []string {
	var terms []string
	AnalyzeQuery(text, func(term []byte, _ index.Span) { terms = append(terms, string(term)) })
	return terms
}

// AnalyzeQuery calls emit for each term of Query, as Analyze does.
func AnalyzeQuery(text string, emit func(term []byte, span index.Span)) {
	some := false
	a := take()
	a.run(text, func(term []byte, span index.Span) { some = true; emit(term, span) }, true)
	spare.Store(a)
	if !some {
		Analyze(text, emit)
	}
}

// Answer is what a question asks for, as far as its words tell.
type Answer uint8

const (
	Anything Answer = iota
	Number          // how many, 몇, 얼마
	Year            // when, 언제
)

// Asks finds what a question asks for.
func Asks(question string) Answer {
	kind := Anything
	before := ""
	Analyze(question, func(term []byte, _ index.Span) {
		word := string(term)
		if k, ok := asking[word]; ok {
			kind = max(kind, k)
		} else if before == "how" && (word == "mani" || word == "much") {
			kind = max(kind, Number)
		}
		before = word
	})
	return kind
}

// asking holds stems that tell what is asked for.
var asking = map[string]Answer{
	"when": Year, "year": Year, "언제": Year, "년도": Year, "연도": Year,
	"percent": Number, "percentag": Number, "몇": Number, "얼마": Number, "얼마나": Number,
}

// Gives reports whether a term could be such an answer.
func (k Answer) Gives(term []byte) bool {
	if k == Anything || !digit(term[0]) {
		return false
	}
	return k == Number || len(term) == 4 && digit(term[1]) && digit(term[2]) && digit(term[3])
}
