package fusion

import (
	"math"
	"testing"

	"github.com/ondol-rag/ondol/index/rank"
)

func order(a, b rank.Hit) int { return a.Chunk - b.Chunk }

func hits(score float64, chunks ...int) (list []rank.Hit) {
	for i, c := range chunks {
		list = append(list, rank.Hit{Chunk: c, Score: score - float64(i)})
	}
	return list
}

func TestFuse(t *testing.T) {
	lists := []List{{Hits: hits(3, 1, 2, 3), Weight: 1}, {Hits: hits(1, 3, 2), Weight: 1, Floor: -1}}
	for _, c := range []struct {
		method string
		want   []rank.Hit
	}{
		{"rrf", []rank.Hit{{Chunk: 3, Score: 1./63 + 1./61}, {Chunk: 2, Score: 2. / 62}, {Chunk: 1, Score: 1. / 61}}},
		{"weighted", []rank.Hit{{Chunk: 3, Score: 1./3 + 1}, {Chunk: 2, Score: 2./3 + 0.5}, {Chunk: 1, Score: 1}}},
	} {
		got := Fuse(lists, Methods[c.method], 10, order)
		if len(got) != len(c.want) {
			t.Fatalf("%s: %v", c.method, got)
		}
		for i, w := range c.want {
			if got[i].Chunk != w.Chunk || math.Abs(got[i].Score-w.Score) > 1e-12 {
				t.Errorf("%s: hit %d is %v, want %v", c.method, i, got[i], w)
			}
		}
	}
}

// A weight of zero silences a list, but its hits stay candidates.
func TestZeroIsAWeight(t *testing.T) {
	for name, method := range Methods {
		got := Fuse([]List{{Hits: hits(3, 1, 2), Weight: 1}, {Hits: hits(9, 2, 7), Weight: 0}}, method, 2, order)
		if got[0].Chunk != 1 || got[1].Chunk != 2 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFuseNothing(t *testing.T) {
	for name, method := range Methods {
		if got := Fuse([]List{{Weight: 1}, {Weight: 1}}, method, 5, order); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
