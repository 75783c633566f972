package collection

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// abandoned is how old a segment that no manifest names must be to be litter:
// younger ones may be another writer's, about to be published.
const abandoned = 24 * time.Hour

// clear deletes what neither the present generation nor the one before names;
// the latter's files stay for a tab that still reads them. A manifest goes after
// the segments that it alone names, so that a crash here leaves nothing behind
// for good. What cannot be deleted wastes room and nothing else.
func (c *Collection) clear(before, present manifest) {
	files, err := c.store.List()
	if err != nil {
		return
	}
	kept := func(name string) bool {
		is := func(e entry) bool { return e.Name == name }
		return slices.ContainsFunc(before.Segments, is) || slices.ContainsFunc(present.Segments, is)
	}
	for _, f := range files {
		if generation, ok := generationOf(f.Name); ok && generation < before.Generation {
			b, err := c.store.Get(f.Name, 0, f.Size)
			if err != nil {
				continue
			}
			if m, err := decodeManifest(f.Name, b); err == nil {
				for _, e := range m.Segments {
					if !kept(e.Name) {
						_ = c.store.Delete(e.Name)
					}
				}
			}
			_ = c.store.Delete(f.Name)
		}
		if written, ok := writtenAt(f.Name); ok && !kept(f.Name) && c.time().Sub(written) > abandoned {
			_ = c.store.Delete(f.Name)
		}
	}
	c.clearVectors(files)
}

// writtenAt parses a segment's name.
func writtenAt(name string) (at time.Time, ok bool) {
	rest, ok := strings.CutPrefix(name, segmentPrefix)
	seconds, _, _ := strings.Cut(rest, "-")
	unix, err := strconv.ParseInt(seconds, 16, 64)
	return time.Unix(unix, 0), ok && err == nil
}

// generationOf parses a manifest's name.
func generationOf(name string) (generation int, ok bool) {
	digits, ok := strings.CutPrefix(name, manifestPrefix)
	generation, err := strconv.Atoi(digits)
	return generation, ok && err == nil && manifestName(generation) == name
}
