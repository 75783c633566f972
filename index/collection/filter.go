package collection

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/query"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

// mask hides the passages that a search leaves out. A phrase that no passage
// holds hides none: it is returned, to be told.
func (c *Collection) mask(s *state, q *query.Query) (m rank.Mask, absent []string, err error) {
	if !q.Filters() && len(q.Phrases)+len(q.Excluded) == 0 {
		return nil, nil, nil
	}
	m = make(rank.Mask, len(s.parts))
	for i, p := range s.parts {
		m[i] = make([]bool, p.Chunks())
		copy(m[i], p.Dead)
	}
	if q.Filters() {
		if err := c.filter(s, q, m); err != nil {
			return nil, nil, err
		}
	}
	for _, text := range q.Excluded {
		holds, _, err := s.holding(text)
		if err != nil {
			return nil, nil, err
		}
		for i, chunks := range holds {
			for _, c := range chunks {
				m[i][c] = true
			}
		}
	}
	for _, text := range q.Phrases {
		holds, n, err := s.holding(text)
		if err != nil {
			return nil, nil, err
		}
		if n == 0 {
			absent = append(absent, text)
			continue
		}
		for i, chunks := range holds {
			for c := range m[i] {
				if _, found := slices.BinarySearch(chunks, uint32(c)); !found {
					m[i][c] = true
				}
			}
		}
	}
	return m, absent, nil
}

// filter hides the passages of documents that the filters leave out.
func (c *Collection) filter(s *state, q *query.Query, m rank.Mask) error {
	for i, p := range s.parts {
		f, err := c.facets.of(p.Segment)
		if err != nil {
			return err
		}
		out := f.leftOut(q)
		for d := range out {
			if out[d] {
				first, end := p.Range(d)
				for c := first; c < end; c++ {
					m[i][c] = true
				}
			}
		}
	}
	return nil
}

// holding lists, by part, the passages that hold a word in any of its forms, or
// the words of a phrase as they stand.
func (s *state) holding(text string) (holds [][]uint32, n int, err error) {
	terms := sought(text)
	phrase, words := query.NewPhrase(text), strings.Fields(text)
	holds = make([][]uint32, len(s.parts))
	for i, p := range s.parts {
		var chunks []uint32
		var list []segment.Posting
		for j, t := range terms {
			if list, err = p.Postings(list[:0], t); err != nil {
				return nil, 0, err
			}
			in := make([]uint32, 0, len(list))
			for _, q := range list {
				if _, both := slices.BinarySearch(chunks, q.Chunk); (j == 0 || both) && (p.Dead == nil || !p.Dead[q.Chunk]) {
					in = append(in, q.Chunk)
				}
			}
			chunks = in
		}
		for _, c := range chunks {
			if len(words) > 1 {
				passage, err := p.Passage(int(c))
				if err != nil {
					return nil, 0, err
				}
				if !phrase.In(passage) {
					continue
				}
			}
			holds[i] = append(holds[i], c)
		}
		n += len(holds[i])
	}
	return holds, n, nil
}

// sought is the terms that every passage has which holds a text. Of a phrase the
// stems of Hangul are not: its words may be joined in one.
func sought(text string) []string {
	phrase := len(strings.Fields(text)) > 1
	terms := analysis.Terms(text)
	kept := slices.DeleteFunc(slices.Clone(terms), func(t string) bool {
		if !phrase {
			return t[0] == analysis.Bigram
		}
		r, _ := utf8.DecodeRuneInString(t)
		return unicode.Is(unicode.Hangul, r)
	})
	if len(kept) == 0 {
		return terms
	}
	return kept
}

// listed is what a search of filters alone finds: the first passage of each
// document, the newest first.
func (c *Collection) listed(s *state, m rank.Mask, k int) ([]scored, error) {
	var hits []scored
	for i, p := range s.parts {
		f, err := c.facets.of(p.Segment)
		if err != nil {
			return nil, err
		}
		for at := range p.Documents() {
			first, end := p.Range(at)
			if first == end || m.Hides(i, first) {
				continue
			}
			hits = append(hits, scored{Hit: rank.Hit{Part: i, Chunk: first, Score: float64(f.added[at])}})
		}
	}
	sort.Slice(hits, func(i, j int) bool {
		return cmp.Or(cmp.Compare(hits[j].Score, hits[i].Score), s.order(hits[i].Hit, hits[j].Hit)) < 0
	})
	return hits[:min(k, len(hits))], nil
}
