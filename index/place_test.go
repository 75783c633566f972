package index

import "testing"

func TestPlace(t *testing.T) {
	h := Hit{Chunk: Chunk{Page: "sheet 예산", Span: Span{Start: 100, End: 140}}, Text: "항목 | 금액\n\n40 | 연료 | 1200\n41 | 2026 | x"}
	for at, want := range map[int]string{
		100: "sheet 예산", 100 + 17: "sheet 예산, row 40", 100 + 30: "sheet 예산, row 40", 100 + 37: "sheet 예산, row 41", 99: "sheet 예산", 1000: "sheet 예산",
	} {
		if got := h.Place(at); got != want {
			t.Errorf("byte %d stands at %q, want %q", at, got, want)
		}
	}
	h.Page = "page 12"
	if got := h.Place(130); got != "page 12" {
		t.Errorf("%q", got)
	}
}
