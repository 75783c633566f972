//go:build lean

package extract

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ondol-rag/ondol/index"
)

// A page that is opened for the first time should not wait for readers that it
// may never need. A lean build knows them by extension or, if magic is not "", by
// their first bytes.
func init() {
	const zip, compound = "PK\x03\x04", "\xd0\xcf\x11\xe0"
	leave("csv", "", ".csv", ".tsv", ".tab")
	leave("docx", zip, ".docx", ".docm")
	leave("epub", zip, ".epub")
	leave("html", "<!doctype html", ".html", ".htm", ".xhtml")
	leave("hwp", compound, ".hwp")
	leave("hwpx", zip, ".hwpx")
	leave("pdf", "%pdf-", ".pdf")
	leave("pptx", zip, ".pptx", ".pptm")
	leave("xlsx", zip, ".xlsx", ".xlsm")
}

// leave registers a format that another engine reads: which of those that share
// their first bytes it is, the other finds out.
func leave(name, magic string, extensions ...string) {
	register(format{name: name, extensions: extensions, read: elsewhere, sniff: func(data []byte) bool {
		start := bytes.TrimLeft(data[:min(len(data), 64)], "\xef\xbb\xbf \t\r\n")
		return magic != "" && len(start) >= len(magic) && bytes.EqualFold(start[:len(magic)], []byte(magic))
	}})
}

func elsewhere(in index.Input) (index.Text, error) {
	if in.Elsewhere == nil {
		return index.Text{}, bad(in, "this engine was built without a reader for it")
	}
	t, err := in.Elsewhere(in)
	if err != nil && !errors.Is(err, index.ErrInput) {
		err = fmt.Errorf("%w: %s: %w", index.ErrInput, in.ID, err)
	}
	return t, err
}
