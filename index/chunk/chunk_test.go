package chunk

import (
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

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
