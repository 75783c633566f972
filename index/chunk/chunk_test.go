package chunk

import (
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"온돌은 따뜻하다. 바닥을 데운다. 왜 그럴까? 모른다", []string{"온돌은 따뜻하다.", "바닥을 데운다.", "왜 그럴까?", "모른다"}},
		{"Mr. Kim paid 3.5 dollars. He left.", []string{"Mr. Kim paid 3.5 dollars.", "He left."}},
		{"# Title\n\nOne line\ngoes on.\n- a\n- b\n", []string{"# Title", "One line\ngoes on.", "- a", "- b"}},
	} {
		var got []string
		for s := range Sentences(c.text) {
			got = append(got, c.text[s.Start:s.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Sentences(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSplitFollowsHeadings(t *testing.T) {
	body := "# A\n\none.\n\n## B\n\ntwo.\n"
	got := Split(index.Text{Body: body, Headings: []index.Heading{
		{Span: index.Span{Start: 2, End: 3}, Level: 1, Title: "A"},
		{Span: index.Span{Start: 14, End: 15}, Level: 2, Title: "B"},
	}})
	if len(got) != 2 || !slices.Equal(got[0].Headings, []string{"A"}) || !slices.Equal(got[1].Headings, []string{"A", "B"}) {
		t.Fatalf("Split = %+v", got)
	}
	if text := body[got[1].Start:got[1].End]; text != "## B\n\ntwo." {
		t.Errorf("second chunk is %q", text)
	}
}
