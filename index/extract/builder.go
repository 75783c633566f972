package extract

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/index"
)

// builder writes the text of formats whose bytes are not text themselves. It
// stops growing beyond MaxText; Extract refuses the result.
type builder struct {
	body strings.Builder
	text index.Text
}

// full reports whether there is more text than is taken in.
func (b *builder) full() bool { return b.body.Len() > MaxText }

// block writes a paragraph with a blank line before it. Space is trimmed.
func (b *builder) block(s string) {
	if s = strings.TrimFunc(s, unicode.IsSpace); s != "" && !b.full() {
		b.gap()
		b.body.WriteString(s)
	}
}

// line writes a line under the one before: a list item, a table row.
func (b *builder) line(s string) {
	if s = strings.TrimFunc(s, unicode.IsSpace); s != "" && !b.full() {
		if b.body.Len() > 0 && !strings.HasSuffix(b.body.String(), "\n") {
			b.body.WriteByte('\n')
		}
		b.body.WriteString(s)
	}
}

// gap leaves a blank line, except at the head.
func (b *builder) gap() {
	if b.body.Len() > 0 && !strings.HasSuffix(b.body.String(), "\n\n") {
		b.body.WriteString("\n\n")
	}
}

// heading writes a heading as a block.
func (b *builder) heading(level int, title string) {
	if title = oneLine(title); title == "" || b.full() {
		return
	}
	b.gap()
	start := b.body.Len()
	b.body.WriteString(title)
	b.text.Headings = append(b.text.Headings,
		index.Heading{Span: index.Span{Start: start, End: b.body.Len()}, Level: min(max(level, 1), 9), Title: title})
}

// row writes the cells of a table as one line, without the empty ones at its end.
func (b *builder) row(cells []string) {
	for i := range cells {
		cells[i] = oneLine(cells[i])
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	b.line(strings.Join(cells, " | "))
}

// page begins a page; it ends where the next begins.
func (b *builder) page(label string) {
	b.endPage()
	b.gap()
	b.text.Pages = append(b.text.Pages, index.Page{Span: index.Span{Start: b.body.Len()}, Label: label})
}

func pageLabel(number int) string { return "page " + strconv.Itoa(number) }

func (b *builder) endPage() {
	if n := len(b.text.Pages); n > 0 {
		b.text.Pages[n-1].End = b.body.Len()
	}
}

// done returns the text.
func (b *builder) done() index.Text {
	b.endPage()
	b.text.Body = b.body.String()
	return b.text
}

// oneLine replaces runs of space by one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// item writes a list item, with a blank line before the first.
func (b *builder) item(s string) {
	if s = oneLine(s); s == "" {
		return
	}
	body := b.body.String()
	if !strings.HasPrefix(body[strings.LastIndexByte(body, '\n')+1:], "- ") {
		b.gap()
	}
	b.line("- " + s)
}

// append writes the body and headings of another text.
func (b *builder) append(t index.Text) {
	if b.full() || t.Body == "" {
		return
	}
	b.gap()
	start := b.body.Len()
	b.body.WriteString(t.Body)
	for _, h := range t.Headings {
		h.Start, h.End = h.Start+start, h.End+start
		b.text.Headings = append(b.text.Headings, h)
	}
}
