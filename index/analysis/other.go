package analysis

import "github.com/ondol-rag/ondol/index"

func init() { register(other, otherWord) }

// otherWord writes a word of an alphabet without rules of its own as it is.
func otherWord(a *analyzer, word []byte, span index.Span) {
	if len(word) <= maxTerm {
		a.emit(word, span)
	}
}
