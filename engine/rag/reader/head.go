package reader

import (
	"slices"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/index"
)

// headPassages and headWindow are how many passages a reading head is shown, and
// how many bytes of each: they bound what it costs. headFloor is the least score of
// it that counts, in log odds, and headScale makes what is above it lie near 0 to 1.
const (
	headPassages, headWindow = 3, 900
	headFloor, headScale     = -8, 8
)

// consult has a head read passages, and tells the candidates, best first, what it
// found in them: those passages first whose sentences words like best, and of each
// what stands around the best sentence.
func (q *Question) consult(by engine.Reader, list []Candidate) error {
	var passages []int
	var windows []index.Span
	var texts []string
	for _, c := range list {
		if slices.Contains(passages, c.passage) {
			continue
		}
		w := around(c, list)
		passages, windows, texts = append(passages, c.passage), append(windows, w), append(texts, c.Hit.Text[w.Start-c.Hit.Start:w.End-c.Hit.Start])
		if len(passages) == headPassages {
			break
		}
	}
	answers, err := by.Read(q.Text, texts)
	if err != nil {
		return err
	}
	// A trace from elsewhere may hold any.
	answers = slices.DeleteFunc(slices.Clone(answers), func(a engine.Answer) bool { return a.Passage < 0 || a.Passage >= len(texts) })
	for i := range list {
		c := &list[i]
		for _, a := range answers {
			w := windows[a.Passage]
			f := index.Span{Start: max(w.Start+a.Start, c.Span.Start), End: min(w.Start+a.End, c.Span.End)}
			if score := (a.Score - headFloor) / headScale; passages[a.Passage] == c.passage && f.Start < f.End && score > c.Features[head] {
				c.Features[head] = score
				if a.Score > 0 && !q.Korean { // of Korean it knows sentences, and parts too little
					c.Focus = &f
				}
			}
		}
	}
	return nil
}

// around is a candidate with as many sentences of its passage before and after it
// as are within a window.
func around(c Candidate, list []Candidate) index.Span {
	part := c.Span
	spare := max(0, headWindow-part.Len())
	from, to := part.Start-spare/2, part.End+spare/2
	// What one side has too little of, the other may take.
	if short := c.Hit.Start - from; short > 0 {
		to += short
	}
	if short := to - c.Hit.End; short > 0 {
		from -= short
	}
	for _, o := range list {
		if o.passage == c.passage && o.Span.Start >= from && o.Span.End <= to {
			part.Start, part.End = min(part.Start, o.Span.Start), max(part.End, o.Span.End)
		}
	}
	return part
}
