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

// mostSegments is how many there may be before a change itself tidies up.
const mostSegments = 64

// Tidy rewrites some segments as one, and reports whether there are more.
// It is work for the background: call it until it has no more. When it fails,
// because another collection published first or the store is full, all stays as
// it was.
func (c *Collection) Tidy() (more bool, err error) {
	at := c.untidy()
	if at == nil {
		return false, nil
	}
	if err := c.join(at); err != nil {
		return false, err
	}
	return c.untidy() != nil, nil
}

// untidy returns the places of segments to rewrite as one: a tier that is full, or
// one of which a quarter of the documents was removed, whose texts should not lie
// around. nil if there is none.
func (c *Collection) untidy() []int {
	var tiers [32][]int
	for i, e := range c.manifest.Segments {
		if 4*len(e.Removed) >= c.parts[i].Documents() {
			return []int{i}
		}
		t := tier(e.Size)
		if tiers[t] = append(tiers[t], i); len(tiers[t]) >= fanout {
			return tiers[t]
		}
	}
	return nil
}

// join rewrites the segments at these places as one.
func (c *Collection) join(at []int) error {
	s := c.state
	joined := map[string]bool{}
	var parts []segment.Part
	for _, i := range at {
		joined[s.parts[i].Name] = true
		parts = append(parts, segment.Part{Segment: s.parts[i].Segment, Keep: func(d int) bool { return s.live(i, d) }})
	}
	f, err := segment.Merge(parts)
	if err != nil {
		return err
	}
	// What is live may have changed while the segment was being written only by
	// another collection's manifest: then the swap fails.
	m := manifest{Generation: s.taken + 1, About: s.manifest.About}
	for _, e := range s.manifest.Segments {
		if !joined[e.Name] {
			m.Segments = append(m.Segments, e)
		}
	}
	e, err := c.put(f)
	if err != nil {
		return err
	}
	defer func() { c.written = nil }()
	m.Segments = append(m.Segments, e)
	if err = c.joinVectors(at, e.Name); err == nil {
		err = c.swap(m)
	}
	if err != nil {
		_ = c.store.Delete(e.Name)
	}
	return err
}
