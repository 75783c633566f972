package check

import (
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/reader"
)

// exchanged finds a word of the claim that a sentence of the evidence lacks, where it has
// another between the same neighbours: the day of delivery for the day of purchase. It may
// be another word for the same, so it is mild.
func exchanged(claim, evidence *text) *Word {
	frames := map[string]int{}
	for j, other := range evidence.words {
		if !claim.set[other] {
			frames[evidence.frame(j)] = j
		}
	}
	for i, own := range claim.words {
		j, ok := frames[claim.frame(i)]
		if !ok || i == 0 || evidence.set[own] || alike(own, evidence.words[j]) {
			continue
		}
		w := Word{Kind: "word", Claim: claim.said(i), Evidence: evidence.said(j), Mild: true}
		if !verbal(w.Claim) && !verbal(w.Evidence) {
			return &w
		}
	}
	return nil
}

// frame are the words on both sides of one.
func (t *text) frame(i int) string {
	return strings.Join(t.words[max(0, i-1):i], "") + " " + strings.Join(t.words[i+1:min(len(t.words), i+2)], "")
}

// said is a word as the text says it.
func (t *text) said(i int) string { return t.text[t.spans[i].Start:t.spans[i].End] }

// alike reports whether terms are words for the same, or forms of one.
func alike(a, b string) bool {
	return a[:min(len(a), 3)] == b[:min(len(b), 3)] || min(a[0], b[0]) < 'a' || reader.Kin(a, b) // figures are facts
}

// verbal reports whether a Korean word ends as verbs and adverbs do: they have too many
// forms to be compared by place.
func verbal(word string) bool {
	last, _ := utf8.DecodeLastRuneInString(word)
	return strings.ContainsRune("다요지어아고해게서니며면은는을던한된할될", last)
}
