package reader

import (
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

// Evidence is what candidates say of whether the best one answers, by EvidenceNames.
type Evidence [len(EvidenceNames)]float64

// EvidenceNames are the parts of Evidence, in order; RATIONALE.md says why there
// are no more.
var EvidenceNames = [...]string{
	"covered", // share of the question's weight in the sentence
	"context", // and with the best of what stands around it
	"missing", // facts of the question that the passage lacks
	"few",     // the question has few words that say something: 1 for one word, half for two; 0 if it asks nothing and they are met
	"typed",   // a fact of the kind asked for is there, or is not; 0 if the kind has none
	"unit",    // a number in a unit that is asked for is there, or is not; 0 if any will do
	"silent",  // of one word a date or a number is asked for, and the sentence has none such
	"lost",    // how many of the question's words its passage lacks
	"unnamed", // and the share of those that are written large or are numbers
	"lead",    // how far its score is above those of other passages, less where the context has little
}

// Evidence reads candidates that were scored by words, likeliest first.
func (q *Question) Evidence(list []Candidate) Evidence {
	likeliest := list[0]
	f := likeliest.Features
	typed, silent := 0.0, 0.0
	if row := q.Kind.row(); row != nil && len(row.facts) > 0 {
		typed = max(f[when], f[amount], f[name]) - 0.5
	}
	said := false
	if q.Kind == When || q.Kind == HowMany {
		if q.Kind == When && likeliest.looked.timed() {
			typed = 0.5
		}
		said = typed > 0
		if f[unit] == 0 && (q.units != nil || !said && f[shows] == 0) && q.telling() == 1 {
			silent = 1
		}
	}
	measured := 0.0
	if q.units != nil {
		measured = f[unit] - 0.5
	}
	rest := 1 - q.needless(likeliest.looked)
	has := f[covered] / rest
	with := min(1, has+max(f[heading], f[before], f[after])/rest)
	lost, unnamed := q.lost(likeliest)
	few := 1 / float64(max(1, q.telling()))
	if q.bare && with > all {
		few, silent = 0, 0 // no more is asked than what has the words
	}
	return Evidence{has, with, f[missing], few, typed, measured, silent, lost, unnamed, min(1, with/enough) * lead(list)}
}

// lost is how many of the question's words the passage of a sentence lacks, in tenths,
// and the share of the question's weight of those that are names or numbers.
func (q *Question) lost(c Candidate) (lost, unnamed float64) {
	for i, w := range q.words {
		if c.whole.soft[i] || w.credit(c.whole.has) > 0 {
			continue
		}
		lost += 0.1
		if r, _ := utf8.DecodeRuneInString(w.text); unicode.IsUpper(r) || unicode.IsDigit(r) {
			unnamed += w.weight / (q.total + 1)
		}
	}
	return lost, unnamed
}

const (
	// unseen is how likely an answer that no search found is, beside the best sentence: it
	// bounds the lead.
	unseen = 0.1
	// midway lies between the leads of sentences that answer, mostly 2, and of others. It
	// is the lead where the library has no other passage.
	midway = 1.2
	// enough is the share of the question from which on a lead counts in full: it is easy
	// to lead with less.
	enough = 0.5
	// all is the share above which no word of the question is missing.
	all = 0.99
	// contending is how far below the best score a sentence may lie that is compared by its
	// words.
	contending = 2
)

// lead is how likely the best sentence is, by its score, beside those of other passages:
// log odds. A passage's own do not count, since the best one may go on
// in them, nor do other rows of its table, nor those that say the same, or the same of
// other values: see Contradiction.
func lead(list []Candidate) float64 {
	best, others := list[0], unseen
	words := best.plainWords()
	for _, c := range list[1:] {
		behind := best.Score - c.Score
		row := c.columns != "" && c.columns == best.columns
		if c.passage != best.passage && c.Features[title] == 0 && !row && (behind > contending || resemblance(words, c.plainWords()) < sameWords) {
			others += math.Exp(-behind)
		}
	}
	return round(-math.Log(others))
}

// needless is the share of the question that a sentence lacks and need not have:
// verbs that say little, and half of the one that a Korean question ends in, which is
// often put in another word.
func (q *Question) needless(s sentence) (sum float64) {
	for i, w := range q.words {
		switch {
		case len(q.words) == 1 || s.soft[i] || w.credit(s.has) > 0:
		case w.light:
			sum += w.weight
		case w.stem != "":
			sum += w.weight / 2
		}
	}
	if sum == 0 || sum >= q.total {
		return 0
	}
	return sum / q.total
}

// telling is how many words of the question say something.
func (q *Question) telling() (n int) {
	for _, w := range q.words {
		if !w.light {
			n++
		}
	}
	return n
}

// timed reports whether a sentence has a number of some unit of time: 14일 안에, 7시.
func (s sentence) timed() bool {
	return slices.ContainsFunc(s.facts, func(f fact.Fact) bool { return f.Kind == fact.Number && timeUnits[f.Unit] })
}

var timeUnits = wordSet("년 개월 달 주 일 시간 시 분 year month week day hour minute")
