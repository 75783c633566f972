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
	"github.com/ondol-rag/ondol/index"
)

var (
	// ErrRequest is wrapped when a request cannot be answered as it stands.
	ErrRequest = errors.New("unusable question")
	// ErrNoModel is wrapped when generate mode has no model.
	ErrNoModel = errors.New("no model is loaded")
)

// Deps are the models that an answer may use.
type Deps struct {
	Generator engine.Generator // generate mode; else nil
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

// Library is what rag needs to see of an index.
type Library interface {
	// Search returns the best k chunks, best first; the trace says how the query
	// was understood.
	Search(query string, k int) ([]index.Hit, index.Trace, error)
	// Weights returns the inverse document frequency of each term.
	Weights(terms []string) []float64
	// Size is the number of documents and chunks.
	Size() (documents, chunks int)
}

// Request is a question.
type Request struct {
	Question    string   `json:"question"`
	Mode        Mode     `json:"mode,omitempty"`        // default: quote
	K           *int     `json:"k,omitempty"`           // passages to retrieve; default 8
	Threshold   *float64 `json:"threshold,omitempty"`   // least confidence of an answer, 0 to 1; default DefaultThreshold
	MaxTokens   *int     `json:"maxTokens,omitempty"`   // generate mode; default 256
	Temperature *float64 `json:"temperature,omitempty"` // generate mode; default 0
	Seed        *uint64  `json:"seed,omitempty"`        // generate mode; default 1
}

// Event is one step of an answer. Type tells which field is set.
type Event struct {
	Type     EventType   `json:"type"`
	Hits     []index.Hit `json:"hits,omitempty"`     // retrieved
	Text     string      `json:"text,omitempty"`     // token: append to the answer
	Citation *Citation   `json:"citation,omitempty"` // citation: [n] is now known
	Answer   *Answer     `json:"answer,omitempty"`   // done
}

// EventType names a step.
type EventType string

const (
	Retrieved EventType = "retrieved"
	Token     EventType = "token"
	Cited     EventType = "citation"
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
}

// Answer is the whole of an answer.
type Answer struct {
	Answer    string     `json:"answer"`
	Verdict   Verdict    `json:"verdict"`
	Citations []Citation `json:"citations"`
	Mode      Mode       `json:"mode"`
	Trace     Trace      `json:"trace"`
}

// Trace lets a person inspect how an answer came about.
type Trace struct {
	Question   string      `json:"question"`
	Search     index.Trace `json:"search"`
	Hits       []index.Hit `json:"hits"`       // retrieved, best first
	Candidates []Candidate `json:"candidates"` // sentences that were considered, best first
	Confidence float64     `json:"confidence"` // 0 to 1; below Threshold the verdict is not-in-documents
	Threshold  float64     `json:"threshold"`
	Prompt     string      `json:"prompt,omitempty"` // generate mode, as the model saw it
	Tokens     int         `json:"tokens,omitempty"` // generated
	Steps      []Step      `json:"steps"`
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
