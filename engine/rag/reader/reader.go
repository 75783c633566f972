package reader

import (
	"cmp"
	"math"
	"sort"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/index"
)

// Hints are what else is known of the passages; each may be absent.
type Hints struct {
	Head    bool            // a model read them
	Answers []engine.Answer // and found these, of the passages by their place
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
	// headFloor is the least score of a reading head that still counts, in log odds,
	// and headScale makes what is above it lie near 0 to 1.
	headFloor, headScale = -8, 8
)

// Read scores the sentences of passages, best first, and says how sure it is that
// the best one answers: 0 to 1. Passages come best first.
func (q *Question) Read(hits []index.Hit, hints Hints) (list []Candidate, confidence float64) {
	blend := BlendOf(hints.Head)
	for i, h := range hits {
		for _, c := range q.candidates(h, hits[0].Score) {
			c.read(i, hints)
			if hints.Mark != nil {
				c.mark = hints.Mark(h.Document, c.Span, c.Text)
			}
			c.Score = round(dot(blend.Sentence[:], c.Features[:]) + float64(markWeight*c.mark))
			list = append(list, c)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Hit.Document, b.Hit.Document), cmp.Compare(a.Span.Start, b.Span.Start)) < 0
	})
	// Passages may overlap.
	n := 0
	for i, c := range list {
		if i == 0 || c.Hit.Document != list[n-1].Hit.Document || c.Span != list[n-1].Span {
			list[n] = c
			n++
		}
	}
	list = list[:n]
	for i := range list[:min(len(list), focused)] {
		if list[i].Focus == nil {
			list[i].Focus = q.focus(list[i])
		}
	}
	return list, q.confidence(list, blend)
}

// focused is how many candidates are looked at for the part that answers.
const focused = 8

// read takes over what a reading head found in the candidate, of passage i.
func (c *Candidate) read(i int, hints Hints) {
	for _, a := range hints.Answers {
		f := index.Span{Start: max(c.Hit.Start+a.Start, c.Span.Start), End: min(c.Hit.Start+a.End, c.Span.End)}
		if score := (a.Score - headFloor) / headScale; a.Passage == i && f.Start < f.End && score > c.Features[head] {
			c.Features[head] = score
			if a.Score > 0 {
				c.Focus = &f
			}
		}
	}
}

// confidence is the chance that the best of the candidates answers.
func (q *Question) confidence(list []Candidate, blend Blend) float64 {
	if len(list) == 0 {
		return 0
	}
	e := q.Evidence(list)
	odds := blend.Confidence[0] + dot(blend.Confidence[1:], e[:]) + float64(markConfidence*list[0].mark)
	return round(1 / (1 + math.Exp(-odds)))
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
