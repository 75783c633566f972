package collection

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index/store"
)

func TestDuplicatesAreLeftOut(t *testing.T) {
	c := open(t, store.NewMemory())
	text := "The ondol heats the floor of a room by the smoke of a fire that passes beneath it and leaves by a chimney."
	add(t, c, input("a.txt", text), input("b.txt", text+" So."), input("c.txt", "An ondol is a warm floor."))
	if got := best(t, c, "ondol floor smoke"); len(got) != 2 {
		t.Errorf("found %v", got)
	}
	if hits, _, err := c.SearchBy(Options{}, "ondol floor smoke", 10); err != nil || len(hits) != 3 {
		t.Errorf("not distinct: %d hits, %v", len(hits), err)
	}
}

func TestNeighboursAreJoined(t *testing.T) {
	c := open(t, store.NewMemory())
	var body strings.Builder
	for i := range 8 {
		body.WriteString(strings.Repeat("The chimney of house draws well in winter. ", 20))
		if i == 2 || i == 3 || i == 6 {
			body.WriteString("Smoke goes through the flue.")
		}
		body.WriteString("\n\n")
	}
	add(t, c, input("a.txt", body.String()))
	plain, _, err := c.SearchBy(Options{}, "smoke flue", 10)
	if err != nil || len(plain) != 3 {
		t.Fatalf("%d hits, %v", len(plain), err)
	}
	hits, _, err := c.SearchBy(Options{Join: true}, "smoke flue", 10)
	if err != nil || len(hits) != 2 {
		t.Fatalf("%d hits, %v", len(hits), err)
	}
	_, text, err := c.Text("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		if h.Text != text[h.Start:h.End] {
			t.Errorf("%v is not the text of its span", h.Span)
		}
	}
	if longer := max(hits[0].Len(), hits[1].Len()); longer <= plain[0].Len()+plain[1].Len() {
		t.Errorf("the longer has %d bytes", longer)
	}
}

// Hashes tell what the sets of the words themselves do.
func TestLikeIsOfSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	same := 0
	for range 20_000 {
		n := r.IntN(25)
		texts := [2]string{}
		sets := [2]map[string]bool{{}, {}}
		for i := range texts {
			for w := range n {
				word := string(rune('a' + w))
				if r.IntN(20) == 0 {
					word = string(rune('A' + r.IntN(50)))
				}
				texts[i] += []string{" ", "\n", "\u3000", "  ", "\u00a0"}[r.IntN(5)] + word + []string{"", "", "이\u00e9"}[w%3]
				sets[i][word+[]string{"", "", "이\u00e9"}[w%3]] = true
			}
		}
		both := 0
		for w := range sets[0] {
			if sets[1][w] {
				both++
			}
		}
		union := len(sets[0]) + len(sets[1]) - both
		want := union > 0 && float64(both)/float64(union) >= 0.9
		if newWordSet(texts[0]).like(newWordSet(texts[1])) != want {
			t.Fatalf("%q and %q: not %v", texts[0], texts[1], want)
		}
		if want {
			same++
		}
	}
	if same < 1000 || same > 19_000 {
		t.Errorf("%d of 20000 are alike: the test tells little", same)
	}
}
