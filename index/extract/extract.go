// Package extract turns the bytes of a document into text with structure.
//
// Each format is one file that registers itself: how to know it, and how to
// read it.
package extract

import (
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
	extensions []string // lower case, with the dot
	read       func(in index.Input) (index.Text, error)
}

var formats []format

func register(f format) { formats = append(formats, f) }

// Extract reads a document. Its error wraps index.ErrInput and says what was
// wrong and what to do.
func Extract(in index.Input) (index.Text, error) {
	if len(in.Data) == 0 {
		return index.Text{}, fmt.Errorf("%s is empty: %w", in.ID, index.ErrInput)
	}
	name := Format(in)
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return index.Text{}, fmt.Errorf("%s: no reader for format %q: %w", in.ID, name, index.ErrInput)
	}
	t, err := formats[i].read(in)
	if err != nil {
		return index.Text{}, err
	}
	if strings.TrimSpace(t.Body) == "" {
		return index.Text{}, fmt.Errorf("%s has no text: %w", in.ID, index.ErrInput)
	}
	if in.Title != "" {
		t.Title = in.Title
	}
	if t.Title == "" {
		t.Title = in.ID
	}
	return t, nil
}

// Format names the extractor that would read a document.
func Format(in index.Input) string {
	if in.Format != "" {
		return in.Format
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
