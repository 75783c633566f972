//go:build !lean

package extract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "pptx", extensions: []string{".pptx", ".pptm"}, sniff: isArchive("ppt/presentation.xml"), read: readPPTX})
}

// readPPTX reads PresentationML (ECMA-376, part 1, 19): a page for each slide,
// its title as a heading, the notes after its text.
func readPPTX(in index.Input) (index.Text, error) {
	a, err := openOffice(in)
	if err != nil {
		return index.Text{}, err
	}
	source, err := a.part("ppt/presentation.xml")
	if err != nil {
		return index.Text{}, err
	}
	targets := a.relations("ppt/presentation.xml")
	var b builder
	b.text.Title = a.coreTitle()
	number := 0
	for e := range elements(source) {
		if e.name != "sldId" || !e.open || b.full() {
			continue
		}
		number++
		b.page("slide " + strconv.Itoa(number))
		slide := targets[relationID(e)]
		source, err := a.part(slide)
		if err != nil {
			return index.Text{}, fmt.Errorf("slide %d: %w", number, err)
		}
		readSlide(&b, source, true)
		for _, target := range a.relations(slide) {
			if strings.HasPrefix(target, "ppt/notesSlides/") {
				if notes, err := a.part(target); err == nil {
					readSlide(&b, notes, false)
				}
			}
		}
	}
	return b.done(), nil
}

// relationID returns the r:id of an element that has an id of its own too.
func relationID(e *element) string {
	i := slices.IndexFunc(e.attrs, func(a attribute) bool { return a.Key == "r:id" })
	if i < 0 {
		return ""
	}
	return e.attrs[i].Val
}

// readSlide writes the paragraphs and tables of a slide. Slide numbers, dates
// and the picture of the slide on a notes page are left out.
func readSlide(b *builder, source []byte, titles bool) {
	var para strings.Builder
	var tables table
	first := false // the open row is the first of a table that sets it off
	inText, kind := false, ""
	for e := range elements(source) {
		switch {
		case e.name == "" && inText:
			para.WriteString(e.text)
		case e.name == "t":
			inText = e.open && !e.close
		case e.name == "br" && e.open:
			para.WriteByte('\n')
		case e.name == "sp" && e.open:
			kind = ""
		case e.name == "ph" && e.open:
			kind = e.attr("type")
		case e.name == "p" && e.close:
			s := para.String()
			para.Reset()
			switch {
			case kind == "sldNum" || kind == "dt" || kind == "ftr" || kind == "hdr":
			case tables.inside():
				tables.write(s)
			case titles && (kind == "title" || kind == "ctrTitle"):
				b.heading(1, s)
				b.gap()
			default:
				b.line(s)
			}
		case e.name == "tblPr" && e.open:
			first = e.attr("firstRow") == "1"
		case e.name == "tc" && (e.attr("hMerge") == "1" || e.attr("vMerge") == "1"): // covered by another
		case e.name == "tbl" || e.name == "tr" || e.name == "tc":
			tables.tag(b, e)
			if c := tables.open(); e.name == "tc" && e.open {
				c.head = first
				c.cols, _ = strconv.Atoi(e.attr("gridSpan"))
				c.rows, _ = strconv.Atoi(e.attr("rowSpan"))
			}
			first = first && !(e.name == "tr" && e.close)
		case e.name == "txBody" && e.close && !tables.inside():
			b.gap()
		}
	}
}
