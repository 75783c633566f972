package rag

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/query"
)

const (
	// DefaultK is how many passages are retrieved.
	DefaultK = 8
	// DefaultThreshold is the least confidence of an answer: where answers and refusals
	// together are right most often; see RATIONALE.md.
	DefaultThreshold = 0.4

	maxK        = 100
	maxQuestion = 4000 // characters
	maxHistory  = 100  // turns
)

// errStopped ends an answer whose caller left the loop.
var errStopped = errors.New("stopped")

// asking is an answer in the making.
type asking struct {
	Deps
	lib     Library
	request Request
	k       int
	emit    func(Event) bool
	lasted  func() float64 // since it was last called, milliseconds
	answer  Answer
	shown   []passage // the evidence that the answer was made from
	sources []passage // of the citations
	proof   []string  // parts of the evidence that support sentences of the answer
	checked int       // bytes of the answer whose sentences were checked
}

// Ask answers a question. The last event is Done, with the whole answer; errors
// wrap ErrRequest, ErrNoModel or those of the library and the models. Leaving the
// loop cancels.
func Ask(lib Library, deps Deps, r Request) iter.Seq2[Event, error] {
	began := time.Now()
	question := resolve(lib, r.Question, r.History)
	return stream(marked(lib, &deps, question), deps, r, question, func() float64 {
		now := time.Now()
		ms := float64(now.Sub(began).Microseconds()) / 1000
		began = now
		return ms
	})
}

func stream(lib Library, deps Deps, r Request, question string, lasted func() float64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		a := &asking{request: r, lasted: lasted, emit: func(e Event) bool { return yield(e, nil) }}
		a.answer.Trace.Version, a.answer.Trace.Request, a.answer.Trace.Question = TraceVersion, r, question
		a.lib, a.Deps = record(lib, deps, &a.answer.Trace.Recording)
		err := a.run()
		if err != nil && !errors.Is(err, errStopped) {
			yield(Event{}, err)
		}
	}
}

func (a *asking) run() error {
	if err := a.check(); err != nil {
		return err
	}
	t := &a.answer.Trace
	hits, search, err := a.lib.Search(reader.Widened(t.Question, a.lib.Weights), a.k)
	if err != nil {
		return err
	}
	if hits == nil {
		hits = []index.Hit{} // not null in JSON
	}
	t.Search, t.Hits = search, hits
	a.step("search")
	if !a.emit(Event{Type: Retrieved, Hits: hits}) {
		return errStopped
	}
	q := reader.New(query.Parse(t.Question).Words, a.lib.Weights) // filters narrow, and are no part of what is asked
	candidates, confidence, err := q.Read(hits, reader.Hints{Head: a.Reader, Sole: search.Chunks == 1, Mark: opinion(a.Marks)})
	if err != nil {
		return err
	}
	t.Candidates, t.Confidence = trace(candidates), confidence
	a.step("read")
	other, contradictory := reader.Contradiction(candidates)
	switch {
	case len(candidates) == 0 || t.Confidence < t.Threshold:
		err = a.refuse(q, candidates)
	case contradictory:
		err = a.disagree(q, candidates[0], candidates[other])
	case a.request.Mode == Generate:
		a.answer.Verdict = Answered
		err = a.generate(q, candidates)
	default:
		a.answer.Verdict = Answered
		err = a.quote(q.Pick(candidates))
	}
	if err == nil {
		err = a.checkSentences()
	}
	if err != nil {
		return err
	}
	if a.answer.Verdict == Answered && len(a.answer.Citations) > 0 && a.answer.Citations[0].Focus != nil {
		c := a.answer.Citations[0]
		a.answer.Short = c.Text[c.Focus.Start-c.Start : c.Focus.End-c.Start]
	}
	a.step("check")
	a.emit(Event{Type: Done, Answer: &a.answer})
	return nil
}

func (a *asking) check() error {
	r := &a.request
	if r.Mode == "" {
		r.Mode = Quote
	}
	a.k = or(r.K, DefaultK)
	threshold := or(r.Threshold, DefaultThreshold)
	n := utf8.RuneCountInString(r.Question)
	switch {
	case strings.TrimSpace(r.Question) == "":
		return fmt.Errorf("%w: the question is empty", ErrRequest)
	case n > maxQuestion:
		return fmt.Errorf("%w: the question has %d characters; the limit is %d. Add long texts as documents and ask about them", ErrRequest, n, maxQuestion)
	case !strings.ContainsFunc(r.Question, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return fmt.Errorf("%w: the question %q has no letters or digits", ErrRequest, r.Question)
	case len(r.History) > maxHistory:
		return fmt.Errorf("%w: the conversation has %d turns; the limit is %d. Leave out the oldest", ErrRequest, len(r.History), maxHistory)
	case r.Mode != Quote && r.Mode != Generate:
		return fmt.Errorf("%w: mode %q; there are quote and generate", ErrRequest, r.Mode)
	case r.Mode == Generate && a.Generator == nil:
		return fmt.Errorf("%w: generate mode needs one; quote mode does not", ErrNoModel)
	case a.k < 1 || a.k > maxK:
		return fmt.Errorf("%w: k = %d; ask for 1 to %d passages", ErrRequest, a.k, maxK)
	case !(threshold >= 0 && threshold <= 1):
		return fmt.Errorf("%w: threshold %v; it lies between 0 and 1", ErrRequest, threshold)
	}
	a.answer.Mode, a.answer.Citations, a.answer.Sentences = r.Mode, []Citation{}, []Sentence{}
	a.answer.Trace.Threshold = threshold
	return nil
}

// step notes how long the step that ends here took.
func (a *asking) step(name string) {
	a.answer.Trace.Steps = append(a.answer.Trace.Steps, Step{name, a.lasted()})
}

// say emits text as it is and adds it to the answer.
func (a *asking) say(text string) error {
	a.answer.Answer += text
	if text != "" && !a.emit(Event{Type: Token, Text: text}) {
		return errStopped
	}
	return nil
}

// cite is the number of the citation of some evidence, a new one if there is none yet.
func (a *asking) cite(p passage) (int, error) {
	for i, c := range a.sources {
		if c.Document == p.Document && c.span == p.span {
			return i + 1, nil
		}
	}
	c := citation(p, len(a.sources)+1)
	a.sources, a.answer.Citations = append(a.sources, p), append(a.answer.Citations, c)
	if !a.emit(Event{Type: Cited, Citation: &c}) {
		return 0, errStopped
	}
	return c.N, nil
}

// passage is evidence: a hit or a part of it.
type passage struct {
	index.Hit
	text  string
	span  index.Span  // of text, in the document
	focus *index.Span // the part that answers by itself, if one stands out
}

func sentence(c reader.Candidate) passage { return passage{c.Hit, c.Text, c.Span, c.Focus} }

func citation(p passage, n int) Citation {
	return Citation{N: n, Document: p.Document, Title: p.Title, Heading: strings.Join(p.Headings, " > "), Page: p.Place(p.span.Start), Span: p.span, Text: p.text, Focus: p.focus}
}

// quote answers with sentences of the documents.
func (a *asking) quote(picked []reader.Candidate) error {
	for i, c := range picked {
		a.shown = append(a.shown, sentence(c))
		text := inert(plain(c.Text))
		if i > 0 {
			text = "\n" + text
		}
		if err := a.say(text); err != nil {
			return err
		}
		n, err := a.cite(sentence(c))
		if err != nil {
			return err
		}
		if err := a.say(" " + numbered(n)); err != nil {
			return err
		}
	}
	a.step("quote")
	return nil
}

// plain is a sentence without the marks that Markdown puts before it.
func plain(s string) string {
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		line = strings.TrimSpace(strings.TrimLeft(line, "#>"))
		for _, mark := range []string{"- ", "* ", "+ "} {
			line = strings.TrimPrefix(line, mark)
		}
		lines = append(lines, strings.ReplaceAll(line, "**", ""))
	}
	return strings.Join(lines, "\n")
}

func trace(candidates []reader.Candidate) []Candidate {
	list := []Candidate{}
	for _, c := range candidates[:min(len(candidates), 10)] {
		list = append(list, Candidate{Document: c.Hit.Document, Span: c.Span, Text: c.Text, Score: c.Score, Features: c.Named()})
	}
	return list
}

func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
