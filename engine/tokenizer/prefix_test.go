package tokenizer

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestSortEntries(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 16, 17, 300, 5000} {
		seen := map[string]bool{}
		var entries []entry
		for i := range n {
			b := make([]byte, random.IntN(12))
			for k := range b {
				b[k] = "ab#\x00\x7f\x80\xff"[random.IntN(7)]
			}
			text := string(b)
			if i%8 == 0 { // deeper than radix sorting goes
				text = strings.Repeat("a", 2*deepest) + text
			}
			if !seen[text] {
				seen[text] = true
				entries = append(entries, entry{text, int32(i)})
			}
		}
		want := slices.Clone(entries)
		slices.SortFunc(want, func(a, b entry) int { return strings.Compare(a.text, b.text) })
		sortEntries(entries, make([]entry, len(entries)), 0)
		if !slices.Equal(entries, want) {
			t.Errorf("%d entries are out of order", n)
		}
	}
}
