package reader

import (
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func TestCell(t *testing.T) {
	const plots = "| Plot | Size | Fee for a year |\n|---|---|---|\n| Full | 100 m² | £48 |\n| Half | 50 m² | £27 |\n"
	const leave = "| 누가 | 휴가 | 급여 |\n|---|---|---|\n| 배우자 | 8주 | 전액 |\n"
	const sheet = "40 | Hall | £30\n41 | Kitchen | £18"
	for _, c := range []struct{ question, text, row, cell string }{
		{"What is the fee of the kitchen?", sheet, "41 | Kitchen | £18", "£18"},
		{"What is the fee of a half plot?", plots, "| Half | 50 m² | £27 |", "£27"},
		{"What size is a full plot?", plots, "| Full | 100 m² | £48 |", "100 m²"},
		{"배우자 휴가는 얼마나 되나요?", leave, "| 배우자 | 8주 | 전액 |", "8주"},
		{"What are the size and the fee of a full plot?", plots, "| Full | 100 m² | £48 |", ""}, // two are asked for
		{"What is full?", plots, "| Full | 100 m² | £48 |", ""},                                 // none is
		{"What is the fee?", "| Fee |\n|---|\n| a | b |\n", "| a | b |", ""},
	} {
		q := New(c.question, func(terms []string) []float64 {
			w := make([]float64, len(terms))
			for i := range w {
				w[i] = 1
			}
			return w
		})
		hit := index.Hit{Chunk: index.Chunk{Document: "d", Span: index.Span{End: len(c.text)}}, Text: c.text, Score: 1}
		if c.text == sheet {
			hit.Page, hit.Headings = index.Sheet+"Fees", []string{"Fees", "Room | Fee for an hour"}
		}
		list, _, err := q.Read([]index.Hit{hit}, Hints{})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, one := range list {
			if one.Text == c.row {
				found = true
				cell := ""
				if s := q.cell(one); s != nil {
					cell = one.Text[s.Start:s.End]
				}
				if cell != c.cell {
					t.Errorf("%s: %q, want %q", c.question, cell, c.cell)
				}
			}
		}
		if !found {
			t.Errorf("%s: no row %q among %d sentences", c.question, c.row, len(list))
		}
	}
}
