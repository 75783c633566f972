//go:build !lean

package extract

import (
	"bytes"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// openOffice opens a document of an office program.
func openOffice(in index.Input) (*archive, error) {
	if bytes.HasPrefix(in.Data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, bad(in, "it is encrypted, or of before 2007: save it without a password in today's format")
	}
	return openArchive(in.Data)
}

// coreTitle returns the title that a document's properties give, or "".
func (a *archive) coreTitle() string {
	source, err := a.part("docProps/core.xml")
	if err != nil {
		return ""
	}
	return firstText(source, "title")
}

// firstText returns the text within the first element of a name.
func firstText(source []byte, name string) string {
	var s strings.Builder
	inside := false
	for e := range elements(source) {
		switch {
		case e.name == name && e.close:
			return oneLine(s.String())
		case e.name == name:
			inside = true
		case inside:
			s.WriteString(e.text)
		}
	}
	return ""
}

// tableStack gathers the rows of tables, of which the innermost is written as
// part of its cell.
type tableStack struct {
	depth int      // of open tables
	cells []string // of the outermost table's open row
}

func (t *tableStack) inside() bool { return t.depth > 0 }

// tag follows the tags of tables, rows and cells: tbl, tr, tc.
func (t *tableStack) tag(b *builder, e *element) {
	if e.open && e.close {
		return
	}
	switch {
	case e.name == "tbl" && e.open:
		if t.depth == 0 {
			b.gap()
		}
		t.depth++
	case e.name == "tbl":
		t.depth = max(0, t.depth-1)
	case t.depth != 1:
	case e.name == "tc" && e.open:
		t.cells = append(t.cells, "")
	case e.name == "tr" && e.close:
		b.row(t.cells)
		t.cells = t.cells[:0]
	}
}

// write adds a paragraph to the open cell.
func (t *tableStack) write(s string) {
	if n := len(t.cells); n > 0 {
		t.cells[n-1] += " " + s
	}
}
