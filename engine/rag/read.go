package rag

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
)

// candidate is a sentence that might answer.
type candidate struct {
	hit      index.Hit
	span     index.Span // of the document's text
	text     string
	score    float64
	features map[string]float64
	covered  []bool // which of the question's terms it has
}

// The weights of a sentence's features. They were set on the training sets of
// BENCHMARKS.md, Korean and English together.
const (
	weightCovered = 1.0  // share of the question's terms in the sentence
	weightContext = 0.35 // and with its neighbours and headings
	weightKind    = 0.15 // it shows what the question asks for
	weightRank    = 0.30 // of its passage, beside the best
	weightShort   = -0.3 // it is a title, or a few words
	weightAsks    = -0.8 // it is a question itself
)

// read scores the sentences of the passages, best first, and says how sure it is
// that the best one answers: 0 to 1.
func read(q question, hits []index.Hit) (list []candidate, confidence float64) {
	for _, h := range hits {
		list = append(list, sentences(q, h, hits[0].Score)...)
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.hit.Document, b.hit.Document), cmp.Compare(a.span.Start, b.span.Start))
	})
	list = slices.CompactFunc(list, func(a, b candidate) bool { return a.hit.Document == b.hit.Document && a.span == b.span })
	if len(list) > 0 {
		f := list[0].features
		kind := 0.5
		if q.kind != nil {
			kind = f["kind"]
		}
		confidence = float64(0.45*f["covered"]) + float64(0.45*f["context"]) + float64(0.1*kind)
	}
	return list, confidence
}

func sentences(q question, h index.Hit, top float64) []candidate {
	var list []candidate
	for s := range chunk.Sentences(h.Text) {
		text := h.Text[s.Start:s.End]
		has, n := q.marks(text)
		list = append(list, candidate{
			hit: h, text: text, covered: has,
			span:     index.Span{Start: h.Start + s.Start, End: h.Start + s.End},
			features: map[string]float64{"terms": float64(n)},
		})
	}
	headings, _ := q.marks(strings.Join(h.Headings, "\n"))
	for i := range list {
		c := &list[i]
		context := slices.Clone(headings)
		for j := max(0, i-1); j <= min(i+1, len(list)-1); j++ {
			for t, has := range list[j].covered {
				context[t] = context[t] || has
			}
		}
		f := c.features
		f["covered"], f["context"] = q.share(c.covered), q.share(context)
		if q.kind != nil && q.kind.showIn(c.text) {
			f["kind"] = 1
		}
		if top > 0 {
			f["rank"] = h.Score / top
		}
		if f["terms"] < 4 || strings.HasPrefix(c.text, "#") {
			f["short"] = 1
		}
		if strings.HasSuffix(c.text, "?") {
			f["asks"] = 1
		}
		delete(f, "terms")
		c.score = float64(weightCovered*f["covered"]) + float64(weightContext*f["context"]) + float64(weightKind*f["kind"]) + float64(weightRank*f["rank"]) + float64(weightShort*f["short"]) + float64(weightAsks*f["asks"])
	}
	return list
}

// marks tells which of the question's terms a text has, and how many terms the
// text has in all.
func (q question) marks(text string) (has []bool, n int) {
	has = make([]bool, len(q.terms))
	analysis.Analyze(text, func(term []byte, _ index.Span) {
		n++
		if i, ok := q.find(term); ok {
			has[i] = true
		}
	})
	return has, n
}

// share is the part of the question's weight that the marked terms make up.
func (q question) share(has []bool) (sum float64) {
	if q.total == 0 {
		return 0
	}
	for _, w := range q.words {
		sum += float64(w.weight * w.credit(has))
	}
	return sum / q.total
}

const (
	maxPicked = 3
	// closeTo is how near to the best score another sentence must come to be
	// quoted beside it.
	closeTo = 0.9
)

// pick chooses the sentences to quote: the best, and those nearly as good that
// bring in something the question asked for.
func pick(list []candidate) []candidate {
	picked := []candidate{list[0]}
	covered := slices.Clone(list[0].covered)
	for _, c := range list[1:] {
		if len(picked) == maxPicked || c.score < closeTo*list[0].score {
			break
		}
		brings := false
		for t, has := range c.covered {
			brings = brings || has && !covered[t]
		}
		if brings && c.features["short"] == 0 {
			picked = append(picked, c)
			for t, has := range c.covered {
				covered[t] = covered[t] || has
			}
		}
	}
	return picked
}
