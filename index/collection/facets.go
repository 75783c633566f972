package collection

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/index/query"
	"github.com/ondol-rag/ondol/index/segment"
)

// facets is what filters ask of a segment's documents. Segments never change, so
// that it is read from their records once.
type facets struct {
	titles []query.Folded   // by document
	added  []int64          // by document
	tagged map[string][]int // documents, by tag
}

// facetsBySegment are those that were asked for.
type facetsBySegment map[*segment.Segment]*facets

// of returns a segment's facets.
func (all facetsBySegment) of(s *segment.Segment) (*facets, error) {
	if f, ok := all[s]; ok {
		return f, nil
	}
	n := s.Documents()
	f := &facets{titles: make([]query.Folded, n), added: make([]int64, n), tagged: map[string][]int{}}
	for i := range n {
		if err := s.Members(i, func(r *json.Reader, name string) error { return f.read(i, r, name) }); err != nil {
			return nil, err
		}
	}
	all[s] = f
	return f, nil
}

// read takes in a member of a document's record.
func (f *facets) read(document int, r *json.Reader, name string) error {
	switch name {
	case "title":
		title, err := r.String()
		f.titles[document] = query.Fold(title)
		return err
	case "added":
		text, err := r.Number()
		if err != nil {
			return err
		}
		f.added[document], err = strconv.ParseInt(text, 10, 64)
		return err
	case "tags":
		return r.Array(func() error {
			tag, err := r.String()
			if _, there := f.tagged[tag]; !there {
				tag = strings.Clone(tag)
			}
			f.tagged[tag] = append(f.tagged[tag], document)
			return err
		})
	}
	return r.Skip()
}

// keep lets go of the facets of other segments.
func (all facetsBySegment) keep(parts []part) {
	for s := range all {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.Segment == s }) {
			delete(all, s)
		}
	}
}

// with tells which documents have a tag, whatever its case.
func (f *facets) with(tag string) []bool {
	have := make([]bool, len(f.added))
	for t, documents := range f.tagged {
		if strings.EqualFold(t, tag) {
			for _, d := range documents {
				have[d] = true
			}
		}
	}
	return have
}

// leftOut tells which documents the filters of a query leave out.
func (f *facets) leftOut(q *query.Query) []bool {
	out := make([]bool, len(f.added))
	for _, text := range q.Titles {
		p := query.NewPhrase(text)
		for d, title := range f.titles {
			out[d] = out[d] || !p.Within(title)
		}
	}
	for _, tag := range q.Tags {
		for d, has := range f.with(tag) {
			out[d] = out[d] || !has
		}
	}
	for _, tag := range q.NoTags {
		for d, has := range f.with(tag) {
			out[d] = out[d] || has
		}
	}
	for d, at := range f.added {
		out[d] = out[d] || !q.Added.Holds(at)
	}
	return out
}
