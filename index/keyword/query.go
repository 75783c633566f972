package keyword

import (
	"sort"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

// Query is an analyzed question.
type Query struct {
	Terms []string // distinct, in the order in which they come
	// Corrected maps terms that no chunk has to those that Search sought instead.
	Corrected map[string]string
	count     []int   // of each term
	words     [][]int // the terms of each word
	// sorted lists the terms in the order of their bytes: sums come out alike for
	// every layout.
	sorted []int
	ids    map[string]int
	asks   analysis.Answer
}

// NewQuery analyzes a question.
func NewQuery(text string) *Query {
	q := &Query{ids: map[string]int{}, asks: analysis.Asks(text)}
	last := -1
	analysis.AnalyzeQuery(text, func(term []byte, span index.Span) {
		if span.Start != last {
			last = span.Start
			q.words = append(q.words, nil)
		}
		id, ok := q.ids[string(term)]
		if !ok {
			id = len(q.Terms)
			q.ids[string(term)] = id
			q.Terms, q.count = append(q.Terms, string(term)), append(q.count, 0)
		}
		q.count[id]++
		q.words[len(q.words)-1] = append(q.words[len(q.words)-1], id)
	})
	for id := range q.Terms {
		q.sorted = append(q.sorted, id)
	}
	sort.Slice(q.sorted, func(i, j int) bool { return q.Terms[q.sorted[i]] < q.Terms[q.sorted[j]] })
	return q
}

// correct makes a term of the chunks stand for one of the question.
func (q *Query) correct(id int, instead string) {
	if q.Corrected == nil {
		q.Corrected = map[string]string{}
	}
	q.Corrected[q.Terms[id]] = instead
	if _, taken := q.ids[instead]; !taken {
		q.ids[instead] = id
	}
}

// tells is how far a question says what passages are about, 0 to 1: one of a few
// words, such as a name or a heading, does not.
func (q *Query) tells() float64 {
	const few = 4
	return max(0, 1-few/float64(max(len(q.words), 1)))
}
