//go:build !lean

package extract

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "html", extensions: []string{".html", ".htm", ".xhtml"}, sniff: isHTML, read: readHTML})
}

func isHTML(data []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

func readHTML(in index.Input) (index.Text, error) {
	source, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	return readable(source), nil
}

// readable returns the content of a page without menus, forms and footers. A
// page that marks its content (main, article) gives that alone, unless it is
// next to nothing of the page.
func readable(source string) index.Text {
	page := walkHTML(source, false, true)
	if strings.Contains(source, "<main") || strings.Contains(source, "<article") {
		if content := walkHTML(source, true, true); len(content.Body)*5 > len(page.Body) {
			return content
		}
	}
	if len(page.Body) < 200 {
		if all := walkHTML(source, false, false); len(all.Body) > 2*len(page.Body) {
			return all // a page that is nothing but links
		}
	}
	return page
}

// htmlWalk is the state of one pass over the tags of a page.
type htmlWalk struct {
	builder
	clean    bool
	text     strings.Builder // of the open block
	linked   int             // bytes of it inside links
	bullet   bool            // it is a list item
	table    table
	next     tableCell // that begins
	row      bool      // one is open
	cell     bool      // one is open
	thead    bool      // within the part of a table that is its header
	bold     int       // depth
	level    int       // of the open heading
	pre      bool
	inLink   int
	inside   int       // depth of main and article
	skip     atom.Atom // an element that is left out, while inside it
	skipping int       // its depth
}

// walkHTML reads a page, all of it or only main and article. Clean leaves out
// navigation, forms and blocks that are links only.
func walkHTML(source string, contentOnly, clean bool) index.Text {
	w := &htmlWalk{clean: clean, table: table{depth: 1}}
	title := false
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(MaxText)
	for {
		kind := z.Next()
		if kind == html.ErrorToken || w.full() {
			break
		}
		switch kind {
		case html.TextToken:
			text := string(z.Text())
			switch {
			case title:
				w.builder.text.Title = oneLine(text)
			case w.skipping == 0 && (!contentOnly || w.inside > 0):
				w.write(text)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			a := atom.Lookup(name)
			title = a == atom.Title && w.skip != atom.Svg && w.builder.text.Title == ""
			attrs := ""
			switch {
			case a == atom.Td || a == atom.Th:
				w.next = tableCell{head: a == atom.Th}
				if more {
					w.next.cols, w.next.rows = spans(z)
				}
			case more && w.clean && w.skipping == 0:
				attrs = navigationAttrs(z)
			}
			if kind == html.StartTagToken {
				w.start(a, attrs)
			} else if a == atom.Br {
				w.write("\n")
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			title = false
			w.end(atom.Lookup(name))
		}
	}
	w.endTable()
	return w.done()
}

// spans returns how many columns and rows a cell takes; 0 where it does not say.
func spans(z *html.Tokenizer) (cols, rows int) {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "colspan":
			cols, _ = strconv.Atoi(string(value))
		case "rowspan":
			rows, _ = strconv.Atoi(string(value))
		}
	}
	return cols, rows
}

// navigationAttrs returns those attributes that may name an element's part in
// the page.
func navigationAttrs(z *html.Tokenizer) string {
	var s []byte
	for {
		key, value, more := z.TagAttr()
		if k := string(key); k == "role" || k == "class" || k == "id" || k == "hidden" {
			s = append(append(append(s, ' '), key...), '=')
			s = append(append(s, bytes.ToLower(value)...), ' ')
		}
		if !more {
			return string(s)
		}
	}
}

// leftOut reports whether an element is no content of the page.
func (w *htmlWalk) leftOut(a atom.Atom, attrs string) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Object, atom.Canvas:
		return true
	case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Button, atom.Select, atom.Dialog:
		return w.clean
	case atom.Div, atom.Ul, atom.Section, atom.Header, atom.Table, atom.P:
		for _, part := range []string{"=navigation ", "=banner ", "=contentinfo ", "=search ", "=menu ", "=nav ", "navbar",
			"sidebar", "breadcrumb", "cookie", "=footer ", " hidden= "} {
			if strings.Contains(attrs, part) {
				return w.clean
			}
		}
	}
	return false
}

func (w *htmlWalk) start(a atom.Atom, attrs string) {
	if w.skipping > 0 {
		if a == w.skip {
			w.skipping++
		}
		return
	}
	if w.leftOut(a, attrs) {
		w.flush()
		w.skip, w.skipping = a, 1
		return
	}
	switch a {
	case atom.Main, atom.Article:
		w.flush()
		w.inside++
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.flush()
		w.level = int(a.String()[1] - '0')
	case atom.Li:
		w.flush()
		w.bullet = true
	case atom.Table: // one within another ends it: pages are laid out so
		w.endTable()
	case atom.Thead, atom.Tbody:
		w.endRow()
		w.thead = a == atom.Thead
	case atom.Tr:
		w.endRow()
		w.row = true
	case atom.Td, atom.Th:
		w.endCell()
		if w.row {
			w.next.head = w.next.head || w.thead
			w.table.cells = append(w.table.cells, w.next)
			w.cell = true
		}
	case atom.B, atom.Strong:
		w.bold++
	case atom.A:
		w.inLink++
	case atom.Br:
		w.write("\n")
	case atom.Pre:
		w.flush()
		w.pre = true
	default:
		if blockElement[a] {
			w.flush()
		}
	}
}

func (w *htmlWalk) end(a atom.Atom) {
	if w.skipping > 0 {
		if a == w.skip {
			w.skipping--
		}
		return
	}
	switch a {
	case atom.Main, atom.Article:
		w.flush()
		w.inside = max(0, w.inside-1)
	case atom.A:
		w.inLink = max(0, w.inLink-1)
	case atom.Td, atom.Th:
		w.endCell()
	case atom.Tr:
		w.endRow()
	case atom.Thead:
		w.endRow()
		w.thead = false
	case atom.Table:
		w.endTable()
	case atom.B, atom.Strong:
		w.bold = max(0, w.bold-1)
	case atom.Pre:
		w.flush()
		w.pre = false
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li:
		w.flush()
	default:
		if blockElement[a] {
			w.flush()
		}
	}
}

var blockElement = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Header: true, atom.Blockquote: true, atom.Ul: true, atom.Ol: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Figure: true, atom.Figcaption: true, atom.Table: true, atom.Hr: true,
	atom.Address: true, atom.Body: true, atom.Summary: true, atom.Details: true, atom.Caption: true,
}

// write adds text to the open block.
func (w *htmlWalk) write(s string) {
	before := w.text.Len()
	if w.cell && strings.TrimSpace(s) != "" {
		w.table.ink(w.bold > 0)
	}
	if w.pre {
		w.text.WriteString(s)
	} else {
		space := before == 0
		for _, r := range s {
			if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\u00a0' {
				if !space {
					w.text.WriteByte(' ')
				}
				space = true
				continue
			}
			w.text.WriteRune(r)
			space = false
		}
	}
	if w.inLink > 0 {
		w.linked += w.text.Len() - before
	}
}

// endCell ends the open cell, or the block that stands outside of a row.
func (w *htmlWalk) endCell() {
	if !w.row {
		w.flush()
		return
	}
	s := w.take()
	if !w.cell && s != "" {
		w.table.cells = append(w.table.cells, tableCell{})
	}
	w.table.write(s)
	w.cell = false
}

func (w *htmlWalk) endRow() {
	w.endCell()
	if w.row {
		w.table.endRow(&w.builder)
		w.row = false
	}
}

func (w *htmlWalk) endTable() {
	w.endRow()
	w.table.end(&w.builder)
	w.thead = false
}

// take returns the open block and begins the next.
func (w *htmlWalk) take() string {
	s := strings.TrimSpace(w.text.String())
	w.text.Reset()
	w.linked = 0
	return s
}

// flush ends the open block. Inside a row blocks are one cell.
func (w *htmlWalk) flush() {
	if w.row {
		w.write("\n")
		return
	}
	links := w.linked*10 > w.text.Len()*9 && w.linked < 200
	s, bullet, level := w.take(), w.bullet, w.level
	w.bullet, w.level = false, 0
	switch {
	case s == "":
		w.bullet = bullet // <li><p>
	case level > 0:
		w.heading(level, s)
	case links && w.clean:
	case bullet:
		w.item(s)
	default:
		w.block(s)
	}
}
