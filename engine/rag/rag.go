// Package rag answers questions over a library: retrieve, read, answer, check.
//
// Quote mode needs no model: it answers with sentences of the documents.
// Generate mode puts the evidence before a language model and resolves its
// citations. Both return the same stream of events, the last of which carries
// the whole answer and its trace.
package rag

import (
	"errors"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
)

var (
	// ErrRequest is wrapped when a request cannot be answered as it stands.
	ErrRequest = errors.New("cannot answer")
	// ErrNoModel is wrapped when generate mode has no model.
	ErrNoModel = errors.New("no model is loaded")
)

// Deps are what an answer may use beside the library; each may be absent.
type Deps struct {
	Generator engine.Generator // words the answer; generate mode needs it
	Reader    engine.Reader    // finds answers; without one, features of the text alone do
	Verifier  engine.Verifier  // holds sentences against evidence; without one, features do
	Marks     []mark.Mark      // what a person said of earlier answers
}

// Mode says who writes the answer.
type Mode string

const (
	Quote    Mode = "quote"    // sentences of the documents
	Generate Mode = "generate" // a language model, from the evidence
)

// Verdict says whether the documents answer the question.
type Verdict string

const (
	Answered       Verdict = "answered"
	NotInDocuments Verdict = "not-in-documents"
)

// Reason says why a question is not answered.
type Reason string

const (
	Absent        Reason = "absent"        // no passage is about what was asked
	Unanswerable  Reason = "unanswerable"  // passages are about it, and do not say it
	Contradictory Reason = "contradictory" // passages answer, each something else; all are cited
)

// Library is what rag needs to see of an index.
type Library interface {
	// Search returns the best k chunks, best first; the trace says how the query
	// was understood.
	Search(query string, k int) ([]index.Hit, index.Trace, error)
	// Weights returns the inverse document frequency of each term.
	Weights(terms []string) []float64
}

// Request is a question.
type Request struct {
	Question    string           `json:"question"`
	History     []engine.Message `json:"history,omitempty"`     // earlier turns, oldest first: what "it" and "the second one" may mean
	Mode        Mode             `json:"mode,omitempty"`        // default: quote
	K           *int             `json:"k,omitempty"`           // passages to retrieve; default 8
	Threshold   *float64         `json:"threshold,omitempty"`   // least confidence of an answer, 0 to 1; default DefaultThreshold
	MaxTokens   *int             `json:"maxTokens,omitempty"`   // generate mode; default 96 where a fact is asked for, else 256
	Temperature *float64         `json:"temperature,omitempty"` // generate mode; default 0
	Seed        *uint64          `json:"seed,omitempty"`        // generate mode; default 1
}

// Event is one step of an answer. Type tells which field is set.
type Event struct {
	Type     EventType   `json:"type"`
	Hits     []index.Hit `json:"hits,omitempty"`     // retrieved
	Text     string      `json:"text,omitempty"`     // token: append to the answer
	Citation *Citation   `json:"citation,omitempty"` // citation: [n] is now known
	Sentence *Sentence   `json:"sentence,omitempty"` // sentence: the answer's last one is whole and was checked
	Answer   *Answer     `json:"answer,omitempty"`   // done
}

// EventType names a step.
type EventType string

const (
	Retrieved EventType = "retrieved"
	Token     EventType = "token"
	Cited     EventType = "citation"
	Checked   EventType = "sentence"
	Done      EventType = "done"
)

// Citation ties [n] in an answer to a span of a document.
type Citation struct {
	N          int    `json:"n"` // 1-based
	Document   string `json:"document"`
	Title      string `json:"title"`
	Heading    string `json:"heading"` // path, joined by " > "; "" if none
	Page       string `json:"page,omitempty"`
	index.Span        // of the document's extracted text, bytes
	Text       string `json:"text"`
	// Focus is the part of the span that answers by itself, such as a name or a
	// date; absent where none stands out.
	Focus *index.Span `json:"focus,omitempty"`
}

// Answer is the whole of an answer.
type Answer struct {
	Answer    string     `json:"answer"`
	Short     string     `json:"short,omitempty"` // the first citation's focus, of a question that is answered
	Verdict   Verdict    `json:"verdict"`
	Reason    Reason     `json:"reason,omitempty"`  // why it is not answered
	Foreign   bool       `json:"foreign,omitempty"` // absent, and the question is neither in Korean nor in Latin letters
	Citations []Citation `json:"citations"`
	Nearest   []Citation `json:"nearest,omitempty"` // not answered: the passages that came nearest, best first
	Sentences []Sentence `json:"sentences"`         // of the answer, each held against its evidence
	Mode      Mode       `json:"mode"`
	// Fallback: sentences of the documents follow what the model wrote, which rests on
	// nothing that answers, or says yes or no.
	Fallback bool  `json:"fallback,omitempty"`
	Trace    Trace `json:"trace"`
}

// Sentence is one sentence of an answer and how its evidence stands to it.
type Sentence struct {
	Text       string       `json:"text"` // without citation marks
	index.Span              // of the answer, bytes, citation marks included
	Support    float64      `json:"support"`           // 0 to 1
	Label      check.Label  `json:"label"`             // what support and the words come to
	Citations  []int        `json:"citations"`         // numbers of the citations it was held against
	Found      int          `json:"found,omitempty"`   // that of them which the check added, not the model; 0 if none
	Because    []check.Word `json:"because,omitempty"` // the words that decided
}
