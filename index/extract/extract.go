// Package extract turns the bytes of a document into text with structure:
// headings, pages, lists, and tables as rows.
//
// Each format is one file that registers itself: how to know it, and how to
// read it. Whatever the bytes, a reader returns within time and memory bounded
// by their number and MaxText, with text or with an error that says what to do.
package extract

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// MaxText is the longest text that is taken in, in bytes.
const MaxText = 64 << 20

// A format reads one kind of document.
type format struct {
	name       string
	extensions []string               // lower case, with the dot
	sniff      func(data []byte) bool // nil where only the extension tells
	read       func(in index.Input) (index.Text, error)
}

var formats []format

func register(f format) { formats = append(formats, f) }

// Extract reads a document. Its error wraps index.ErrInput and says what was
// wrong and what to do.
func Extract(in index.Input) (index.Text, error) {
	if len(in.Data) == 0 {
		return index.Text{}, bad(in, "it is empty")
	}
	name := Format(in)
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return index.Text{}, bad(in, "no reader for the format %q", name)
	}
	t, err := formats[i].read(in)
	if t.Format == "" {
		t.Format = name
	}
	switch {
	case errors.Is(err, index.ErrInput):
		return index.Text{}, err
	case err != nil:
		return index.Text{}, bad(in, "as %s it is damaged (%v): open it in its program and save it again", name, err)
	case len(t.Body) > MaxText:
		return index.Text{}, tooLong(in, len(t.Body))
	case strings.TrimSpace(t.Body) == "":
		return index.Text{}, bad(in, "it holds no text")
	}
	if in.Title != "" {
		t.Title = in.Title
	}
	if t.Title == "" && len(t.Headings) > 0 {
		t.Title = t.Headings[0].Title
	}
	if t.Title == "" {
		t.Title = in.ID
	}
	return t, nil
}

// bad makes an error about a document.
func bad(in index.Input, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", index.ErrInput, in.ID, fmt.Sprintf(format, args...))
}

func tooLong(in index.Input, n int) error {
	return bad(in, "it has %d MB of text, more than %d: split it", n>>20, MaxText>>20)
}

// Format names the extractor that reads a document: by its first bytes where
// they tell, else by its extension, else as text.
func Format(in index.Input) string {
	if in.Format != "" {
		return in.Format
	}
	for _, f := range formats {
		if f.sniff != nil && f.sniff(in.Data) {
			return f.name
		}
	}
	ext := strings.ToLower(path.Ext(in.ID))
	for _, f := range formats {
		if slices.Contains(f.extensions, ext) {
			return f.name
		}
	}
	return "text"
}

// Known reports whether a file's extension belongs to a format that is read.
func Known(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return slices.ContainsFunc(formats, func(f format) bool { return slices.Contains(f.extensions, ext) })
}
