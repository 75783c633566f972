package analysis

import "github.com/ondol-rag/ondol/index"

// Without turns a part of the analysis off for the whole process, so that it can be
// measured what the part is worth; ok is false for one that there is not. Nothing
// else calls it, and it is not linked into the reactor.
func Without(part string) (ok bool) {
	off, ok := parts[part]
	if ok {
		off()
	}
	return ok
}

var parts = map[string]func(){
	"particles": func() { clear(suffixes) },
	"stemming": func() {
		register(latin, func(a *analyzer, word []byte, span index.Span) {
			if len(word) <= maxTerm && !(a.query && englishFunction[string(word)]) {
				a.emit(word, span)
			}
		})
	},
	"function words": func() {
		clear(englishFunction)
		clear(koreanFunction)
	},
	"common words": func() { clear(common) },
}
