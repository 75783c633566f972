package rag

import (
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/chunk"
)

// checkSentences holds the sentences of the answer that are whole, and were not
// checked yet, against their evidence. A sentence is whole when the next one has
// begun, or at the end.
func (a *asking) checkSentences(end bool) error {
	if a.answer.Verdict == NotInDocuments && a.answer.Reason != Contradictory {
		return nil // it makes no claim
	}
	for _, s := range a.pending(end) {
		checked, err := a.hold(s)
		if err != nil {
			return err
		}
		a.checked = s.End
		a.answer.Sentences = append(a.answer.Sentences, checked)
		if !a.emit(Event{Type: Checked, Sentence: &checked}) {
			return errStopped
		}
	}
	return nil
}

// pending are the whole sentences after those checked, each with the marks [n] that
// follow it.
func (a *asking) pending(end bool) (spans []index.Span) {
	text := a.answer.Answer[a.checked:]
	for s := range chunk.Sentences(text) {
		s.Start, s.End = s.Start+a.checked, s.End+a.checked
		if n := len(spans); n > 0 {
			if cited, rest := marks(a.answer.Answer[s.Start:s.End]); cited > 0 {
				spans[n-1].End = s.Start + cited
				s.Start = s.End - len(strings.TrimLeft(rest, " "))
				if rest == "" {
					continue
				}
			}
		}
		spans = append(spans, s)
	}
	if !end && len(spans) > 0 {
		spans = spans[:len(spans)-1]
	}
	return spans
}

// marks is the length of the marks [n] that a text begins with, and the rest.
func marks(text string) (length int, rest string) {
	rest = text
	for {
		trimmed := strings.TrimLeft(rest, " ")
		_, n := reference(trimmed)
		if n <= 0 {
			return length, rest
		}
		length += len(rest) - len(trimmed) + n
		rest = trimmed[n:]
	}
}

// hold checks one sentence against the evidence that it cites, or against all that
// was shown where it cites none.
func (a *asking) hold(span index.Span) (Sentence, error) {
	s := Sentence{Span: span, Citations: []int{}}
	var evidence []string
	var claim strings.Builder
	for before, n := range cutMarks(a.answer.Answer[span.Start:span.End]) {
		claim.WriteString(before)
		if n >= 1 && n <= len(a.answer.Citations) && !slices.Contains(s.Citations, n) {
			s.Citations = append(s.Citations, n)
			evidence = append(evidence, a.answer.Citations[n-1].Text)
		}
	}
	s.Text = strings.Join(strings.Fields(claim.String()), " ")
	if len(evidence) == 0 {
		for _, p := range a.shown {
			evidence = append(evidence, p.text)
		}
	}
	best, err := a.best(evidence, s.Text)
	if err != nil {
		return s, err
	}
	s.Support, s.Label, s.Because = best.Supported, best.Label(), best.Words
	return s, nil
}

// best is what is found for a claim by the evidence that supports it most, each
// piece alone and all together.
func (a *asking) best(evidence []string, claim string) (best check.Finding, err error) {
	if len(evidence) > 1 {
		evidence = append(slices.Clip(evidence), plain(strings.Join(evidence, "\n\n")))
	}
	best = check.Finding{Entailment: engine.Entailment{Neither: 1}}
	for i, e := range evidence {
		found := check.Check(inert(plain(e)), claim)
		if a.Verifier != nil && found.Supported < 1 {
			entailment, err := a.Verifier.Verify(e, claim)
			if err != nil {
				return best, err
			}
			found = found.With(entailment)
		}
		if i == 0 || found.Supported > best.Supported {
			best = found
		}
	}
	return best, nil
}
