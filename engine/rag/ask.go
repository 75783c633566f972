package rag

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

const (
	// DefaultK is how many passages are retrieved.
	DefaultK = 8
	// DefaultThreshold is the least confidence of an answer: the value that told
	// answerable from unanswerable questions best; see BENCHMARKS.md.
	DefaultThreshold = 0.5

	maxK        = 100
	maxQuestion = 4000 // characters
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
	answer  Answer
	began   time.Time // of the current step
}

// Ask answers a question. The last event is Done, with the whole answer; errors
// wrap ErrRequest, ErrNoModel or those of the library and the models. Leaving the
// loop cancels.
func Ask(lib Library, deps Deps, r Request) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		a := &asking{Deps: deps, lib: lib, request: r, emit: func(e Event) bool { return yield(e, nil) }}
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
	a.began = time.Now()
	hits, search, err := a.lib.Search(a.request.Question, a.k)
	if err != nil {
		return err
	}
	a.answer.Trace.Search, a.answer.Trace.Hits = search, hits
	a.step("search")
	if !a.emit(Event{Type: Retrieved, Hits: hits}) {
		return errStopped
	}
	q := newQuestion(a.request.Question, a.lib)
	candidates, confidence := read(q, hits)
	a.answer.Trace.Candidates, a.answer.Trace.Confidence = trace(candidates), confidence
	a.step("read")
	switch {
	case len(candidates) == 0 || confidence < a.answer.Trace.Threshold:
		a.answer.Verdict = NotInDocuments
		err = a.say(q.notFound(search, hits))
	case a.request.Mode == Generate:
		a.answer.Verdict = Answered
		err = a.generate(q, hits, candidates)
	default:
		a.answer.Verdict = Answered
		err = a.quote(pick(candidates))
	}
	if err != nil {
		return err
	}
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
	case r.Mode != Quote && r.Mode != Generate:
		return fmt.Errorf("%w: mode %q; there are quote and generate", ErrRequest, r.Mode)
	case r.Mode == Generate && a.Generator == nil:
		return fmt.Errorf("%w: generate mode needs one; quote mode does not", ErrNoModel)
	case a.k < 1 || a.k > maxK:
		return fmt.Errorf("%w: k = %d; ask for 1 to %d passages", ErrRequest, a.k, maxK)
	case !(threshold >= 0 && threshold <= 1):
		return fmt.Errorf("%w: threshold %v; it lies between 0 and 1", ErrRequest, threshold)
	}
	a.answer.Mode, a.answer.Citations = r.Mode, []Citation{}
	a.answer.Trace.Question, a.answer.Trace.Threshold = r.Question, threshold
	return nil
}

// step notes how long the step that ends here took.
func (a *asking) step(name string) {
	now := time.Now()
	a.answer.Trace.Steps = append(a.answer.Trace.Steps, Step{name, float64(now.Sub(a.began).Microseconds()) / 1000})
	a.began = now
}

// say emits text as it is and adds it to the answer.
func (a *asking) say(text string) error {
	a.answer.Answer += text
	if text != "" && !a.emit(Event{Type: Token, Text: text}) {
		return errStopped
	}
	return nil
}

// cite adds a citation and returns its number.
func (a *asking) cite(h index.Hit, s index.Span, text string) (int, error) {
	c := Citation{N: len(a.answer.Citations) + 1, Document: h.Document, Title: h.Title, Heading: strings.Join(h.Headings, " > "), Page: h.Place(s.Start), Span: s, Text: text}
	return c.N, a.add(c)
}

func (a *asking) add(c Citation) error {
	a.answer.Citations = append(a.answer.Citations, c)
	if !a.emit(Event{Type: Cited, Citation: &c}) {
		return errStopped
	}
	return nil
}

// quote answers with sentences of the documents.
func (a *asking) quote(picked []candidate) error {
	for i, c := range picked {
		text := plain(c.text)
		if i > 0 {
			text = "\n" + text
		}
		if err := a.say(text); err != nil {
			return err
		}
		n, err := a.cite(c.hit, c.span, c.text)
		if err != nil {
			return err
		}
		if err := a.say(fmt.Sprintf(" [%d]", n)); err != nil {
			return err
		}
	}
	a.step("quote")
	return nil
}

// plain is a sentence without the marks that Markdown puts before it.
func plain(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		line = strings.TrimSpace(strings.TrimLeft(line, "#>"))
		for _, mark := range []string{"- ", "* ", "+ "} {
			line = strings.TrimPrefix(line, mark)
		}
		lines = append(lines, strings.ReplaceAll(line, "**", ""))
	}
	return strings.Join(lines, "\n")
}

func trace(candidates []candidate) []Candidate {
	list := []Candidate{}
	for _, c := range candidates[:min(len(candidates), 10)] {
		list = append(list, Candidate{Document: c.hit.Document, Span: c.span, Text: c.text, Score: c.score, Features: c.features})
	}
	return list
}

func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
