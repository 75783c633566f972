package check

import (
	"strings"

	"github.com/ondol-rag/ondol/engine/rag/reader"
)

// exchanged finds a word of the claim that a sentence of the evidence lacks, where it has
// another between the same neighbours: the day of delivery for the day of purchase. It may
// be another word for the same, so it is mild.
func exchanged(claim, evidence text) (w Word, found bool) {
	for i, own := range claim.words {
		if i == 0 || evidence.set[own] || verbal(claim.said(i)) {
			continue
		}
		for j, other := range evidence.words {
			if j > 0 && !claim.set[other] && !alike(own, other) && !verbal(evidence.said(j)) &&
				claim.words[i-1] == evidence.words[j-1] && claim.at(i+1) == evidence.at(j+1) {
				return Word{Kind: "word", Claim: claim.said(i), Evidence: evidence.said(j), Mild: true}, true
			}
		}
	}
	return w, false
}

// alike reports whether terms are words for the same, or forms of one.
func alike(a, b string) bool {
	if reader.Kin(a, b) {
		return true
	}
	first := func(s string) string { return string([]rune(s)[:1]) }
	return first(a) == first(b) || a[0] < 'a' || b[0] < 'a' // figures are facts
}

// verbal reports whether a Korean word ends as verbs and adverbs do: they have too many
// forms to be compared by place.
func verbal(word string) bool {
	for _, end := range []string{"다", "요", "지", "어", "아", "고", "해", "게", "서", "니", "며", "면", "은", "는", "을", "던", "한", "된", "할", "될"} {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return false
}
