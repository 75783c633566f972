// Package collection makes many segments one searchable whole.
//
// A change writes new segments, then publishes a manifest that names them: the
// one step by which it becomes visible, to this collection and to others on the
// same store. A crash before leaves the old state, after it the new one.
package collection

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/keyword"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

// Collection is an open library. One goroutine at a time may use it; while a
// method waits for the store, others that only read may run.
type Collection struct {
	store  index.Store
	ranges bool         // segments are read by ranges only
	now    func() int64 // milliseconds; a time.Time in here would link all that prints one
	state
	vectors vectors
	facets  facetsBySegment
	journal journal
	cache   *segment.Cache
	written []*segment.Segment // those that no manifest names yet
}

// part is a segment and which of its documents are live.
type part = keyword.Part

// state is replaced as a whole.
type state struct {
	manifest manifest
	taken    int // highest generation whose name is in use
	parts    []part
	size     int   // documents
	text     int64 // bytes of their texts
	order    rank.Order
	searcher *keyword.Searcher
}

// address is where a document lies.
type address struct{ part, document int }

// cacheRoom is how many bytes of texts are kept in memory, from afar of all that is
// read: the whole of a library of ten thousand passages, nearly.
const cacheRoom = 8 << 20

// Open reads a collection; an empty store is an empty one. All but the texts is
// held in memory.
func Open(store index.Store) (*Collection, error) { return openStore(store, false) }

// OpenByRanges reads a collection from afar: of terms and postings too no more
// than searches need.
func OpenByRanges(store index.Store) (*Collection, error) { return openStore(store, true) }

func openStore(store index.Store, ranges bool) (*Collection, error) {
	c := &Collection{store: store, ranges: ranges, now: func() int64 { return time.Now().UnixMilli() }, cache: segment.NewCache(cacheRoom), facets: facetsBySegment{}}
	m, taken, err := newest(store, 0)
	if err != nil {
		return nil, err
	}
	if c.state, err = c.load(m, taken); err != nil {
		return nil, err
	}
	c.journal.begins = m.Generation
	return c, nil
}

// load opens a manifest's segments, those that are open already as they are.
func (c *Collection) load(m manifest, taken int) (state, error) {
	s := state{manifest: m, taken: max(taken, m.Generation)}
	open := map[string]*segment.Segment{}
	for _, p := range c.parts {
		open[p.Name] = p.Segment
	}
	for _, w := range c.written {
		open[w.Name] = w
	}
	for _, e := range m.Segments {
		opened, ok := open[e.Name]
		if !ok {
			var err error
			if opened, err = c.openSegment(e); err != nil {
				return s, err
			}
		}
		part := part{Segment: opened}
		for _, id := range e.Removed {
			i, ok := opened.Find(id)
			if !ok {
				return s, fmt.Errorf("%w: %s: document %q was removed, but is not in %s", index.ErrCorrupt, manifestName(m.Generation), id, e.Name)
			}
			if part.Dead == nil {
				part.Dead = make([]bool, opened.Chunks())
			}
			s.text -= int64(opened.Length(i))
			first, end := opened.Range(i)
			for at := first; at < end; at++ {
				part.Dead[at] = true
			}
		}
		s.parts = append(s.parts, part)
		s.size += opened.Documents() - len(e.Removed)
		s.text += opened.TextLength()
	}
	parts := s.parts
	s.order = func(a, b rank.Hit) int {
		ca, _ := parts[a.Part].Chunk(a.Chunk)
		cb, _ := parts[b.Part].Chunk(b.Chunk)
		return cmp.Or(strings.Compare(ca.Document, cb.Document), cmp.Compare(ca.Ordinal, cb.Ordinal))
	}
	o := keyword.DefaultOptions()
	if c.ranges {
		o.Feedback = 0 // each term that it looks up would be a request
	}
	s.searcher = keyword.New(o, parts, s.order)
	return s, nil
}

func (c *Collection) openSegment(e entry) (*segment.Segment, error) {
	s, err := segment.Open(e.Name, e.Size, c.cache, c.fetch(e.Name))
	if err == nil && !c.ranges {
		err = s.Load()
	}
	return s, err
}

func (c *Collection) fetch(name string) segment.Fetch {
	return func(off, n int64) ([]byte, error) { return c.store.Get(name, off, n) }
}

// locate returns where a live document lies.
func (s *state) locate(id string) (a address, ok bool) {
	for i, p := range s.parts {
		if d, there := p.Find(id); there {
			if _, removed := slices.BinarySearch(s.manifest.Segments[i].Removed, id); !removed {
				return address{i, d}, true
			}
		}
	}
	return a, false
}

// live reports whether a document of a part was not removed.
func (s *state) live(part, document int) bool {
	removed := s.manifest.Segments[part].Removed
	if len(removed) == 0 {
		return true
	}
	_, ok := slices.BinarySearch(removed, s.parts[part].ID(document))
	return !ok
}

// Refresh takes in what another collection on the same store published.
func (c *Collection) Refresh() (changed bool, err error) {
	m, taken, err := newest(c.store, c.manifest.Generation)
	c.taken = max(c.taken, taken)
	if err != nil || m.Generation <= c.manifest.Generation {
		return false, err
	}
	s, err := c.load(m, taken)
	if err != nil {
		return false, err
	}
	c.note(&c.state, &s)
	c.state = s
	c.facets.keep(s.parts)
	if c.vectors.embedder != nil {
		return true, c.loadVectors()
	}
	return true, nil
}

// Documents lists the documents by ID.
func (c *Collection) Documents() ([]index.Document, error) {
	s := c.state
	list := make([]index.Document, 0, s.size)
	for i, p := range s.parts {
		for at := range p.Documents() {
			if !s.live(i, at) {
				continue
			}
			d, err := p.Document(at)
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list, nil
}

func (c *Collection) time() time.Time { return time.UnixMilli(c.now()) }

// document returns a live document; ErrNotFound if there is none.
func (c *Collection) document(id string) (index.Document, error) {
	a, ok := c.locate(id)
	if !ok {
		return index.Document{}, fmt.Errorf("%w: document %q", index.ErrNotFound, id)
	}
	return c.parts[a.part].Document(a.document)
}

// Size is the number of documents and chunks.
func (c *Collection) Size() (documents, chunks int) { return c.size, c.searcher.Chunks() }

// TextLength is the bytes of the documents' texts.
func (c *Collection) TextLength() int64 { return c.text }

// Resident is how many bytes of memory the collection holds for long.
func (c *Collection) Resident() int64 {
	n := int64(cacheRoom)
	for _, p := range c.parts {
		n += int64(p.Segment.Resident())
		if e := c.vectors.bySegment[p.Name]; e != nil {
			for _, f := range e.files {
				n += int64(f.Len() * f.Dim)
			}
		}
	}
	return n
}

// Text returns a document and its extracted text.
func (c *Collection) Text(id string) (d index.Document, text string, err error) {
	err = c.retry(func(s state) error {
		a, ok := s.locate(id)
		if !ok {
			return fmt.Errorf("%w: document %q", index.ErrNotFound, id)
		}
		if d, err = s.parts[a.part].Document(a.document); err == nil {
			text, err = s.parts[a.part].Text(a.document)
		}
		return err
	})
	return d, text, err
}

// retry reads again after another collection on the store cleared a file away that
// this one was reading.
func (c *Collection) retry(read func(state) error) error {
	err := read(c.state)
	if errors.Is(err, index.ErrNotFound) {
		if changed, refreshed := c.Refresh(); refreshed == nil && changed {
			err = read(c.state)
		}
	}
	return err
}

// display is the distinct terms as a person would write them.
func display(terms []string) []string {
	shown := []string{}
	for _, t := range terms {
		if t[0] != analysis.Bigram && !slices.Contains(shown, t) {
			shown = append(shown, t)
		}
	}
	return shown
}

// Terms analyzes a text as the index does.
func (c *Collection) Terms(text string) []string { return analysis.Terms(text) }

// Weights returns how rare each term is. One whose postings are damaged weighs as
// if it were nowhere: Search reports the damage.
func (c *Collection) Weights(terms []string) []float64 {
	w := make([]float64, len(terms))
	for i, t := range terms {
		w[i], _ = c.searcher.Rarity(t)
	}
	return w
}

// Add takes documents in as one new segment. One with the ID of another replaces
// it; one that is there already, byte for byte, stays. report is told of each,
// in order, once it is durable or has failed; an input that cannot be read fails
// alone.
func (c *Collection) Add(inputs []index.Input, report func(i int, d *index.Document, err error)) error {
	w := segment.NewWriter()
	outcome := make([]error, len(inputs))
	ids := map[string]bool{}
	for i, in := range inputs {
		d := index.Document{ID: in.ID, Title: in.Title, Source: in.Source, Hash: fingerprint(in.Data), Size: int64(len(in.Data)), Added: c.now(), Tags: tagSet(in.Tags)}
		there, err := c.document(in.ID)
		switch {
		case errors.Is(err, index.ErrNotFound):
		case err != nil:
			return err
		default:
			if in.Tags == nil {
				d.Tags = there.Tags
			}
			if there.Hash == d.Hash && slices.Equal(there.Tags, d.Tags) {
				continue
			}
		}
		if ids[in.ID] {
			outcome[i] = fmt.Errorf("%w: %s is there twice", index.ErrInput, in.ID)
			continue
		}
		outcome[i] = write(w, d, in)
		ids[in.ID] = outcome[i] == nil
	}
	if w.Len() > 0 {
		f, err := w.Finish()
		if err != nil {
			return err
		}
		if err := c.publish(f, ids); err != nil {
			return err
		}
	}
	for i, in := range inputs {
		if outcome[i] != nil {
			report(i, nil, outcome[i])
			continue
		}
		d, err := c.document(in.ID)
		if err != nil {
			return err
		}
		report(i, &d, nil)
	}
	return nil
}

// fingerprint tells a changed file from the same one. The cryptographic hashes of
// the standard library would add a twentieth to the reactor.
func fingerprint(b []byte) string {
	h := fnv.New128a()
	h.Write(b)
	return fmt.Sprintf("%x", h.Sum(nil))
}

func write(w *segment.Writer, d index.Document, in index.Input) error {
	t, err := extract.Extract(in)
	if err != nil {
		return err
	}
	d.Format, d.Title = t.Format, t.Title
	return w.Add(d, t.Body, chunk.Split(t))
}

// Remove takes documents out. An ID that is not there is index.ErrNotFound, and
// then nothing is removed.
func (c *Collection) Remove(ids []string) error {
	gone := map[string]bool{}
	for _, id := range ids {
		if _, ok := c.locate(id); !ok {
			return fmt.Errorf("%w: document %q", index.ErrNotFound, id)
		}
		gone[id] = true
	}
	if len(gone) == 0 {
		return nil
	}
	return c.publish(nil, gone)
}

// publish replaces the named documents by those of a segment; nil only removes
// them.
func (c *Collection) publish(f *segment.File, replaced map[string]bool) error {
	var added []entry
	if f != nil {
		e, err := c.put(f)
		if err != nil {
			return err
		}
		added = []entry{e}
	}
	err := c.change(func() manifest {
		m := c.without(replaced)
		m.Segments = append(m.Segments, added...)
		return m
	})
	c.written = nil
	if err == nil && len(c.manifest.Segments) > mostSegments {
		_, _ = c.Tidy() // what it could not do waits for the next change
	}
	return err
}

// change publishes what next makes of the present manifest. When another
// collection published first, it starts again from what that left.
func (c *Collection) change(next func() manifest) error {
	cleared := false
	for range 100 {
		before := c.state
		err := c.swap(next())
		if err == nil {
			c.note(&before, &c.state)
		}
		if errors.Is(err, index.ErrFull) && !cleared {
			// What the generation before leaves makes room: else nothing could be
			// removed from a full store.
			c.clear(c.manifest, c.manifest)
			cleared = true
			continue
		}
		if !errors.Is(err, index.ErrConflict) {
			return err
		}
		if _, err := c.Refresh(); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: another tab or process keeps changing the library; close it and try again", index.ErrConflict)
}

// put writes a segment under a name of its own, and opens it.
func (c *Collection) put(f *segment.File) (entry, error) {
	e := entry{Name: c.newName(), Size: f.Size()}
	err := index.PutPieces(c.store, e.Name, e.Size, func(yield func([]byte, error) bool) {
		for p, err := range f.Pieces {
			e.Sum = segment.Update(e.Sum, p)
			if !yield(p, err) {
				return
			}
		}
	})
	if err != nil || c.ranges {
		return e, err
	}
	s, err := f.Open(e.Name, c.cache, c.fetch(e.Name))
	if err == nil {
		c.written = append(c.written, s)
	}
	return e, err
}

func (c *Collection) newName() string {
	return fmt.Sprintf("%s%010x-%016x", segmentPrefix, c.time().Unix(), rand.Uint64())
}

// without is the next manifest, less some documents and the segments that hold
// nothing else.
func (c *Collection) without(gone map[string]bool) manifest {
	m := manifest{Generation: c.taken + 1, About: c.manifest.About, Segments: slices.Clone(c.manifest.Segments)}
	for id := range gone {
		a, ok := c.locate(id)
		if !ok {
			continue
		}
		e := &m.Segments[a.part]
		at, _ := slices.BinarySearch(e.Removed, id)
		e.Removed = slices.Insert(slices.Clone(e.Removed), at, id)
	}
	live := m.Segments[:0]
	for i, e := range m.Segments {
		if len(e.Removed) < c.parts[i].Documents() {
			live = append(live, e)
		}
	}
	m.Segments = live
	return m
}

// swap publishes a manifest, takes it in, and clears what no longer serves.
func (c *Collection) swap(m manifest) error {
	b, err := m.encode()
	if err != nil {
		return err
	}
	s, err := c.load(m, c.taken)
	if err != nil {
		return err
	}
	if err := c.store.Swap(manifestName(m.Generation), b); err != nil {
		return err
	}
	before := c.manifest
	c.state = s
	c.facets.keep(s.parts)
	c.clear(before, m)
	return nil
}
