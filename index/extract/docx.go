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
	w := docxWalk{styles: docxStyles(a), pages: strings.Contains(string(source), "lastRenderedPageBreak")}
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

// docxStyle is what a style says of text: of a table's, whether the first row stands out.
type docxStyle struct {
	level int // of the outline, from 1; 0 is body text
	bold  bool
	first bool
}

// docxStyles returns the styles that say something.
func docxStyles(a *archive) map[string]docxStyle {
	source, err := a.part("word/styles.xml")
	if err != nil {
		return nil
	}
	styles := map[string]docxStyle{}
	id := ""
	var style docxStyle
	for e := range elements(source) {
		switch {
		case e.name == "style" && e.close:
			styles[id] = style
		case !e.open:
		case e.name == "style":
			id, style = e.attr("styleId"), docxStyle{}
		case e.name == "tblStylePr":
			style.first = style.first || e.attr("type") == "firstRow"
		case e.name == "b":
			style.bold = isOn(e.attr("val"))
		case e.name == "outlineLvl":
			if n, err := strconv.Atoi(e.attr("val")); err == nil && n < 9 {
				style.level = n + 1
			}
		case e.name == "name":
			name := strings.ToLower(e.attr("val"))
			if digits, ok := strings.CutPrefix(name, "heading "); ok {
				if n, err := strconv.Atoi(digits); err == nil {
					style.level = n
				}
			} else if name == "title" {
				style.level = 1
			}
		}
	}
	return styles
}

// isOn reads the value of a property that is on or off.
func isOn(val string) bool { return val != "0" && val != "false" && val != "off" }

// docxWalk is the state of one pass over the body.
type docxWalk struct {
	builder
	styles map[string]docxStyle
	pages  bool
	number int             // of the page
	para   strings.Builder // the open paragraph
	level  int             // its outline level; 0 is body text
	item   bool            // it is a list item
	bold   bool            // by its style
	strong bool            // the open run is bold
	first  bool            // the first row of the open table stands out by its style
	head   bool            // the open row is marked as one of the header
	props  bool            // within the properties of a cell
	tables table
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
			w.tables.ink(w.strong)
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
			style := w.styles[e.attr("val")]
			w.level, w.bold = max(w.level, style.level), style.bold
		case e.name == "r" && e.open:
			w.strong = w.bold
		case e.name == "b" && e.open:
			w.strong = isOn(e.attr("val"))
		case e.name == "outlineLvl" && e.open:
			if n, err := strconv.Atoi(e.attr("val")); err == nil && n < 9 {
				w.level = n + 1
			}
		case e.name == "numPr" && e.open:
			w.item = true
		case e.name == "p" && e.close:
			w.endParagraph()
		case w.tables.inside() || e.name == "tbl":
			w.inTable(e)
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
	w.level, w.item, w.bold = 0, false, false
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

// inTable follows a table, and what of it is or looks like a header: what is marked, the
// first row of some styles, cells that are shaded or bold.
func (w *docxWalk) inTable(e *element) {
	w.tables.tag(&w.builder, e)
	if w.tables.depth != 1 {
		return
	}
	open := w.tables.open()
	switch {
	case e.name == "tr" && e.close:
		w.first, w.head = false, false
	case e.name == "tcPr":
		w.props = e.open && !e.close
	case !e.open:
	case e.name == "tbl":
		w.first = false
	case e.name == "tblStyle":
		w.first = w.styles[e.attr("val")].first
	case e.name == "tblLook":
		look, _ := strconv.ParseUint(e.attr("val"), 16, 16)
		w.first = w.first && (e.attr("firstRow") == "1" || look&0x20 != 0)
	case e.name == "tblHeader":
		w.head = isOn(e.attr("val"))
	case e.name == "tc":
		open.head = w.head || w.first
	case e.name == "gridSpan":
		open.cols, _ = strconv.Atoi(e.attr("val"))
	case e.name == "vMerge":
		open.above = e.attr("val") != "restart"
	case e.name == "shd" && w.props:
		fill := e.attr("fill")
		open.head = open.head || fill != "" && fill != "auto" && !strings.EqualFold(fill, "FFFFFF")
	}
}
