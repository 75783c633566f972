//go:build !lean

package extract

import (
	"slices"
	"strings"
)

// A tableCell is one of a row, which may take several columns and rows.
type tableCell struct {
	text       string
	head       bool // it is marked as one of a header, or shaded
	bold, thin bool // some of its text is, some is not
	cols, rows int  // 0 is 1
	above      bool // it goes on with what stands above it
}

// table writes a table: as Markdown does if it has a header, else as rows with bars
// between the cells. A row says again what reaches down into it.
type table struct {
	depth int         // of open tables; an inner one is written as part of its cell
	cells []tableCell // of the outermost table's open row
	down  []tableCell // by column: what reaches down into the next rows
	rows  [][]string  // the first ones, until it is known whether they have a header
	heads int         // how many of them stand out
	begun bool        // they are written
	width int         // of the header; 0 if there is none
}

const (
	firstRows    = 8  // by which a header is known
	spread       = 64 // columns that cells take at most by spans
	longestAgain = 90 // of what is said again, in bytes
	longestName  = 60 // of a column whose name nothing marks, in bytes
)

func (t *table) inside() bool { return t.depth > 0 }

// tag follows the tags of tables, rows and cells: tbl, tr, tc.
func (t *table) tag(b *builder, e *element) {
	if e.open && e.close {
		return
	}
	switch {
	case e.name == "tbl" && e.open:
		t.depth++
	case e.name == "tbl":
		if t.depth == 1 {
			t.end(b)
		}
		t.depth = max(0, t.depth-1)
	case t.depth != 1:
	case e.name == "tc" && e.open:
		t.cells = append(t.cells, tableCell{})
	case e.name == "tr" && e.close:
		t.endRow(b)
	}
}

// open is the last cell of the open row, in the outermost table; elsewhere one that
// nobody reads.
func (t *table) open() *tableCell {
	if n := len(t.cells); n > 0 && t.depth == 1 {
		return &t.cells[n-1]
	}
	return &tableCell{}
}

// ink says whether the next text of the open cell is bold.
func (t *table) ink(bold bool) {
	c := t.open()
	c.bold, c.thin = c.bold || bold, c.thin || !bold
}

// write adds a paragraph to the open cell.
func (t *table) write(s string) {
	if n := len(t.cells); n > 0 {
		t.cells[n-1].text += " " + s
	}
}

// endRow lays the open row out over the columns.
func (t *table) endRow(b *builder) {
	var row []string
	head := true
	put := func(text string, rows int) {
		if len(row) == len(t.down) {
			t.down = append(t.down, tableCell{})
		}
		again := text
		if len(again) > longestAgain {
			again = ""
		}
		t.down[len(row)] = tableCell{text: again, rows: rows}
		row = append(row, text)
	}
	reach := func() {
		for len(row) < len(t.down) && t.down[len(row)].rows > 0 {
			put(t.down[len(row)].text, t.down[len(row)].rows-1)
		}
	}
	for _, c := range t.cells {
		reach()
		text := oneLine(c.text)
		if c.above && len(row) < len(t.down) {
			text = t.down[len(row)].text
		}
		c.head = c.head || c.bold && !c.thin
		head = head && (c.head || text == "")
		put(text, c.rows-1)
		if !c.head || len(text) > longestAgain {
			text = ""
		}
		for n := 1; n < c.cols && len(row) < spread; n++ {
			put(text, c.rows-1)
		}
	}
	reach()
	t.cells = t.cells[:0]
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	switch {
	case len(row) == 0:
	case t.begun:
		t.row(b, row)
	default:
		if head && t.heads == len(t.rows) {
			t.heads++
		}
		if t.rows = append(t.rows, row); len(t.rows) == firstRows {
			t.begin(b)
		}
	}
}

// begin writes the first rows.
func (t *table) begin(b *builder) {
	t.begun = true
	b.gap()
	for len(t.rows) > 1 && !slices.ContainsFunc(t.rows[0], func(s string) bool { return s != "" && s != t.rows[0][0] }) {
		t.row(b, t.rows[0][:1]) // the table's title
		t.rows, t.heads = t.rows[1:], max(0, t.heads-1)
	}
	if t.heads == 0 && named(t.rows) {
		t.heads = 1
	}
	if t.heads > 0 && t.heads < len(t.rows) {
		names := t.rows[0]
		for _, more := range t.rows[1:t.heads] {
			for i, s := range more {
				switch {
				case i >= len(names):
					names = append(names, s)
				case !strings.HasSuffix(names[i], s):
					names[i] = oneLine(names[i] + " " + s)
				}
			}
		}
		if len(names) > 1 {
			t.width, t.rows = len(names), t.rows[t.heads:]
			t.row(b, names)
			b.line(strings.Repeat("| --- ", len(names)) + "|")
		}
	}
	for _, row := range t.rows {
		t.row(b, row)
	}
}

// row writes a row, under a header with a cell for each column.
func (t *table) row(b *builder, cells []string) {
	if t.width == 0 {
		b.row(cells)
		return
	}
	for len(cells) < t.width {
		cells = append(cells, "")
	}
	b.line("| " + strings.Join(cells, " | ") + " |")
}

// end ends the outermost table.
func (t *table) end(b *builder) {
	t.endRow(b)
	if !t.begun && len(t.rows) > 0 {
		t.begin(b)
	}
	*t = table{depth: t.depth}
}

// named reports whether the first of some rows names the columns though nothing marks
// it: each by a few words without a figure, where figures stand below. Forms, in which
// labels and values take turns, have none.
func named(rows [][]string) bool {
	const figures = "0123456789"
	names := rows[0]
	if len(rows) < 3 || len(names) < 3 {
		return false
	}
	for i, name := range names {
		if name == "" || len(name) > longestName || strings.ContainsAny(name, figures) || slices.Contains(names[:i], name) {
			return false
		}
	}
	for i := range names {
		below := slices.IndexFunc(rows[1:], func(row []string) bool { return i >= len(row) || !strings.ContainsAny(row[i], figures) }) < 0
		if below && (len(names)%2 == 1 || i%2 == 0) {
			return true
		}
	}
	return false
}
