package collection

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"github.com/ondol-rag/ondol/index/segment"
)

// Listing is the documents of a collection, or what of them changed.
type Listing struct {
	Version   int      // to ask for what changes from now on
	Whole     bool     // all documents are listed: what was known is void
	Documents []byte   // JSON, by ID: all, or those that are new or other than before
	Removed   []string // IDs that are no more, sorted
}

// mostTouched is how many changed documents are kept track of. Where there are more,
// all are listed anew.
const mostTouched = 4096

// journal tells which documents changed, and when.
type journal struct {
	begins  int            // all changes since this generation are in it
	touched map[string]int // the generation in which a document last changed
}

// List lists the documents, as their segments keep them: of those that were there at
// a version, what changed since, if it still is known. Zero is the empty collection.
// What it costs, it costs by what it lists.
func (c *Collection) List(since int) (l Listing, err error) {
	s := c.state
	l = Listing{Version: s.manifest.Generation, Whole: since < c.journal.begins || since > s.manifest.Generation}
	if l.Whole {
		l.Documents, err = s.all()
		return l, err
	}
	var changed []place
	for id, at := range c.journal.touched {
		if at <= since {
			delete(c.journal.touched, id) // a host has no use for older versions
		} else if a, ok := s.locate(id); ok {
			changed = append(changed, place{id, s.parts[a.part].Segment, a.document})
		} else {
			l.Removed = append(l.Removed, id)
		}
	}
	c.journal.begins = since
	slices.Sort(l.Removed)
	l.Documents, err = records(changed)
	return l, err
}

// place is where a document lies.
type place struct {
	id   string
	part *segment.Segment
	at   int
}

// all is the records of all documents.
func (s *state) all() ([]byte, error) {
	all := make([]place, 0, s.size)
	for i, p := range s.parts {
		for at := range p.Documents() {
			if s.live(i, at) {
				all = append(all, place{p.ID(at), p.Segment, at})
			}
		}
	}
	return records(all)
}

// records is a JSON list of documents by ID.
func records(list []place) ([]byte, error) {
	sort.Slice(list, func(i, j int) bool { return list[i].id < list[j].id })
	size := 2
	for _, d := range list {
		size += d.part.RecordLength(d.at) + 1
	}
	out := append(make([]byte, 0, size), '[')
	for i, d := range list {
		record, err := d.part.Record(d.at)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, record...)
	}
	return append(out, ']'), nil
}

// note takes down what a change of state means for the documents. It looks at the
// segments that differ alone; a document that a merge moved is the same as before.
func (c *Collection) note(before, after *state) {
	touch := func(id string) {
		was, there := before.record(id)
		is, here := after.record(id)
		if there != here || !bytes.Equal(was, is) {
			c.journal.touched[strings.Clone(id)] = after.manifest.Generation
		}
	}
	differ := func(s, other *state) {
		for i, e := range s.manifest.Segments {
			at := slices.IndexFunc(other.manifest.Segments, func(o entry) bool { return o.Name == e.Name })
			switch {
			case at < 0:
				for d := range s.parts[i].Documents() {
					touch(s.parts[i].ID(d))
				}
			default:
				for _, id := range e.Removed {
					if _, both := slices.BinarySearch(other.manifest.Segments[at].Removed, id); !both {
						touch(id)
					}
				}
			}
		}
	}
	if c.ranges { // records are far away
		c.journal.begins = after.manifest.Generation
		return
	}
	if c.journal.touched == nil {
		c.journal.touched = map[string]int{}
	}
	differ(before, after)
	differ(after, before)
	if len(c.journal.touched) > mostTouched {
		c.journal = journal{begins: after.manifest.Generation}
	}
}

// record is what is kept of a live document; nil if it cannot be read.
func (s *state) record(id string) (record []byte, ok bool) {
	a, ok := s.locate(id)
	if ok {
		record, _ = s.parts[a.part].Record(a.document)
	}
	return record, ok
}
