// Package mark keeps what a person said of answers and of their evidence: right or
// wrong. Marks lie in the library's store, beside its documents.
package mark

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// ErrMark is wrapped when a mark cannot be taken as it stands.
var ErrMark = errors.New("unusable mark")

// Mark says that passages answer a question, or do not.
type Mark struct {
	ID       int       `json:"id"`               // from 1, growing; no two of a store ever have the same
	Question string    `json:"question"`         // as it was asked
	Answer   string    `json:"answer,omitempty"` // what was marked, if not the evidence alone
	Right    bool      `json:"right"`
	Passages []Passage `json:"passages"` // the evidence that was marked, or that the answer cited
	At       int64     `json:"at"`       // milliseconds since the Unix epoch
}

// Passage is a place in a document, with its text: it can be known again after the
// document changed.
type Passage struct {
	Document   string `json:"document"`
	index.Span        // of the document's extracted text, bytes
	Text       string `json:"text"`
}

// In reports whether a part of the same document holds the passage or is held by
// it. The text tells, so that a mark follows its passage when the document changes
// around it, and is on nothing once the passage is gone.
func (p Passage) In(span index.Span, text string) bool {
	if p.Start < span.End && span.Start < p.End {
		from, to := max(p.Start, span.Start), min(p.End, span.End)
		if p.Text[from-p.Start:to-p.Start] == text[from-span.Start:to-span.Start] {
			return true
		}
	}
	return strings.Contains(text, p.Text) || strings.Contains(p.Text, text)
}

const (
	maxMarks    = 10000
	maxPassages = 16
	maxText     = 4096 // bytes of a question, an answer or a passage
)

// Log is the marks of a store. One goroutine at a time may use it.
type Log struct {
	store      index.Store
	generation int // of the file that was read
	marks      []Mark
}

// Open reads the marks of a store; an empty store has none.
func Open(store index.Store) (*Log, error) {
	l := &Log{store: store}
	return l, l.Refresh()
}

// All is every mark, oldest first. The caller must not change it.
func (l *Log) All() []Mark { return l.marks }

// Add keeps a mark and returns it with its ID. It is durable when Add returns.
func (l *Log) Add(m Mark) (Mark, error) {
	if err := m.Check(); err != nil {
		return m, err
	}
	err := l.change(func(marks []Mark) ([]Mark, error) {
		if len(marks) == maxMarks {
			return nil, fmt.Errorf("%w: the library holds %d marks, which is the limit; take some back", ErrMark, maxMarks)
		}
		m.ID = l.generation + 1 // no other change will have it
		return append(slices.Clone(marks), m), nil
	})
	return m, err
}

// Remove takes a mark back. One that is not there is index.ErrNotFound.
func (l *Log) Remove(id int) error {
	return l.change(func(marks []Mark) ([]Mark, error) {
		at := slices.IndexFunc(marks, func(m Mark) bool { return m.ID == id })
		if at < 0 {
			return nil, fmt.Errorf("%w: mark %d", index.ErrNotFound, id)
		}
		return slices.Delete(slices.Clone(marks), at, at+1), nil
	})
}

// Check refuses what could not be of use later.
func (m Mark) Check() error {
	switch {
	case strings.TrimSpace(m.Question) == "":
		return fmt.Errorf("%w: it names no question", ErrMark)
	case len(m.Question) > maxText || len(m.Answer) > maxText:
		return fmt.Errorf("%w: the question has %d bytes and the answer %d; the limit is %d", ErrMark, len(m.Question), len(m.Answer), maxText)
	case len(m.Passages) == 0:
		return fmt.Errorf("%w: it names no passage", ErrMark)
	case len(m.Passages) > maxPassages:
		return fmt.Errorf("%w: it names %d passages; the limit is %d", ErrMark, len(m.Passages), maxPassages)
	}
	for _, p := range m.Passages {
		if p.Document == "" || p.Start < 0 || p.End <= p.Start || p.End-p.Start > maxText || len(p.Text) != p.Len() {
			return fmt.Errorf("%w: %q, bytes %d to %d, with a text of %d bytes", ErrMark, p.Document, p.Start, p.End, len(p.Text))
		}
	}
	return nil
}
