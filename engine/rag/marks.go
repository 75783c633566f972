package rag

import (
	"math"
	"slices"
	"sort"

	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

const (
	// alike is the least likeness of two questions at which marks on one move the
	// answers of the other.
	alike = 0.5
	// aboutAnswer is what a mark on a whole answer counts beside one on evidence.
	aboutAnswer = 0.5
	// pull is by how much a passage's score is raised or lowered at most: marks
	// change the order, and hide nothing.
	pull = 0.5
	// reach is how many times further down a search looks for passages that were
	// marked right.
	reach = 4
)

// marked is a library that a person's marks move. It leaves in deps only the marks
// on questions like this one.
func marked(lib Library, deps *Deps, asked string) Library {
	if len(deps.Marks) == 0 {
		return lib
	}
	m := markedLibrary{Library: lib}
	question := weigh(lib, asked)
	for _, k := range deps.Marks {
		if question.like(lib, k.Question) >= alike {
			m.marks = append(m.marks, k)
		}
	}
	deps.Marks = m.marks
	if len(m.marks) == 0 {
		return lib
	}
	return m
}

// terms are a question's, with how rare they are.
type terms map[string]float64

func weigh(lib Library, question string) terms {
	list := slices.Compact(slices.Sorted(slices.Values(analysis.Query(question))))
	t := terms{}
	for i, w := range lib.Weights(list) {
		t[list[i]] = max(w, 0.1) // a term that no document has is the question's all the same
	}
	return t
}

// like is the cosine of two questions' terms, 0 to 1.
func (t terms) like(lib Library, question string) float64 {
	shared := false
	for _, term := range analysis.Query(question) {
		_, ok := t[term]
		shared = shared || ok
	}
	if !shared {
		return 0
	}
	other := weigh(lib, question)
	var both, a, b float64
	for term, w := range t {
		both += w * other[term]
		a += w * w
	}
	for _, w := range other {
		b += w * w
	}
	return both / math.Sqrt(a*b)
}

type markedLibrary struct {
	Library
	marks []mark.Mark
}

// Search is the library's, with passages that were marked right before the others
// and those that were marked wrong behind them, as far as pull goes. Passages
// marked right are added if they were only just not found; none is left out.
func (m markedLibrary) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	hits, trace, err := m.Library.Search(query, k*reach)
	if err != nil {
		return nil, trace, err
	}
	said := opinion(m.marks)
	var list []index.Hit
	for i, h := range hits {
		if i < k || said(h.Document, h.Span, h.Text) > 0 {
			list = append(list, h)
		}
	}
	for i := range list {
		h := &list[i]
		if v := said(h.Document, h.Span, h.Text); v != 0 {
			h.Score *= 1 + pull*v
			if h.Scores == nil {
				h.Scores = map[string]float64{}
			}
			h.Scores["mark"] = v
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Score > list[j].Score })
	return list, trace, nil
}

// opinion says what marks say of a part of a document: -1 wrong, 1 right, 0
// nothing. A passage is known by its place and its text, or by its text alone
// where the document changed.
func opinion(marks []mark.Mark) func(document string, span index.Span, text string) float64 {
	return func(document string, span index.Span, text string) float64 {
		sum := 0.0
		for _, m := range marks {
			for _, p := range m.Passages {
				if p.Document != document || !p.In(span, text) {
					continue
				}
				v := 1.0
				if m.Answer != "" {
					v = aboutAnswer
				}
				if !m.Right {
					v = -v
				}
				sum += v
			}
		}
		return max(-1, min(1, sum))
	}
}
