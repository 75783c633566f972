//go:build lean

package extract

import "github.com/ondol-rag/ondol/index"

// The reactor is built lean: a page that is opened for the first time should not
// wait for readers that it may never need. What they read is known by its name, so
// that a person is told what to do.
func init() {
	for name, extensions := range map[string][]string{
		"docx": {".docx", ".docm"}, "epub": {".epub"}, "html": {".html", ".htm", ".xhtml"}, "hwp": {".hwp"},
		"hwpx": {".hwpx"}, "pdf": {".pdf"}, "pptx": {".pptx", ".pptm"}, "xlsx": {".xlsx", ".xlsm"},
	} {
		register(format{name: name, extensions: extensions, read: func(in index.Input) (index.Text, error) {
			return index.Text{}, bad(in, "%s files are not read in the page yet: save it as text or Markdown, or add it with ondol index --engine native", name)
		}})
	}
}
