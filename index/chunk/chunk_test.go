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
