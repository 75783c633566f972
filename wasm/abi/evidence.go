package abi

import (
	"fmt"
	"time"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
)

// MarkRequest ("mark") says that evidence, or an answer with its evidence, is right
// or wrong for a question. Later answers to questions like it move at once.
type MarkRequest struct {
	Question string      `json:"question"`
	Answer   string      `json:"answer,omitempty"` // marks this answer; absent marks the evidence itself
	Right    bool        `json:"right"`
	Passages []MarkPlace `json:"passages"` // the spans of the citations that are meant
}

// MarkPlace is a part of a document's extracted text.
type MarkPlace struct {
	Document   string `json:"document"`
	index.Span        // bytes
}

// UnmarkRequest ("unmark") takes a mark back.
type UnmarkRequest struct {
	ID int `json:"id"`
}

// MarksResult answers "mark", "unmark" and "marks" (no request): every mark of the
// library, oldest first. After "mark" the last one is the new one.
type MarksResult struct {
	Marks []mark.Mark `json:"marks"`
}

// ReplayRequest ("replay") makes an answer again from its trace alone.
type ReplayRequest struct {
	Trace rag.Trace `json:"trace"`
}

func init() {
	operations["mark"] = on((*Engine).mark, writer)
	operations["unmark"] = on((*Engine).unmark, writer)
	operations["marks"] = on((*Engine).listMarks)
	operations["replay"] = on((*Engine).replay)
}

// marks are those of the open library. They are read when they are first needed,
// and again before each change.
func (e *Engine) marks() (*mark.Log, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	if e.log == nil {
		l, err := mark.Open(e.host)
		if err != nil {
			return nil, err
		}
		e.log = l
		return l, nil
	}
	return e.log, e.log.Refresh()
}

func (e *Engine) mark(r *MarkRequest, _ Emit) (any, error) {
	l, err := e.marks()
	if err != nil {
		return nil, err
	}
	m := mark.Mark{Question: r.Question, Answer: r.Answer, Right: r.Right, At: time.Now().UnixMilli()}
	for _, p := range r.Passages {
		_, text, err := e.library.Text(p.Document)
		if err != nil {
			return nil, err
		}
		if p.Start < 0 || p.End > len(text) || p.Start >= p.End {
			return nil, fmt.Errorf("%w: bytes %d to %d of %s, which has %d: the document changed since; ask again", index.ErrNotFound, p.Start, p.End, p.Document, len(text))
		}
		m.Passages = append(m.Passages, mark.Passage{Document: p.Document, Span: p.Span, Text: text[p.Start:p.End]})
	}
	if _, err := l.Add(m); err != nil {
		return nil, err
	}
	return marksResult(l), nil
}

func (e *Engine) unmark(r *UnmarkRequest, _ Emit) (any, error) {
	l, err := e.marks()
	if err != nil {
		return nil, err
	}
	if err := l.Remove(r.ID); err != nil {
		return nil, err
	}
	return marksResult(l), nil
}

func (e *Engine) listMarks(*none, Emit) (any, error) {
	l, err := e.marks()
	if err != nil {
		return nil, err
	}
	return marksResult(l), nil
}

func marksResult(l *mark.Log) MarksResult {
	r := MarksResult{Marks: l.All()}
	if r.Marks == nil {
		r.Marks = []mark.Mark{}
	}
	return r
}

func (e *Engine) replay(r *ReplayRequest, _ Emit) (any, error) { return rag.Replay(r.Trace) }
