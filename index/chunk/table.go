package chunk

import (
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// Table tells the header of the table that a sentence is of, as Markdown has it: the
// row above the line | --- | :-: |. It is told the sentences of a text in order.
type Table struct {
	Header index.Span // a line; empty where there is no table, or it has none
	line   index.Span // that the last sentence is of, so far
	row    bool       // it is a row of a table
}

// Next goes to the next sentence, and reports whether it is the line between a header
// and its rows.
func (t *Table) Next(text string, s index.Span) (rule bool) {
	breaks := strings.Count(text[t.line.End:s.Start], "\n")
	if breaks == 0 && t.line.End > 0 {
		t.line.End = s.End
		return false
	}
	above, under := t.line, t.row && breaks == 1
	t.line, t.row = s, text[s.Start] == '|'
	if breaks > 1 || !t.row {
		t.Header = index.Span{}
	}
	if !t.row {
		return false
	}
	line := text[s.Start:s.End]
	rule = strings.Trim(line, "|-: \t") == "" && strings.Contains(line, "-")
	if rule && under && t.Header.Len() == 0 {
		t.Header = above
	}
	t.row = !rule
	return rule
}

// columns are the cells of the header as one title, written as those of a CSV file are.
func (t *Table) columns(text string) string {
	var title string
	for _, cell := range strings.Split(text[t.Header.Start:t.Header.End], "|") {
		if cell = strings.TrimSpace(cell); cell != "" && title != "" {
			cell = " | " + cell
		}
		if len(title)+len(cell) > longestHeader {
			break
		}
		title += cell
	}
	return title
}
