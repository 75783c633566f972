package chunk

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// heading makes a heading of the first place of a title in a body.
func heading(body, title string, level int) index.Heading {
	at := strings.Index(body, title)
	return index.Heading{Span: index.Span{Start: at, End: at + len(title)}, Level: level, Title: title}
}

func TestSplitFollowsHeadings(t *testing.T) {
	body := "zero.\n\n# A\n\n## B\n\none.\n\n# C\n\ntwo.\n"
	got := Split(index.Text{Body: body, Headings: []index.Heading{heading(body, "A", 1), heading(body, "B", 2), heading(body, "C", 1)}})
	want := []struct {
		text string
		path string
	}{{"zero.", ""}, {"# A\n\n## B\n\none.", "A/B"}, {"# C\n\ntwo.", "C"}}
	if len(got) != len(want) {
		t.Fatalf("%d chunks: %+v", len(got), got)
	}
	for i, c := range got {
		if c.Ordinal != i || body[c.Start:c.End] != want[i].text || strings.Join(c.Headings, "/") != want[i].path {
			t.Errorf("chunk %d is %q under %q", c.Ordinal, body[c.Start:c.End], c.Headings)
		}
	}
}

func TestSplitNamesPages(t *testing.T) {
	body := "Front. One one. Two."
	got := Split(index.Text{Body: body, Pages: []index.Page{
		{Span: index.Span{Start: 7, End: 15}, Label: "i"}, {Span: index.Span{Start: 15, End: 20}, Label: "ii"}}})
	var labels []string
	for _, c := range got {
		labels = append(labels, body[c.Start:c.End]+"="+c.Page)
	}
	if want := []string{"Front.=", "One one.=i", "Two.=ii"}; !slices.Equal(labels, want) {
		t.Errorf("got %q, want %q", labels, want)
	}
}

func TestSplitKeepsParagraphsAndSentences(t *testing.T) {
	sentence := "온돌은 아궁이에서 불을 때어 방바닥을 데우는 한국의 난방이다. " // 86 bytes
	paragraph := func(n int) string { return strings.TrimSpace(strings.Repeat(sentence, n)) + "\n\n" }
	body := paragraph(3) + paragraph(12) + paragraph(30) + paragraph(1)
	chunks := Split(index.Text{Body: body})
	for _, c := range chunks {
		text := body[c.Start:c.End]
		if c.Len() > Budget || !strings.HasPrefix(text, "온돌은") || !strings.HasSuffix(text, "난방이다.") {
			t.Errorf("chunk of %d bytes: %q", c.Len(), text)
		}
	}
	if first := body[chunks[1].Start:chunks[1].End] + "\n\n"; first != paragraph(12) {
		t.Errorf("the second paragraph was not kept whole: %q", first)
	}
	if n := len(chunks); n < 5 || n > 7 {
		t.Errorf("%d chunks", n)
	}
}

// headerOver reads back from a place to the header of the table that it is inside.
func headerOver(body string, at int) string {
	var rows []string
	lines := strings.Split(body[:at+lineLength(body[at:])], "\n")
	for i := len(lines) - 1; i >= 0 && strings.HasPrefix(lines[i], "|"); i-- {
		rows = append(rows, lines[i])
	}
	if n := len(rows); n > 1 && strings.Trim(rows[n-2], "|-: \t") == "" {
		table := Table{Header: index.Span{End: len(rows[n-1])}}
		return table.columns(rows[n-1])
	}
	return ""
}

func lineLength(text string) int { return len(strings.SplitN(text, "\n", 2)[0]) }

// Each part of a cut table has the header, also where a cell's sentence ends; what
// stands around the table has not.
func TestSplitRepeatsTheHeaderOfATable(t *testing.T) {
	table := func(header string) string {
		return header + "\n|---|:--:|---|\n" + strings.Repeat("| Oak. It is hard. | 상수리. 단단하다. | 7 |\n| | - | |\n|---|---|---|\n", 40)
	}
	wide := strings.Repeat("column | ", 30)
	body := "Wood.\n\n" + table("| Tree. | 나무 이름 | |") + "Ash.\n" + table("|Row") + "\n" + strings.Repeat("Neither oak nor ash.\n", 100) +
		"\n" + strings.Repeat("| no | header |\n", 200) + "\n" + table("| "+wide+wide) + "\n| a | b |\n|---|---|\n| " + strings.Repeat("word ", 1000) + "|\n"
	seen := map[string]int{}
	for _, c := range Split(index.Text{Body: body, Headings: []index.Heading{heading(body, "Wood.", 1)}}) {
		got := strings.Join(c.Headings[1:], "\n")
		if want := headerOver(body, c.Start); c.Headings[0] != "Wood." || got != want {
			t.Errorf("%.80q is under %q, want %q", body[c.Start:c.End], c.Headings, want)
		}
		seen[got]++
	}
	for _, header := range []string{"", "Tree. | 나무 이름", "Row", strings.TrimSuffix(wide, " | ") + strings.Repeat(" | column", 3), "a | b"} {
		if seen[header] < 2 {
			t.Errorf("%d passages under %q: %v", seen[header], header, seen)
		}
	}
}

func TestSplitCutsGiantSentences(t *testing.T) {
	for _, unit := range []string{"가", "a", "word ", "\xff"} {
		body := strings.Repeat(unit, 1<<20/len(unit))
		began := time.Now()
		end := 0
		for _, c := range Split(index.Text{Body: body}) {
			if c.Len() > Budget || strings.TrimSpace(body[end:c.Start]) != "" {
				t.Fatalf("chunk %v after %d", c.Span, end)
			}
			if unit[0] != 0xff && !utf8.ValidString(body[c.Start:c.End]) {
				t.Fatalf("chunk %v cuts a rune", c.Span)
			}
			end = c.End
		}
		if d := time.Since(began); end < len(body)-1 || d > 30*time.Second {
			t.Errorf("%q: ends at %d of %d, in %v", unit, end, len(body), d)
		}
	}
}

// The header is what Markdown calls one: the line above the first rule of a table.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		body string
		want []string // by sentence: the header, or "rule"
	}{
		{"| No. A | b |\n|:--|---|\n| One. | 2 |\n|---|\nc", []string{"", "", "rule", "| No. A | b |", "| No. A | b |", "rule", ""}},
		{"| a |\n\n|---|\n| b |", []string{"", "rule", ""}},
		{"|---|\n|---|\n| b |\n|---|\n| c |", []string{"rule", "rule", "", "rule", "| b |"}},
		{"a | b\n|---|---|\n| 1 | 2 |\n", []string{"", "rule", ""}},
	} {
		var table Table
		var got []string
		for _, s := range Sentences(c.body) {
			said := "rule"
			if !table.Next(c.body, s) {
				said = c.body[table.Header.Start:table.Header.End]
			}
			got = append(got, said)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.body, got, c.want)
		}
	}
}
