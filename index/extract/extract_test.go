package extract

import (
	"errors"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func TestMarkdownHeadings(t *testing.T) {
	body := "# 온돌\n\ntext\n```\n# not one\n```\n## Two ##\n"
	got, err := Extract(index.Input{ID: "a.md", Data: []byte("\ufeff" + body)})
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "온돌" || got.Body != body || len(got.Headings) != 2 {
		t.Fatalf("got %+v", got)
	}
	for _, h := range got.Headings {
		if body[h.Start:h.End] != h.Title {
			t.Errorf("span of %q holds %q", h.Title, body[h.Start:h.End])
		}
	}
}

func TestBadInput(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty": {}, "blank": []byte(" \n\t"), "binary": {1, 0, 2, 3}, "damaged": {'a', 0xff, 'b'},
	} {
		if _, err := Extract(index.Input{ID: name, Data: data}); !errors.Is(err, index.ErrInput) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
