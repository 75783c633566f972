package main

import (
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// Both engines read the same text, headings and pages.
func TestExtract(t *testing.T) {
	const file = "../../testdata/documents/handmade-minutes.hwpx"
	var texts []string
	for _, engine := range []string{"wasm", "native"} {
		got := decode[index.Text](t, ondol(t, "extract", "--json", "--engine", engine, file))
		if got.Format != "hwpx" || len(got.Headings) != 4 || len(got.Pages) != 2 || got.Pages[1].Label != "page 2" {
			t.Errorf("%s: %+v", engine, got)
		}
		texts = append(texts, got.Body)
	}
	if texts[0] != texts[1] {
		t.Errorf("the reactor read %q, native %q", texts[0], texts[1])
	}
	r := ondol(t, "extract", "--engine", "native", file)
	if r.status != 0 || !strings.Contains(r.out, "[page 2]\n교체하는 동안 온수는") {
		t.Errorf("%+v", r)
	}
	for _, args := range [][]string{{"extract"}, {"extract", file, file}, {"extract", "."}} {
		if r := ondol(t, args...); r.status != 2 {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := ondol(t, "extract", "--engine", "native", "extract_test.go/none"); r.status != 1 {
		t.Errorf("%+v", r)
	}
}
