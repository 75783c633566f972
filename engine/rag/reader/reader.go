package reader

import (
	"cmp"
	"math"
	"sort"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/index"
)

// Hints are what else may tell of the passages; each may be absent.
type Hints struct {
	Head engine.Reader // a model that reads them
	Sole bool          // the library has no other passage
	// Mark says what a person's marks say of a part of a document: -1 to 1.
	Mark func(document string, span index.Span, text string) float64
}

const (
	// markWeight is what a sentence's score gains that a person marked right for a
	// question like this one, and loses by a mark of wrong. It tells nearly equal
	// ones apart, and a little more.
	markWeight = 3
	// markConfidence is what a mark adds to the log odds of the confidence.
	markConfidence = 1.5
)

// Read scores the sentences of passages, best first, and says how sure it is that
// the best one answers: 0 to 1. Passages come best first. Errors are the head's.
func (q *Question) Read(hits []index.Hit, hints Hints) (list []Candidate, confidence float64, err error) {
	for i, h := range hits {
		list = append(list, q.candidates(h, i, hits[0].Score)...)
	}
	if len(list) == 0 {
		return nil, 0, nil
	}
	if hints.Mark != nil {
		for i, c := range list {
			list[i].mark = hints.Mark(c.Hit.Document, c.Span, c.Text)
		}
	}
	list = ordered(list, BlendOf(false))
	// A head finds what to say, but not whether there is anything to say.
	e := q.Evidence(list)
	if hints.Sole {
		e[len(e)-1] = midway * min(1, e[1]/enough)
	}
	odds := byWords.Confidence[0] + dot(byWords.Confidence[1:], e[:])
	if hints.Head != nil {
		if err := q.consult(hints.Head, list); err != nil {
			return nil, 0, err
		}
		list = ordered(list, BlendOf(true))
	}
	odds += float64(markConfidence * list[0].mark)
	return list, round(1 / (1 + math.Exp(-odds))), nil
}

// ordered scores candidates and puts the best first, those of passages that overlap
// once.
func ordered(list []Candidate, blend Blend) []Candidate {
	for i := range list {
		c := &list[i]
		c.Score = round(dot(blend.Sentence[:], c.Features[:]) + float64(markWeight*c.mark))
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Hit.Document, b.Hit.Document), cmp.Compare(a.Span.Start, b.Span.Start)) < 0
	})
	n := 0
	for i, c := range list {
		if i == 0 || c.Hit.Document != list[n-1].Hit.Document || c.Span != list[n-1].Span {
			list[n] = c
			n++
		}
	}
	return list[:n]
}

// dot is the same on every machine: no product is fused with a sum.
func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// round drops what exponentials of different machines disagree on.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }
