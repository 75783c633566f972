package rag

import (
	"fmt"
	"iter"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
)

// TraceVersion is that of the traces that are written and can be replayed. It
// grows with every change by which an old trace would give another answer.
const TraceVersion = 3

// Trace lets a person inspect how an answer came about. It holds all that came
// from outside, the library and the models, so that Replay makes the same answer
// from it alone.
type Trace struct {
	Version    int         `json:"version"`
	Request    Request     `json:"request"`
	Question   string      `json:"question"` // what was searched: with the subject of earlier turns
	Search     index.Trace `json:"search"`
	Hits       []index.Hit `json:"hits"`       // retrieved, best first, as marks have moved them
	Candidates []Candidate `json:"candidates"` // sentences that were considered, best first
	Confidence float64     `json:"confidence"` // 0 to 1; below Threshold the verdict is not-in-documents
	Threshold  float64     `json:"threshold"`
	Prompt     string      `json:"prompt,omitempty"` // generate mode, as the model saw it
	Tokens     int         `json:"tokens,omitempty"` // generated
	Steps      []Step      `json:"steps"`
	Recording  Recording   `json:"recording"`
}

// Candidate is a sentence that might answer.
type Candidate struct {
	Document string `json:"document"`
	index.Span
	Text     string             `json:"text"`
	Score    float64            `json:"score"`
	Features map[string]float64 `json:"features"` // what made the score
}

// Step is a stage and the time it took.
type Step struct {
	Name string  `json:"name"` // "search", "read", "prompt", "generate", ...
	Ms   float64 `json:"ms"`
}

// Recording is what the library and the models said, in the order in which they
// were asked, beside what the trace shows anyway.
type Recording struct {
	Weights     []float64           `json:"weights"` // of the question's terms
	Marks       []mark.Mark         `json:"marks,omitempty"`
	Reader      bool                `json:"reader,omitempty"` // there was one
	Answers     []engine.Answer     `json:"answers,omitempty"`
	Verifier    bool                `json:"verifier,omitempty"`
	Entailments []engine.Entailment `json:"entailments,omitempty"`
	Stops       []string            `json:"stops,omitempty"`   // of the generator
	Context     int                 `json:"context,omitempty"` // of the generator, tokens
	Prompts     []int               `json:"prompts,omitempty"` // lengths of those that were tried, tokens
	Pieces      []engine.Piece      `json:"pieces,omitempty"`
}

// recorder stands between an answer and its sources, and keeps what they say.
type recorder struct {
	lib  Library
	deps Deps
	to   *Recording
}

func (r recorder) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	return r.lib.Search(query, k)
}

func (r recorder) Weights(terms []string) []float64 {
	w := r.lib.Weights(terms)
	r.to.Weights = append(r.to.Weights, w...)
	return w
}

func (r recorder) Read(question string, passages []string) ([]engine.Answer, error) {
	answers, err := r.deps.Reader.Read(question, passages)
	r.to.Answers = append(r.to.Answers, answers...)
	return answers, err
}

func (r recorder) Verify(evidence, claim string) (engine.Entailment, error) {
	e, err := r.deps.Verifier.Verify(evidence, claim)
	r.to.Entailments = append(r.to.Entailments, e)
	return e, err
}

func (r recorder) Context() int {
	r.to.Context = r.deps.Generator.Context()
	return r.to.Context
}

func (r recorder) Stops() []string { return r.to.Stops }

func (r recorder) Count(text string) int { return r.deps.Generator.Count(text) }

func (r recorder) Prompt(messages []engine.Message) ([]int32, error) {
	p, err := r.deps.Generator.Prompt(messages)
	r.to.Prompts = append(r.to.Prompts, len(p))
	return p, err
}

func (r recorder) Generate(prompt []int32, o engine.Options) iter.Seq2[engine.Piece, error] {
	return func(yield func(engine.Piece, error) bool) {
		for p, err := range r.deps.Generator.Generate(prompt, o) {
			r.to.Pieces = append(r.to.Pieces, p)
			if !yield(p, err) {
				return
			}
		}
	}
}

// record is the dependencies and the library of an answer, with a recorder before
// each.
func record(lib Library, deps Deps, to *Recording) (Library, Deps) {
	r := recorder{lib, deps, to}
	to.Reader, to.Verifier, to.Marks = deps.Reader != nil, deps.Verifier != nil, deps.Marks
	if deps.Reader != nil {
		deps.Reader = r
	}
	if deps.Verifier != nil {
		deps.Verifier = r
	}
	if deps.Generator != nil {
		to.Stops = deps.Generator.Stops()
		deps.Generator = r
	}
	return r, deps
}

// Replay makes an answer again from its trace alone: the same on every machine. A
// trace of another version, or one that is not whole, is ErrRequest.
func Replay(t Trace) (*Answer, error) {
	if t.Version != TraceVersion {
		return nil, fmt.Errorf("%w: the trace is of version %d; this Ondol replays version %d: ask the question again", ErrRequest, t.Version, TraceVersion)
	}
	for _, m := range t.Recording.Marks {
		if err := m.Check(); err != nil {
			return nil, fmt.Errorf("%w: the trace has a mark that cannot be: %w", ErrRequest, err)
		}
	}
	p := &player{trace: t, left: t.Recording, steps: t.Steps}
	deps := Deps{Marks: t.Recording.Marks}
	if t.Recording.Reader {
		deps.Reader = p
	}
	if t.Recording.Verifier {
		deps.Verifier = p
	}
	if t.Request.Mode == Generate {
		deps.Generator = p
	}
	var answer *Answer
	for e, err := range stream(p, deps, t.Request, t.Question, p.lasted) {
		if err != nil {
			return nil, err
		}
		answer = e.Answer
	}
	if p.short || answer == nil {
		return nil, fmt.Errorf("%w: the trace is not whole: it lacks a part of what was recorded", ErrRequest)
	}
	return answer, nil
}

// player gives back what a recorder kept.
type player struct {
	trace Trace
	left  Recording // what was not asked for yet
	steps []Step
	short bool // more was asked for than was kept
}

// next takes the first n of what is left; missing ones are zero.
func next[T any](p *player, left *[]T, n int) []T {
	if n > len(*left) {
		p.short = true
		return make([]T, n)
	}
	taken := (*left)[:n]
	*left = (*left)[n:]
	return taken
}

func (p *player) Search(string, int) ([]index.Hit, index.Trace, error) {
	return p.trace.Hits, p.trace.Search, nil
}

func (p *player) Weights(terms []string) []float64 { return next(p, &p.left.Weights, len(terms)) }

func (p *player) Read(string, []string) ([]engine.Answer, error) { return p.left.Answers, nil }

func (p *player) Verify(string, string) (engine.Entailment, error) {
	return next(p, &p.left.Entailments, 1)[0], nil
}

func (p *player) Context() int { return p.left.Context }

func (p *player) Stops() []string { return p.left.Stops }

func (p *player) Count(text string) int { return len(text) }

// maxPrompt bounds what a trace can make a replay allocate.
const maxPrompt = 1 << 20

func (p *player) Prompt([]engine.Message) ([]int32, error) {
	n := next(p, &p.left.Prompts, 1)[0]
	if n < 0 || n > maxPrompt {
		return nil, fmt.Errorf("%w: the trace has a prompt of %d tokens", ErrRequest, n)
	}
	return make([]int32, n), nil
}

func (p *player) Generate([]int32, engine.Options) iter.Seq2[engine.Piece, error] {
	return func(yield func(engine.Piece, error) bool) {
		for _, piece := range p.left.Pieces {
			if !yield(piece, nil) {
				return
			}
		}
	}
}

// lasted is how long the next step took when it was recorded.
func (p *player) lasted() float64 { return next(p, &p.steps, 1)[0].Ms }
