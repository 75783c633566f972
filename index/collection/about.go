package collection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/segment"
)

// About is what the collection is called.
func (c *Collection) About() About { return c.manifest.About }

// Describe gives the collection a name and tags.
func (c *Collection) Describe(a About) error {
	a.Tags = tagSet(a.Tags)
	return c.change(func() manifest {
		m := c.without(nil)
		m.About = a
		return m
	})
}

// Change is what of a document is changed without its bytes; nil leaves a part.
type Change struct {
	ID, Title *string
	Tags      []string
}

// Change renames a document, or gives it another title or other tags. Its passages
// stay as they were analyzed: it costs a copy of the document.
func (c *Collection) Change(id string, change Change) (d index.Document, err error) {
	err = c.retry(func(s state) error {
		d, err = c.changed(s, id, change)
		return err
	})
	return d, err
}

func (c *Collection) changed(s state, id string, change Change) (index.Document, error) {
	a, ok := s.locate(id)
	if !ok {
		return index.Document{}, fmt.Errorf("%w: document %q", index.ErrNotFound, id)
	}
	to := id
	if change.ID != nil {
		to = strings.TrimSpace(*change.ID)
	}
	if _, taken := s.locate(to); to == "" || to != id && taken {
		return index.Document{}, fmt.Errorf("%w: %q cannot be renamed to %q: the name is empty or taken", index.ErrInput, id, to)
	}
	f, err := segment.Merge([]segment.Part{{
		Segment: s.parts[a.part].Segment,
		Keep:    func(d int) bool { return d == a.document },
		Change: func(d *index.Document) {
			d.ID = to
			if change.Title != nil {
				d.Title = *change.Title
			}
			if change.Tags != nil {
				d.Tags = tagSet(change.Tags)
			}
		},
	}})
	if err != nil {
		return index.Document{}, err
	}
	if err := c.publish(f, map[string]bool{id: true}); err != nil {
		return index.Document{}, err
	}
	return c.document(to)
}

// tagSet is tags in their one form: trimmed, sorted, none twice. nil stays nil.
func tagSet(tags []string) []string {
	var set []string
	for _, t := range tags {
		if t = strings.TrimSpace(t); t != "" {
			set = append(set, t)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}
