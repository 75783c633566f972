package collection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/fusion"
	"github.com/ondol-rag/ondol/index/keyword"
	"github.com/ondol-rag/ondol/index/query"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
	"github.com/ondol-rag/ondol/index/vector"
)

// Options of a search. Start from DefaultOptions: zero is a value here.
type Options struct {
	Mode   index.Mode // "" is hybrid where passages have vectors, and keyword where none has
	Fusion string     // a name in fusion.Methods
	Weight float64    // of meaning beside words in hybrid mode, 0 to 1
	// Distinct leaves out passages that say what a better one says.
	Distinct bool
	// Join makes one passage of neighbours in a section.
	Join bool
}

// DefaultOptions were chosen on Korean and English sets together; see
// BENCHMARKS.md.
func DefaultOptions() Options { return Options{Fusion: "weighted", Weight: 0.1, Distinct: true} }

// depth is how many hits of each ranking are fused, for k wanted.
func depth(k int) int { return max(100, 4*k) }

// Search returns the best k passages, best first, by DefaultOptions.
func (c *Collection) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	return c.SearchBy(DefaultOptions(), query, k)
}

// SearchBy returns the best k passages, best first.
func (c *Collection) SearchBy(o Options, query string, k int) (hits []index.Hit, trace index.Trace, err error) {
	err = c.retry(func(s state) error {
		hits, trace, err = c.search(s, o, query, k)
		return err
	})
	return hits, trace, err
}

func (c *Collection) search(s state, o Options, text string, k int) ([]index.Hit, index.Trace, error) {
	asked := query.Parse(text)
	q := keyword.NewQuery(asked.Words)
	documents, chunks := c.Size()
	embedded, _ := c.Embedded()
	trace := index.Trace{Terms: display(q.Terms), Documents: documents, Chunks: chunks, Mode: o.Mode, Embedded: embedded}
	if trace.Mode == "" {
		if trace.Mode = index.Keyword; embedded > 0 {
			trace.Mode = index.Hybrid
		}
	}
	if c.ranges {
		if err := s.fetch(q.Terms); err != nil {
			return nil, trace, err
		}
	}
	hidden, absent, err := c.mask(&s, asked)
	if err != nil {
		return nil, trace, err
	}
	trace.Absent = absent
	wanted := k
	if o.Distinct || o.Join {
		k += k/2 + 2 // some fall together
	}
	var found []scored
	if len(q.Terms) == 0 && hidden != nil {
		found, err = c.listed(&s, hidden, k)
	} else {
		found, err = c.find(o, trace.Mode, asked.Words, q, k, hidden)
	}
	if err != nil {
		return nil, trace, err
	}
	trace.Corrected = q.Corrected
	hits := make([]index.Hit, len(found))
	for i, f := range found {
		chunk, document := s.parts[f.Part].Chunk(f.Chunk)
		title, err := s.parts[f.Part].Title(document)
		if err != nil {
			return nil, trace, err
		}
		text, err := s.parts[f.Part].Passage(f.Chunk)
		if err != nil {
			return nil, trace, err
		}
		hits[i] = index.Hit{Chunk: chunk, Title: strings.Clone(title), Text: strings.Clone(text), Score: f.Score, Scores: f.scores}
	}
	if o.Distinct {
		kept := wanted
		if o.Join {
			kept = len(hits)
		}
		hits = distinct(hits, kept)
	}
	if o.Join {
		if hits, err = s.join(hits); err != nil {
			return nil, trace, err
		}
	}
	return hits[:min(wanted, len(hits))], trace, nil
}

// fetch brings the postings of terms near, so that ranking reads nothing.
func (s *state) fetch(terms []string) (err error) {
	var list []segment.Posting
	for _, p := range s.parts {
		for _, t := range terms {
			if list, err = p.Postings(list[:0], t); err != nil {
				return err
			}
		}
	}
	return nil
}

// scored is a hit with its partial scores.
type scored struct {
	rank.Hit
	scores map[string]float64
}

// find ranks by one mode.
func (c *Collection) find(o Options, mode index.Mode, query string, q *keyword.Query, k int, hidden rank.Mask) ([]scored, error) {
	lists := map[index.Mode][]rank.Hit{}
	var err error
	n := k
	switch mode {
	case index.Hybrid:
		n = depth(k)
	case index.Keyword, index.Vector:
	default:
		return nil, fmt.Errorf("%w: mode %q; there are keyword, vector and hybrid", index.ErrInput, mode)
	}
	if mode != index.Vector {
		if lists[index.Keyword], err = c.searcher.Search(q, n, hidden); err != nil {
			return nil, err
		}
	}
	if mode != index.Keyword {
		if lists[index.Vector], err = c.nearest(query, n, hidden); err != nil {
			return nil, err
		}
	}
	found := lists[mode]
	if mode == index.Hybrid {
		method, ok := fusion.Methods[o.Fusion]
		if !ok {
			return nil, fmt.Errorf("%w: fusion %q; there are rrf and weighted", index.ErrInput, o.Fusion)
		}
		if !(o.Weight >= 0 && o.Weight <= 1) {
			return nil, fmt.Errorf("%w: a weight of %v; it lies between 0 and 1", index.ErrInput, o.Weight)
		}
		found = fusion.Fuse([]fusion.List{
			{Hits: lists[index.Keyword], Weight: 1 - o.Weight},
			{Hits: lists[index.Vector], Weight: o.Weight, Floor: -1},
		}, method, k, c.order)
	}
	return parts(found, lists), nil
}

// parts puts beside each hit its score in every ranking.
func parts(found []rank.Hit, lists map[index.Mode][]rank.Hit) []scored {
	all := make([]scored, len(found))
	for i, h := range found {
		all[i] = scored{h, map[string]float64{}}
		for mode, list := range lists {
			at := slices.IndexFunc(list, func(l rank.Hit) bool { return l.Part == h.Part && l.Chunk == h.Chunk })
			if at >= 0 {
				all[i].scores[string(mode)] = list[at].Score
			}
		}
	}
	return all
}

// nearest ranks by meaning.
func (c *Collection) nearest(query string, k int, hidden rank.Mask) ([]rank.Hit, error) {
	e := c.vectors.embedder
	if e == nil {
		return nil, fmt.Errorf("%w: searching by meaning needs an encoder; load one, or search by keyword", index.ErrInput)
	}
	v, err := embedQuery(e, query)
	if err != nil {
		return nil, err
	}
	parts := make([]vector.Part, len(c.parts))
	for i, p := range c.parts {
		parts[i] = vector.Part{Files: c.vectors.of(p).files, Dead: p.Dead}
		if hidden != nil {
			parts[i].Dead = hidden[i]
		}
	}
	return vector.Search(vector.NewQuery(v), parts, k, c.order), nil
}

func embedQuery(e index.Embedder, query string) ([]float32, error) {
	if q, ok := e.(index.QueryEmbedder); ok {
		return q.EmbedQuery(query)
	}
	v, err := e.Embed([]string{query})
	if err != nil {
		return nil, err
	}
	return v[0], nil
}
