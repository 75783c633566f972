package reader

// Evidence is what the best candidate, and how it stands beside the others, say of
// whether the passages answer, by EvidenceNames.
type Evidence [len(EvidenceNames)]float64

// EvidenceNames are the parts of Evidence, in order; RATIONALE.md says why there
// are no more.
var EvidenceNames = [...]string{
	"covered", // share of the question's weight in the sentence
	"context", // and with the best of what stands around it
	"missing", // facts of the question that the passage lacks
	"few",     // the question has few words; less than four are as good as four
	"typed",   // a fact of the kind asked for is there, or is not; 0 if the kind has none
}

// Evidence reads the candidates, best first; there is at least one.
func (q *Question) Evidence(list []Candidate) Evidence {
	f := list[0].Features
	typed := 0.0
	if row := q.Kind.row(); row != nil && len(row.facts) > 0 {
		typed = max(f[when], f[amount], f[name]) - 0.5
	}
	context := f[covered] + max(f[heading], f[before], f[after])
	return Evidence{f[covered], context, f[missing], 1 / float64(max(4, len(q.words))), typed}
}
