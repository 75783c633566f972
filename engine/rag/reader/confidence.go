package reader

import "math"

// Evidence is what the best candidate, and how it stands beside the others, say of
// whether the passages answer, by EvidenceNames.
type Evidence [len(EvidenceNames)]float64

// EvidenceNames are the parts of Evidence, in order.
var EvidenceNames = [...]string{
	"covered", "near", "pairs", "rarest", "shows", "close", "facts", "missing", // as of the sentence
	"context",   // covered, with the best of what stands around it
	"passage",   // share of the question's weight in its passage
	"uncovered", // and in the heaviest word that the passage lacks
	"typed",     // a fact of the kind asked for is there, or is not; 0 if the kind has none
	"margin",    // of the score over the next sentence's
	"rank",      // of its passage, beside the best
	"few",       // the question has few words
	"rare",      // mean weight of its words, beside the greatest that there can be
	"whole",     // context squared: all of the question is met
	"within",    // passage squared
	"unmet",     // share of the question's words that sentence and surroundings lack, by number
	"lead",      // passage, over that of the next best passage
}

// Evidence reads the candidates, best first; there is at least one.
func (q Question) Evidence(list []Candidate) Evidence {
	best := list[0]
	f := best.Features
	typed, margin := 0.0, 1.0
	if row := q.Kind.row(); row != nil && len(row.facts) > 0 {
		typed = max(f[when], f[amount], f[name]) - 0.5
	}
	if len(list) > 1 {
		margin = best.Score - list[1].Score
	}
	context := f[covered] + math.Max(f[heading], math.Max(f[before], f[after]))
	n := float64(max(1, len(q.words)))
	return Evidence{
		f[covered], f[near], f[pairs], f[rarest], f[shows], f[close], f[facts], f[missing],
		context, f[passage], q.heaviestMissing(best.passage), typed,
		math.Min(1, margin), f[rank], 1 / max(2, n), q.rare,
		context * context, f[passage] * f[passage], q.unmet(best.passage), lead(list),
	}
}

// heaviestMissing is the share of the question's weight in the heaviest word that
// a text lacks.
func (q Question) heaviestMissing(s sentence) (most float64) {
	if q.total == 0 {
		return 0
	}
	for i, w := range q.words {
		if w.credit(s.has) == 0 && !s.soft[i] {
			most = max(most, w.weight/q.total)
		}
	}
	return most
}

// unmet is the share of the question's words that a text lacks.
func (q Question) unmet(s sentence) float64 {
	n := 0
	for i, w := range q.words {
		if w.credit(s.has) == 0 && !s.soft[i] {
			n++
		}
	}
	return float64(n) / float64(max(1, len(q.words)))
}

// alone is the lead of a passage that has no other beside it.
const alone = 0.2

// lead is how much more of the question the best candidate's passage has than any
// other.
func lead(list []Candidate) float64 {
	next := -1.0
	for _, c := range list {
		if c.Hit.Document != list[0].Hit.Document || c.Hit.Span != list[0].Hit.Span {
			next = max(next, c.Features[passage])
		}
	}
	if next < 0 {
		return alone
	}
	return list[0].Features[passage] - next
}
