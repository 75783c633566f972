package rag

import (
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/query"
)

// checkSentences holds the sentences of the answer that were not checked yet against
// their evidence; all are whole.
func (a *asking) checkSentences() error {
	if a.answer.Verdict == NotInDocuments && a.answer.Reason != Contradictory {
		return nil // it makes no claim
	}
	for _, s := range a.pending() {
		checked, err := a.hold(s)
		if err != nil {
			return err
		}
		a.checked = checked.End
		a.answer.Sentences = append(a.answer.Sentences, checked)
		if !a.emit(Event{Type: Checked, Sentence: &checked}) {
			return errStopped
		}
	}
	return nil
}

// pending are the sentences after those checked, each with the marks [n] that
// follow it.
func (a *asking) pending() (spans []index.Span) {
	text := a.answer.Answer[a.checked:]
	for _, s := range chunk.Sentences(text) {
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

// hold checks one sentence against the evidence that it cites. If that does not support
// it, what else was shown may: then the sentence gets its number.
func (a *asking) hold(span index.Span) (Sentence, error) {
	s := Sentence{Span: span, Citations: []int{}}
	var evidence []passage
	var claim strings.Builder
	for before, n := range cutMarks(a.answer.Answer[span.Start:span.End]) {
		claim.WriteString(before)
		if n >= 1 && n <= len(a.sources) && !slices.Contains(s.Citations, n) {
			s.Citations = append(s.Citations, n)
			evidence = append(evidence, a.sources[n-1])
		}
	}
	s.Text = strings.Join(strings.Fields(claim.String()), " ")
	best, err := a.best(evidence, s.Text, true)
	if err != nil {
		return s, err
	}
	if best.Label() != check.Supported && a.answer.Mode == Generate {
		other, err := a.best(a.shown, s.Text, false)
		if err != nil {
			return s, err
		}
		if other.Supported > best.Supported || len(evidence) == 0 {
			best = other
		}
		if last := span.End == len(a.answer.Answer); last && other.Label() == check.Supported {
			n, err := a.cite(other.passage)
			if err != nil {
				return s, err
			}
			if err := a.say(" " + numbered(n)); err != nil {
				return s, err
			}
			s.End, s.Citations, s.Found = len(a.answer.Answer), append(s.Citations, n), n
		}
	}
	s.Support, s.Label, s.Because = best.Supported, best.Label(), best.Words
	heading := strings.Contains(bare(strings.Join(best.passage.over(), " > ")), bare(s.Text)) // it says nothing
	if s.Label == check.Supported && !heading {
		a.proof = append(a.proof, best.text)
	}
	return s, nil
}

// unlisted is a text without its place in a list.
func unlisted(text string) string {
	if rest := strings.TrimLeft(text, "0123456789"); len(rest) < len(text) && (strings.HasPrefix(rest, ". ") || strings.HasPrefix(rest, ") ")) {
		return rest[len(". "):]
	}
	return strings.TrimPrefix(text, "- ")
}

// fewTopics is how many words a sentence may have that says little by itself.
const fewTopics = 3

// inFull is what a generated sentence claims: one of a few words, such as £30, says it of
// what was asked for.
func (a *asking) inFull(text string) string {
	if a.answer.Mode != Generate || text == "" || agreement[strings.Trim(strings.ToLower(text), ".,!")] || len(reader.Topics(text)) > fewTopics {
		return text
	}
	question := query.Parse(a.answer.Trace.Question).Words
	var b strings.Builder
	for _, t := range reader.Topics(question) {
		b.WriteString(question[t.Start:t.End] + " ")
	}
	return b.String() + text
}

// agreement are the words that claim nothing but what was asked.
var agreement = map[string]bool{"yes": true, "no": true, "예": true, "네": true, "아니요": true, "아니오": true}

// finding is what some evidence says of a claim.
type finding struct {
	check.Finding
	passage passage
	text    string // the part of the passage that says it
}

// readers is how many parts of the evidence a verifier reads for a claim.
const readers = 3

// best is what is found for a claim by the part of the evidence that supports it most,
// or by the best parts of each piece together.
func (a *asking) best(evidence []passage, claim string, together bool) (finding, error) {
	claim = unlisted(claim)
	full := a.inFull(claim)
	// A short claim has to hold by itself and as the answer.
	hold := func(p passage, part string) finding {
		found := check.Check(part, claim)
		if full != claim {
			if f := check.Check(part, full); f.Supported < found.Supported {
				found = f
			}
		}
		return finding{found, p, part}
	}
	none := finding{Finding: check.Finding{Entailment: engine.Entailment{Neither: 1}}}
	var list []finding // the best, at most readers
	keep := func(f finding) {
		list = append(list, f)
		for i := len(list) - 1; i > 0 && list[i].Supported > list[i-1].Supported; i-- {
			list[i-1], list[i] = list[i], list[i-1]
		}
		list = list[:min(len(list), readers)]
	}
	var joined string
	for _, p := range evidence {
		best := none
		for _, part := range parts(p) {
			found := hold(p, part)
			if keep(found); found.Supported > best.Supported {
				best = found
			}
		}
		joined += best.text + "\n\n"
	}
	if together && len(evidence) > 1 {
		keep(hold(evidence[0], joined))
	}
	if len(list) == 0 {
		return none, nil
	}
	if a.Verifier == nil || list[0].Supported == 1 {
		return list[0], nil
	}
	best := none
	for _, f := range list {
		entailment, err := a.Verifier.Verify(f.text, full)
		if err != nil {
			return none, err
		}
		if f.Finding = f.With(entailment); f.Supported > best.Supported {
			best = f
		}
	}
	return best, nil
}

// beside is how many sentences on each side of one are read with it: a claim's facts
// must stand together.
const beside = 1

// parts are what a claim is held against: each few sentences of a passage with what
// stands over them, its headings and the header of their table.
func parts(p passage) (list []string) {
	text := plain(inert(p.text))
	sentences := chunk.Sentences(text)
	over := inert(strings.Join(p.over(), "\n")) + "\n"
	var table chunk.Table
	for i, s := range sentences {
		table.Next(text, s)
		from, to := max(0, i-beside), min(len(sentences)-1, i+beside)
		part := text[sentences[from].Start:sentences[to].End]
		if h := table.Header; h.Len() > 0 && h.End <= sentences[from].Start {
			part = text[h.Start:h.End] + "\n" + part
		}
		list = append(list, over+part)
	}
	return list
}
