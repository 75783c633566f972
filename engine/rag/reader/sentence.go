package reader

import (
	"cmp"
	"slices"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

// sentence is a text beside a question.
type sentence struct {
	text  string
	has   []bool      // of the question's terms
	soft  []bool      // of its words: one begins like it
	at    []int       // by word: which of the question's it is, or -1
	start []int       // by word: where it begins, bytes
	facts []fact.Fact // that the question does not have
}

// look reads a text beside the question.
func (q *Question) look(text string) sentence {
	s := sentence{text: text, has: make([]bool, len(q.terms)), soft: make([]bool, len(q.words))}
	last := -1
	analysis.Analyze(text, func(term []byte, span index.Span) {
		if span.Start >= last {
			s.at, s.start = append(s.at, -1), append(s.start, span.Start)
			last = span.End
			word := text[span.Start:span.End]
			begins, stem := prefix(word), cmp.Or(verbStem(word), attributive(word))
			for i, w := range q.words {
				s.soft[i] = s.soft[i] || w.prefix != "" && w.prefix == begins || stem != "" && slices.Contains(w.stems, stem)
			}
		}
		if i, ok := q.find(term); ok {
			s.has[i] = true
			s.at[len(s.at)-1] = q.of[i]
		}
	})
	return s
}

// answering are the facts that the question does not have: they may answer.
func (q *Question) answering(facts []fact.Fact) []fact.Fact {
	return slices.DeleteFunc(facts, func(f fact.Fact) bool {
		return slices.ContainsFunc(q.facts, func(g fact.Fact) bool { return f.Kind == g.Kind && f.Same(g) })
	})
}

// within are the facts that lie in a part of a text, as of that part.
func within(facts []fact.Fact, part index.Span) (list []fact.Fact) {
	for _, f := range facts {
		if f.Start >= part.Start && f.End <= part.End {
			f.Start, f.End = f.Start-part.Start, f.End-part.Start
			list = append(list, f)
		}
	}
	return list
}

// share is the part of the question's weight that a text makes up.
func (q *Question) share(has, soft []bool) (sum float64) {
	if q.total == 0 {
		return 0
	}
	for i, w := range q.words {
		c := w.credit(has)
		if c == 0 && soft[i] {
			c = prefixCredit
		}
		sum += float64(w.weight * c)
	}
	return sum / q.total
}

// rarest is how far a text has the question's heaviest word.
func (q *Question) rarest(has []bool) (credit float64) {
	top := 0.0
	for _, w := range q.words {
		if w.weight > top {
			top, credit = w.weight, w.credit(has)
		}
	}
	return credit
}

// window is how many words close together are looked at.
const window = 12

// near is the greatest share of the question's weight within a window of words.
func (q *Question) near(s sentence) (best float64) {
	if q.total == 0 {
		return 0
	}
	seen := make([]int, len(q.words))
	sum := 0.0
	for i, w := range s.at {
		if w >= 0 {
			if seen[w]++; seen[w] == 1 {
				sum += q.words[w].weight
			}
		}
		if i >= window {
			if w := s.at[i-window]; w >= 0 {
				if seen[w]--; seen[w] == 0 {
					sum -= q.words[w].weight
				}
			}
		}
		best = max(best, sum)
	}
	return best / q.total
}

// pairs is the share of the question's neighbouring words that are neighbours in
// the sentence too, at most one word between them.
func (q *Question) pairs(s sentence) float64 {
	if len(q.words) < 2 {
		return 0
	}
	sum, all := 0.0, 0.0
	for i := 1; i < len(q.words); i++ {
		weight := q.words[i-1].weight + q.words[i].weight
		all += weight
		for j, w := range s.at {
			if w == i-1 && slices.Contains(s.at[j+1:min(j+3, len(s.at))], i) {
				sum += weight
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// closest is how near a byte range of the sentence lies to a word of the question
// that is not in it: 1 beside it, less with each word between.
func (s sentence) closest(span index.Span) float64 {
	const far = 1000
	first, past := len(s.start), 0
	for i, at := range s.start {
		if at >= span.Start && at < span.End {
			first, past = min(first, i), i+1
		}
	}
	best := far
	for i, w := range s.at {
		switch {
		case w < 0 || i >= first && i < past:
		case i < first:
			best = min(best, first-i-1)
		default:
			best = min(best, i-past)
		}
	}
	if best == far {
		return 0
	}
	return 1 / (1 + float64(best)/4)
}

// local is, for each sentence of a passage, its share of what all of them have of
// the question, by words that few of them have: a word in all of them tells none
// apart.
func (q *Question) local(list []Candidate) []float64 {
	shares := make([]float64, len(list))
	credits := make([]float64, len(list))
	all := 0.0
	for w := range q.words {
		sum := 0.0
		for i, c := range list {
			credits[i] = q.words[w].credit(c.looked.has)
			if credits[i] == 0 && c.looked.soft[w] {
				credits[i] = prefixCredit
			}
			sum += credits[i]
		}
		if sum == 0 {
			continue
		}
		weight := q.words[w].weight * (1 - (sum-1)/float64(len(list)))
		all += weight
		for i, c := range credits {
			shares[i] += float64(weight * c)
		}
	}
	if all > 0 {
		for i := range shares {
			shares[i] /= all
		}
	}
	return shares
}

// heads reports whether the noun that the question asks for stands beside a word
// that is not of the question: 언리얼 엔진 for 어떤 엔진, the Ming dynasty for which
// dynasty.
func (q *Question) heads(s sentence) bool {
	if q.head < 0 {
		return false
	}
	for i, w := range s.at {
		if w == q.head && (i > 0 && s.at[i-1] < 0 || i+1 < len(s.at) && s.at[i+1] < 0) {
			return true
		}
	}
	return false
}
