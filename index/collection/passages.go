package collection

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// alike is how many of their words two passages share that say the same.
const alike = 0.9

// distinct leaves out the passages that say what a better one says: maximal
// marginal relevance, with all weight on duplicates. Carbonell, Goldstein: The Use
// of MMR, Diversity-Based Reranking, SIGIR 1998.
func distinct(hits []index.Hit) []index.Hit {
	var kept []index.Hit
	var words []map[string]bool
	for _, h := range hits {
		w := map[string]bool{}
		for word := range strings.FieldsSeq(h.Text) {
			w[word] = true
		}
		if !slices.ContainsFunc(words, func(better map[string]bool) bool { return jaccard(w, better) >= alike }) {
			kept, words = append(kept, h), append(words, w)
		}
	}
	return kept
}

// jaccard is the size of the intersection beside that of the union.
func jaccard(a, b map[string]bool) float64 {
	if small, large := min(len(a), len(b)), max(len(a), len(b)); float64(small) < alike*float64(large) || large == 0 {
		return 0
	}
	both := 0
	for word := range a {
		if b[word] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// longest is how many passages are joined to one.
const longest = 3

// join makes one passage of neighbours in a section, in the place of the best of
// them, with its scores.
func (s *state) join(hits []index.Hit) ([]index.Hit, error) {
	places := make([]int, len(hits)) // of hits, by document and ordinal
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int {
		return cmp.Or(strings.Compare(hits[a].Document, hits[b].Document), cmp.Compare(hits[a].Ordinal, hits[b].Ordinal))
	})
	joined := map[int]index.Hit{} // by the place of the best
	for len(places) > 0 {
		n := 1
		for n < min(len(places), longest) && follows(hits[places[n]], hits[places[n-1]]) {
			n++
		}
		run := places[:n]
		places = places[n:]
		best := slices.Min(run)
		h := hits[best]
		if n > 1 {
			first, last := hits[run[0]], hits[run[n-1]]
			h.Ordinal, h.Span = first.Ordinal, index.Span{Start: first.Start, End: last.End}
			a, _ := s.locate(h.Document)
			text, err := s.parts[a.part].Text(a.document)
			if err != nil {
				return nil, err
			}
			h.Text = strings.Clone(text[h.Start:h.End])
		}
		joined[best] = h
	}
	list := make([]index.Hit, 0, len(joined))
	for _, place := range slices.Sorted(maps.Keys(joined)) {
		list = append(list, joined[place])
	}
	return list, nil
}

// follows reports whether h comes right after another hit, in the same section.
func follows(h, other index.Hit) bool {
	return h.Document == other.Document && h.Ordinal == other.Ordinal+1 && h.Page == other.Page && slices.Equal(h.Headings, other.Headings)
}
