package segment

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Many lists written in turn are read back whole.
func TestArenaKeepsListsApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var a arena
	lists := make([]chain, 300)
	want := make([][]byte, len(lists))
	for range 20_000 {
		i := r.IntN(1 + r.IntN(len(lists)))
		b := make([]byte, r.IntN(30))
		for k := range b {
			b[k] = byte(r.Uint32())
		}
		a.write(&lists[i], b)
		want[i] = append(want[i], b...)
	}
	for i := range lists {
		if got := a.read(nil, &lists[i]); !bytes.Equal(got, want[i]) {
			t.Fatalf("list %d: %d bytes of %d", i, len(got), len(want[i]))
		}
	}
	if len(a.blocks) < 4 {
		t.Errorf("%d blocks: nothing crosses from one to the next", len(a.blocks))
	}
}
