package reader

import (
	"slices"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/index"
)

// headPassages and headWindow are how many passages a reading head is shown, and
// how many bytes of each: they bound what it costs.
const headPassages, headWindow = 3, 900

// Answers asks a reading head about passages: those first whose sentences the
// features like best, and of each what stands around the best sentence.
func (q *Question) Answers(hits []index.Hit, head engine.Reader) ([]engine.Answer, error) {
	list, _ := q.Read(hits, Hints{})
	var of []int
	var windows []index.Span
	var texts []string
	for _, c := range list {
		i := slices.IndexFunc(hits, func(h index.Hit) bool { return h.Document == c.Hit.Document && h.Start == c.Hit.Start })
		if slices.Contains(of, i) {
			continue
		}
		w := around(c, list)
		of, windows, texts = append(of, i), append(windows, w), append(texts, c.Hit.Text[w.Start-c.Hit.Start:w.End-c.Hit.Start])
		if len(of) == headPassages {
			break
		}
	}
	answers, err := head.Read(q.Text, texts)
	if err != nil {
		return nil, err
	}
	for n := range answers {
		a := &answers[n]
		shift := windows[a.Passage].Start - hits[of[a.Passage]].Start
		a.Passage, a.Start, a.End = of[a.Passage], a.Start+shift, a.End+shift
	}
	return answers, nil
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
		if o.Hit.Document == c.Hit.Document && o.Hit.Start == c.Hit.Start && o.Span.Start >= from && o.Span.End <= to {
			part.Start, part.End = min(part.Start, o.Span.Start), max(part.End, o.Span.End)
		}
	}
	return part
}
