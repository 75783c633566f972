package keyword

import (
	"math"
	"sort"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

const (
	feedbackPassages = 10
	feedbackTerms    = 20
	lookedUp         = 40 // the most frequent terms, of which the rarest are taken; 60 find no more
)

// related finds the terms that the best passages have in common, and what each
// weighs, in all as much as is given: the relevance model RM1 of Lavrenko and
// Croft, Relevance-Based Language Models, SIGIR 2001, weighed by rarity. asked are
// the rows of the question.
//
// BM25 adds up log-odds, so a passage counts by the exponential of its score:
// where one leads, the others have no say in what the question is about.
func (s *Searcher) related(q *Query, asked []row, total float64, hits []rank.Hit) ([]row, error) {
	hits = hits[:min(len(hits), feedbackPassages)]
	var terms []relatedTerm
	at := map[string]int{}
	for i, h := range hits {
		text, err := s.parts[h.Part].Passage(h.Chunk)
		if err != nil {
			return nil, err
		}
		length, _ := s.parts[h.Part].Lengths(h.Chunk)
		share := math.Exp(h.Score-hits[0].Score) / float64(max(length, 1))
		analysis.AnalyzeQuery(text, func(t []byte, _ index.Span) {
			n, ok := at[string(t)]
			if !ok {
				n = len(terms)
				terms = append(terms, relatedTerm{text: string(t), last: -1})
				at[terms[n].text] = n
			}
			terms[n].weight += share
			if terms[n].last < i {
				terms[n].last = i
				terms[n].passages++
			}
		})
	}
	shared := terms[:0]
	for _, t := range terms {
		if t.passages > 1 {
			shared = append(shared, t)
		}
	}
	terms = heaviest(shared, lookedUp)
	for i := range terms {
		t := &terms[i]
		n := 0
		if id, ok := q.ids[t.text]; ok {
			for _, r := range asked {
				if r.term == id {
					t.postings = r.postings // they were read
				}
			}
		}
		for _, list := range t.postings {
			n += len(list)
		}
		if t.postings == nil {
			var err error
			if t.lists, n, err = s.find(t.text); err != nil {
				return nil, err
			}
		}
		if n == 0 { // a reading of Han, which texts in other languages are not indexed by
			t.weight = 0
			continue
		}
		if t.weight *= s.idf(n); t.text[0] == analysis.Bigram {
			t.weight *= s.BigramWeight
		}
	}
	terms = heaviest(terms, feedbackTerms)
	var sum float64
	for _, t := range terms {
		sum += t.weight
	}
	rows := make([]row, len(terms))
	for i, t := range terms {
		rows[i] = row{-1, t.weight / sum * total, t.postings, t.lists}
	}
	return rows, nil
}

type relatedTerm struct {
	text           string
	weight         float64
	passages, last int
	postings       [][]segment.Posting
	lists          []segment.List
}

// heaviest returns the n terms that weigh most.
func heaviest(terms []relatedTerm, n int) []relatedTerm {
	sort.Slice(terms, func(i, j int) bool {
		a, b := &terms[i], &terms[j]
		return a.weight > b.weight || a.weight == b.weight && a.text < b.text
	})
	return terms[:min(n, len(terms))]
}
