//go:build !lean

package extract

import (
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "docx", extensions: []string{".docx", ".docm"}, sniff: isArchive("word/document.xml"), read: readDOCX})
}

// readDOCX reads WordprocessingML (ECMA-376, part 1, 17). Pages are those of the
// last layout, where the program that wrote the file recorded it.
func readDOCX(in index.Input) (index.Text, error) {
	a, err := openOffice(in)
	if err != nil {
		return index.Text{}, err
	}
	source, err := a.part("word/document.xml")
	if err != nil {
		return index.Text{}, err
	}
	w := docxWalk{levels: docxLevels(a), pages: strings.Contains(string(source), "lastRenderedPageBreak")}
	w.text.Title = a.coreTitle()
	w.read(source)
	for _, notes := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		if source, err := a.part(notes); err == nil {
			w.gap()
			w.read(source)
		}
	}
	return w.done(), nil
}

// docxLevels returns the outline level, from 1, of each style that has one.
func docxLevels(a *archive) map[string]int {
	source, err := a.part("word/styles.xml")
	if err != nil {
		return nil
	}
	levels := map[string]int{}
	id := ""
	for e := range elements(source) {
		switch {
		case !e.open:
		case e.name == "style":
			id = e.attr("styleId")
		case e.name == "outlineLvl":
			if n, err := strconv.Atoi(e.attr("val")); err == nil && n < 9 {
				levels[id] = n + 1
			}
		case e.name == "name":
			name := strings.ToLower(e.attr("val"))
			if digits, ok := strings.CutPrefix(name, "heading "); ok {
				if n, err := strconv.Atoi(digits); err == nil {
					levels[id] = n
				}
			} else if name == "title" {
				levels[id] = 1
			}
		}
	}
	return levels
}

// docxWalk is the state of one pass over the body.
type docxWalk struct {
	builder
	levels map[string]int
	pages  bool
	number int             // of the page
	para   strings.Builder // the open paragraph
	level  int             // its outline level; 0 is body text
	item   bool            // it is a list item
	tables tableStack
}

func (w *docxWalk) read(source []byte) {
	inText, fallback := false, 0
	if w.pages && w.number == 0 {
		w.nextPage()
	}
	turn := false // a page began within the open paragraph
	for e := range elements(source) {
		if w.full() {
			return
		}
		if e.name == "Fallback" { // says again what Choice said
			if e.open {
				fallback++
			}
			if e.close {
				fallback--
			}
		}
		if fallback > 0 {
			continue
		}
		switch {
		case e.name == "" && inText:
			w.para.WriteString(e.text)
		case e.name == "t":
			inText = e.open && !e.close
		case e.name == "tab" && e.open:
			w.para.WriteByte(' ')
		case e.name == "br" && e.open:
			w.para.WriteByte('\n')
		case e.name == "lastRenderedPageBreak" && e.open:
			if w.para.Len() == 0 && !w.tables.inside() {
				w.nextPage()
			} else {
				turn = true
			}
		case e.name == "pStyle" && e.open:
			w.level = max(w.level, w.levels[e.attr("val")])
		case e.name == "outlineLvl" && e.open:
			if n, err := strconv.Atoi(e.attr("val")); err == nil && n < 9 {
				w.level = n + 1
			}
		case e.name == "numPr" && e.open:
			w.item = true
		case e.name == "p" && e.close:
			w.endParagraph()
		case e.name == "tbl" || e.name == "tr" || e.name == "tc":
			w.tables.tag(&w.builder, e)
		}
		if turn && e.close && (e.name == "p" || e.name == "tbl") && !w.tables.inside() {
			w.nextPage()
			turn = false
		}
	}
}

func (w *docxWalk) nextPage() {
	w.number++
	w.page(pageLabel(w.number))
}

func (w *docxWalk) endParagraph() {
	s, level, item := w.para.String(), w.level, w.item
	w.para.Reset()
	w.level, w.item = 0, false
	switch {
	case w.tables.inside():
		w.tables.write(s)
	case level > 0:
		w.heading(level, s)
	case item:
		w.builder.item(s)
	default:
		w.block(s)
	}
}
