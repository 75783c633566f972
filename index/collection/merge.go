package collection

import (
	"math/bits"

	"github.com/ondol-rag/ondol/index/segment"
)

const (
	// fanout is how many segments of one tier become one of the next: searching n
	// documents touches O(log n) segments, and each is rewritten O(log n) times.
	fanout = 8
	// smallest is the size of the lowest tier, in bytes.
	smallest = 64 << 10
)

func tier(size int64) int { return bits.Len64(uint64(size)/smallest) / 3 }

// merge rewrites a full tier as one segment, and goes on while there is one. When
// it fails, because another collection published first or the store is full, all
// stays as it was, and the next change tries again.
func (c *Collection) merge() {
	for {
		var tiers [32][]int
		full := -1
		for i, e := range c.manifest.Segments {
			t := tier(e.Size)
			if tiers[t] = append(tiers[t], i); len(tiers[t]) >= fanout {
				full = t
			}
		}
		if full < 0 || c.join(tiers[full]) != nil {
			return
		}
	}
}

// join rewrites the segments at these places as one.
func (c *Collection) join(at []int) error {
	w := segment.NewWriter()
	joined := map[string]bool{}
	for _, i := range at {
		joined[c.parts[i].Name] = true
		if err := w.Append(c.parts[i].Segment, c.livesIn(i)); err != nil {
			return err
		}
	}
	b, err := w.Bytes()
	if err != nil {
		return err
	}
	// What is live may have changed while the segment was being written only by
	// another collection's manifest: then the swap fails.
	m := manifest{Generation: c.taken + 1}
	for _, e := range c.manifest.Segments {
		if !joined[e.Name] {
			m.Segments = append(m.Segments, e)
		}
	}
	e, err := c.put(b)
	if err != nil {
		return err
	}
	m.Segments = append(m.Segments, e)
	if err = c.joinVectors(at, e.Name); err == nil {
		err = c.swap(m, map[string][]byte{e.Name: b})
	}
	if err != nil {
		_ = c.store.Delete(e.Name)
	}
	return err
}

// livesIn tells which documents of a part are live.
func (c *Collection) livesIn(part int) func(id string) bool {
	return func(id string) bool {
		a, ok := c.byID[id]
		return ok && a.part == part
	}
}
