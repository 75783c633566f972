package rag

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// A row of a long table is found by its value and the name of its column, and cited
// where it stands, however far below the header.
func TestLongTables(t *testing.T) {
	read := strings.NewReplacer(",", " | ", "<table><tr><th>", "| ", "<th>", " | ", "<tr><td>", "| ", "<td>", " | ", "</tr>", " |")
	for _, c := range []struct {
		id, header, row, question, short string
	}{
		{"parts.md", "| Part | Supplier | Warehouse |\n|---|---|---|", "| K%d | Firm %d | Hall %d |", "Which warehouse holds part K317?", "Hall 1268"},
		{"parts.csv", "Part,Supplier,Warehouse", "K%d,Firm %d,Hall %d", "Which warehouse holds part K317?", "Hall 1268"},
		{"부품.md", "| 부품 | 납품 업체 | 보관 창고 |\n|---|---|---|", "| 케이%d | 업체 %d | 구역 %d |", "부품 케이317의 보관 창고는 어디인가요?", "구역 1268"},
		{"parts.html", "<table><tr><th>Part<th>Supplier<th>Warehouse</tr>", "<tr><td>K%d<td>Firm %d<td>Hall %d</tr>", "Which warehouse holds part K317?", "Hall 1268"},
		{"부품.csv", "부품,납품 업체,보관 창고", "케이%d,업체 %d,구역 %d", "부품 케이317의 보관 창고는 어디인가요?", "구역 1268"},
	} {
		rows := []string{c.header}
		for i := range 400 {
			rows = append(rows, fmt.Sprintf(c.row, i, 3*i, 4*i))
		}
		lib := of(t, map[string]string{c.id: strings.Join(rows, "\n"), "other.md": "A warehouse is a hall. 창고는 넓은 곳이다.\n"})
		_, body, err := lib.Text(c.id)
		if err != nil {
			t.Fatal(err)
		}
		row := read.Replace(rows[318])
		at := strings.Index(body, row)
		want := index.Span{Start: at, End: at + len(row)}

		header := strings.Trim(read.Replace(strings.Split(c.header, "\n")[0]), "| ")
		hits, _, err := lib.Search(c.question, 1)
		if err != nil || !slices.ContainsFunc(hits, func(h index.Hit) bool {
			return h.Document == c.id && h.Start <= want.Start && want.End <= h.End && h.Text == body[h.Start:h.End] && strings.Join(h.Headings, "\n") == header
		}) {
			t.Errorf("%s: %v under %q is not found, but %+v, %v", c.question, want, header, hits, err)
		}

		a := answer(t, lib, Deps{}, Request{Question: c.question})
		if a.Verdict != Answered || len(a.Citations) == 0 || a.Citations[0].Span != want || a.Citations[0].Heading != header || a.Short != c.short {
			t.Errorf("%s: %s %q (%.2f) %+v, want %q", c.question, a.Verdict, a.Short, a.Trace.Confidence, a.Citations, row)
		}
	}
}
