//go:build !lean

package extract

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "hwpx", extensions: []string{".hwpx"}, sniff: isArchive("application/hwp+zip"), read: readHWPX})
}

// readHWPX reads OWPML, the XML format of Hangul (KS X 6101).
func readHWPX(in index.Input) (index.Text, error) {
	a, err := openArchive(in.Data)
	if err != nil {
		return index.Text{}, err
	}
	if manifest, err := a.part("META-INF/manifest.xml"); err == nil && strings.Contains(string(manifest), "encryption-data") {
		return index.Text{}, bad(in, "it is encrypted: save it without a password")
	}
	w := hwpxWalk{}
	w.readStyles(a)
	if source, err := a.part("Contents/content.hpf"); err == nil {
		w.text.Title = firstText(source, "title")
	}
	for n := 0; ; n++ {
		name := fmt.Sprintf("Contents/section%d.xml", n)
		if n > 0 && !a.has(name) {
			w.pages.end(&w.builder)
			return w.done(), nil
		}
		source, err := a.part(name)
		if err != nil {
			return index.Text{}, err
		}
		w.read(source)
	}
}

type hwpxWalk struct {
	builder
	levels map[string]int  // of paragraph shapes that are outlines
	styles map[string]int  // of styles
	fills  map[string]bool // of cells, that are no white
	bold   map[string]bool // shapes of characters
	strong bool            // the open run is bold
	tables table
	pages  hangulPages
	open   []*hwpxParagraph // they nest: a cell's paragraphs lie in that which holds the table
	notes  []hwpxNote       // what the outermost paragraph holds apart from its own text
}

// hwpxNote is a paragraph of a note or a text box, which follows that which it stands in.
type hwpxNote struct {
	level int
	text  string
}

type hwpxParagraph struct {
	text    strings.Builder
	level   int
	heights []int // of its lines
}

// readStyles finds which paragraph shapes and styles are headings.
func (w *hwpxWalk) readStyles(a *archive) {
	w.levels, w.styles, w.fills, w.bold = map[string]int{}, map[string]int{}, map[string]bool{}, map[string]bool{}
	source, err := a.part("Contents/header.xml")
	if err != nil {
		return
	}
	shape := ""
	for e := range elements(source) {
		switch {
		case !e.open:
		case e.name == "paraPr" || e.name == "charPr" || e.name == "borderFill":
			shape = e.attr("id")
		case e.name == "bold":
			w.bold[shape] = true
		case e.name == "winBrush":
			color := e.attr("faceColor")
			w.fills[shape] = color != "" && color != "none" && !strings.EqualFold(color, "#FFFFFF")
		case e.name == "heading" && e.attr("type") == "OUTLINE":
			if n, err := strconv.Atoi(e.attr("level")); err == nil {
				w.levels[shape] = n + 1
			}
		case e.name == "style":
			digits, ok := strings.CutPrefix(e.attr("name"), "개요 ")
			if !ok {
				digits = strings.TrimPrefix(e.attr("engName"), "Outline ")
			}
			if n, err := strconv.Atoi(digits); err == nil {
				w.styles[e.attr("id")] = n
			}
		}
	}
}

func (w *hwpxWalk) read(source []byte) {
	inText := false
	skip := "" // the element that is passed over, with all that it holds
	for e := range elements(source) {
		if w.full() {
			return
		}
		if skip != "" {
			if e.close && e.name == skip {
				skip = ""
			}
			continue
		}
		switch e.name {
		case "p":
			if e.open {
				level := max(w.levels[e.attr("paraPrIDRef")], w.styles[e.attr("styleIDRef")])
				w.open = append(w.open, &hwpxParagraph{level: level})
			}
			if e.close {
				w.endParagraph()
			}
		case "t":
			inText = e.open && !e.close
		case "":
			if inText {
				w.write(e.text)
				w.tables.ink(w.strong)
			}
		case "run":
			w.strong = w.bold[e.attr("charPrIDRef")]
		case "cellSpan":
			if c := w.tables.open(); e.open {
				c.cols, _ = strconv.Atoi(e.attr("colSpan"))
				c.rows, _ = strconv.Atoi(e.attr("rowSpan"))
			}
		case "tab", "nbSpace", "fwSpace":
			if inText && e.open {
				w.write(" ")
			}
		case "lineBreak":
			if inText && e.open {
				w.write("\n")
			}
		case "header", "footer", "hiddenComment":
			if e.open && !e.close {
				skip = e.name
			}
		case "colPr":
			w.pages.columns = w.pages.columns || e.open && e.attr("colCount") != "1"
		case "lineseg":
			if y, err := strconv.Atoi(e.attr("vertpos")); err == nil && e.open && len(w.open) == 1 {
				w.open[0].heights = append(w.open[0].heights, y)
			}
		case "tbl", "tr", "tc":
			if e.name == "tbl" && e.open && len(w.open) > 0 && !w.tables.inside() {
				w.emit(w.open[len(w.open)-1]) // what stands before the table
			}
			w.tables.tag(&w.builder, e)
			if c := w.tables.open(); e.name == "tc" && e.open {
				c.head = e.attr("header") == "1" || w.fills[e.attr("borderFillIDRef")]
			}
		}
	}
}

func (w *hwpxWalk) write(s string) {
	if n := len(w.open); n > 0 {
		w.open[n-1].text.WriteString(s)
	}
}

func (w *hwpxWalk) endParagraph() {
	if n := len(w.open); n > 0 {
		w.pages.paragraph(&w.builder, w.open[n-1].heights)
		w.emit(w.open[n-1])
		w.open = w.open[:n-1]
		if n > 1 {
			return
		}
		for _, note := range w.notes {
			w.paragraph(note.level, note.text)
		}
		w.notes = w.notes[:0]
	}
}

// emit writes what a paragraph holds so far.
func (w *hwpxWalk) emit(p *hwpxParagraph) {
	s := p.text.String()
	p.text = strings.Builder{}
	switch {
	case w.tables.inside():
		w.tables.write(s)
	case len(w.open) > 1:
		w.notes = append(w.notes, hwpxNote{p.level, s})
	default:
		w.paragraph(p.level, s)
	}
}

func (w *hwpxWalk) paragraph(level int, s string) {
	if level > 0 {
		w.heading(level, s)
	} else {
		w.block(s)
	}
}
