package rag

import (
	"iter"
	"strconv"
	"strings"
)

// resolver turns [n] in a stream of text into citations.
type resolver struct {
	*asking
	evidence []passage // that [n] may name, from 1
	held     string    // may be the beginning of [n]
}

// longestMark is the longest [n] that can name evidence.
const longestMark = len("[100]")

func (r *resolver) write(text string) error {
	text, r.held = r.held+text, ""
	if open := strings.LastIndexByte(text, '['); open >= 0 {
		if _, length := reference(text[open:]); length < 0 {
			text, r.held = text[:open], text[open:]
		}
	}
	for before, n := range cutMarks(text) {
		if err := r.say(before); err != nil {
			return err
		}
		if err := r.resolve(n); err != nil {
			return err
		}
	}
	return nil
}

// cutMarks cuts a text at its marks [n]: what stands before each with its n, and
// with noMark what stands behind the last.
func cutMarks(text string) iter.Seq2[string, int] {
	return func(yield func(before string, n int) bool) {
		from := 0
		for at := 0; at < len(text); at++ {
			if n, length := reference(text[at:]); length > 0 {
				if !yield(text[from:at], n) {
					return
				}
				from = at + length
				at = from - 1
			}
		}
		yield(text[from:], noMark)
	}
}

const noMark = -1

// reference parses [n] at the beginning of s: its length is 0 if there is none, and
// negative if s may be the beginning of one.
func reference(s string) (n, length int) {
	if s == "" || s[0] != '[' {
		return 0, 0
	}
	for i := 1; i < min(len(s), longestMark); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int(c-'0')
		case c == ']' && i > 1:
			return n, i + 1
		default:
			return 0, 0
		}
	}
	if len(s) < longestMark {
		return 0, -1
	}
	return 0, 0
}

// inert is a text of a document whose own marks [n] cannot be taken for numbers of
// the evidence.
func inert(text string) string {
	var b strings.Builder
	for before, n := range cutMarks(text) {
		b.WriteString(before)
		if n != noMark {
			b.WriteString("(" + strconv.Itoa(n) + ")")
		}
	}
	return b.String()
}

// resolve cites evidence n; a number that names none is left out of the answer.
func (r *resolver) resolve(n int) error {
	if n < 1 || n > len(r.evidence) {
		return nil
	}
	at, err := r.cite(r.evidence[n-1])
	if err != nil {
		return err
	}
	return r.say(numbered(at))
}

func numbered(n int) string { return "[" + strconv.Itoa(n) + "]" }

// flush says what was held back; the beginning of a number that never ended is left out.
func (r *resolver) flush() error {
	text := r.held
	if r.held = ""; len(text) > len("[") {
		return nil
	}
	return r.say(text)
}
