package reader

import (
	"slices"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

const (
	maxPicked, maxListed = 3, 6
	// closeTo is how far below the best score another sentence may be to be quoted
	// beside it; listed where several are asked for.
	closeTo, listed = 1.2, 2.5
	// tied is how far below it lies one that gives what is asked for just as well.
	tied = 0.3
)

// Pick chooses the sentences to quote from candidates, best first: the best, and
// those nearly as good that bring in something that the question asked for. A list
// and a comparison take more, yes or no what is said of each part of the question, and
// words that ask nothing what has all of them. Of two that are tied both are quoted.
func (q *Question) Pick(list []Candidate) []Candidate {
	most, within := maxPicked, closeTo
	switch q.Kind {
	case List, Comparison:
		most, within = maxListed, listed
	case YesNo:
		within = listed // a rule and its exception
	}
	picked := []Candidate{list[0]}
	had := slices.Clone(list[0].Covered)
	if c, ok := q.completed(list); ok {
		picked = append(picked, c)
		join(had, c.Covered)
	}
	row := q.Kind.row()
	for _, c := range list[1:] {
		if len(picked) == most || c.Score < list[0].Score-within {
			break
		}
		brings := q.bare && c.Features[covered] > all || row != nil && len(row.facts) > 0 && c.tells(row) && c.Score > list[0].Score-tied
		for t, has := range c.Covered {
			brings = brings || has && !had[t]
		}
		if brings && !slices.ContainsFunc(picked, func(p Candidate) bool { return p.Hit.Document == c.Hit.Document && p.Span == c.Span }) && (c.Features[short] == 0 || c.looked.verb()) && c.Features[title] == 0 {
			picked = append(picked, c)
			join(had, c.Covered)
		}
	}
	return q.Focused(picked)
}

// completed is the sentence beside the best one that gives what is asked for, where the
// best one itself does not: the fair is on 19 June. It will be on the lower field.
func (q *Question) completed(list []Candidate) (beside Candidate, ok bool) {
	best := list[0]
	row := q.Kind.row()
	if row == nil || q.Kind == YesNo || q.Kind == How || best.tells(row) {
		return beside, false
	}
	for _, c := range list[1:] {
		if c.follows(best) && c.tells(row) {
			return c, true
		}
	}
	return beside, false
}

// parting is how many bytes may lie between sentences of which one follows the other:
// space, and the number of a list's item.
const parting = 4

// follows reports whether a sentence stands behind another, be it in the next passage.
func (c Candidate) follows(other Candidate) bool {
	between := c.Span.Start - other.Span.End
	return c.Hit.Document == other.Hit.Document && between >= 0 && between <= parting && c.Features[title] == 0
}

// tells reports whether a sentence gives what a kind of question asks for.
func (c Candidate) tells(row *kind) bool {
	f := c.Features
	return f[shows]+f[when]+f[amount]+f[name]+f[unit] > 0
}

const (
	// sameWords is the least share of their words that two sentences have in common
	// which say the same of different values.
	sameWords = 0.6
	// compared is how many candidates are held against the best.
	compared = 12
)

// Contradiction finds a candidate that answers as well as the best one, in another
// document and in nearly the same words, but with another number, date or name. None
// does where a person's mark preferred the best one.
func Contradiction(list []Candidate) (at int, ok bool) {
	for i := 1; i < min(len(list), compared); i++ {
		a, b := list[0], list[i]
		if a.Hit.Document != b.Hit.Document && a.mark <= b.mark && a.about() <= b.about()+0.05 && resemblance(a.plainWords(), b.plainWords()) >= sameWords && differ(a, b) {
			return i, true
		}
	}
	return 0, false
}

// about is how much of the question a sentence has with its headings.
func (c Candidate) about() float64 { return c.Features[covered] + c.Features[heading] }

// resemblance is the share of their words that two sentences have in common, apart from
// their facts.
func resemblance(one, other map[string]bool) float64 {
	both := 0
	for w := range one {
		if other[w] {
			both++
		}
	}
	return float64(both) / float64(max(1, len(one)+len(other)-both))
}

// differ reports whether one fact of a sentence is another in the other, of the
// same unit, and all others are the same.
func differ(a, b Candidate) bool {
	if len(a.looked.facts) != len(b.looked.facts) {
		return false
	}
	different := 0
	for i, f := range a.looked.facts {
		g := b.looked.facts[i]
		switch {
		case f.Kind != g.Kind || f.Kind == fact.Number && f.Unit != g.Unit:
			return false
		case !f.Same(g):
			different++
		}
	}
	return different == 1
}
