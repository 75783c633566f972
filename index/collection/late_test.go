package collection

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// between is a store that lets others at it in the last moment before a manifest is
// published.
type between struct {
	index.Store
	others func()
}

func (b *between) Swap(name string, data []byte) error {
	if others := b.others; others != nil {
		b.others = nil
		others()
	}
	return b.Store.Swap(name, data)
}

// However many changes others publish between a writer's last look and its own, which
// clears old manifests away so that their names are free, nobody loses one.
func TestOthersPublishInBetween(t *testing.T) {
	for n := range 6 {
		s := store.NewMemory()
		b := &between{Store: s}
		late, other := open(t, b), open(t, s)
		add(t, late, input("first.txt", "was there"), input("gone.txt", "goes"))
		want := []string{"first.txt", "late.txt"}
		publish := func() {
			for i := range n {
				id := fmt.Sprintf("other%d-%d.txt", len(want), i)
				want = append(want, id)
				add(t, other, input(id, "from the others"))
			}
		}
		b.others = publish
		add(t, late, input("late.txt", "comes late"))
		b.others = publish
		if err := late.Remove([]string{"gone.txt"}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if got := ids(open(t, s)); !slices.Equal(got, want) {
			t.Errorf("%d changes in between: %q, want %q", n, got, want)
		}
		if got := ids(late); !slices.Equal(got, want) {
			t.Errorf("%d changes in between: the late one sees %q, want %q", n, got, want)
		}
	}
}
