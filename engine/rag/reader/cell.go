package reader

import (
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

// cell is the part of a table's row that is asked for: of the cells that say something
// new, the one whose column's name has most of the question, best of all what asks. It is nil if there is no
// such cell, or more than one.
func (q *Question) cell(c Candidate) *index.Span {
	names, cells := cells(c.columns), cells(c.Text)
	if len(cells) > 0 && strings.HasPrefix(c.Hit.Page, index.Sheet) {
		cells = cells[1:] // the number of the row
	}
	if len(names) != len(cells) {
		return nil
	}
	share := func(text string) float64 {
		s := q.look(text)
		return q.share(s.has, s.soft)
	}
	var best *index.Span
	top := 0.0
	for i, s := range cells {
		name := c.columns[names[i].Start:names[i].End]
		asked := share(name)
		for _, t := range analysis.Query(name) {
			if slices.Contains(q.asking, t) {
				asked++
			}
		}
		switch {
		case asked == 0 || asked < top || s.Len() == 0 || share(c.Text[s.Start:s.End]) > 0:
		case asked == top:
			best = nil
		default:
			best, top = &cells[i], asked
		}
	}
	return best
}

// cells are the parts of a row between bars, without the space around them.
func cells(row string) (spans []index.Span) {
	at, end := 0, len(row)
	if strings.HasPrefix(row, "|") {
		at, end = 1, len(strings.TrimSuffix(row, "|"))
	}
	for at <= end {
		cell, _, _ := strings.Cut(row[at:end], "|")
		text := strings.TrimSpace(cell)
		start := at + strings.Index(cell, text)
		spans = append(spans, index.Span{Start: start, End: start + len(text)})
		at += len(cell) + 1
	}
	return spans
}
