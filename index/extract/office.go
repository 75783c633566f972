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
