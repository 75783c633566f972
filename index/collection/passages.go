package collection

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// alike is how many tenths of their words two passages share that say the same.
const alike = 9

// distinct leaves out the passages that say what a better one says: maximal
// marginal relevance, with all weight on duplicates. Carbonell, Goldstein: The Use
// of MMR, Diversity-Based Reranking, SIGIR 1998.
func distinct(hits []index.Hit) []index.Hit {
	var kept []index.Hit
	var words [][]uint64
	for _, h := range hits {
		w := wordSet(h.Text)
		if !slices.ContainsFunc(words, func(better []uint64) bool { return jaccard(w, better) }) {
			kept, words = append(kept, h), append(words, w)
		}
	}
	return kept
}

// wordSet is the hashes (FNV-1a, 64 bits) of a text's words, sorted, none twice.
func wordSet(text string) []uint64 {
	const basis, prime = 14695981039346656037, 1099511628211
	set := make([]uint64, 0, len(text)/5)
	h, inside := uint64(basis), false
	for i := 0; i < len(text); {
		c, n, space := text[i], 1, false
		switch {
		case c < utf8.RuneSelf:
			space = c == ' ' || '\t' <= c && c <= '\r'
		case c == 0xC2 || 0xE1 <= c && c <= 0xE3: // where other spaces begin
			var r rune
			r, n = utf8.DecodeRuneInString(text[i:])
			space = unicode.IsSpace(r)
		}
		switch {
		case !space:
			for _, c := range []byte(text[i : i+n]) {
				h = (h ^ uint64(c)) * prime
			}
		case inside:
			set = append(set, h)
			h = basis
		}
		inside = !space
		i += n
	}
	if inside {
		set = append(set, h)
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// jaccard reports whether two sets are alike: whether what they have in common is
// that large beside their union. It gives up where too much differs.
func jaccard(a, b []uint64) bool {
	// 10 both >= alike (len(a) + len(b) - both)
	least := (alike*(len(a)+len(b)) + 10 + alike - 1) / (10 + alike)
	if len(a) == 0 || min(len(a), len(b)) < least {
		return false
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both, i, j = both+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
		if both+min(len(a)-i, len(b)-j) < least {
			return false
		}
	}
	return both >= least
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
