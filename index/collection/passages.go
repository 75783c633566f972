package collection

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// alike is how many tenths of their words two passages share that say the same.
const alike = 9

// distinct leaves out the passages that say what a better one says: maximal
// marginal relevance, with all weight on duplicates. It ends with the best k of them. Carbonell, Goldstein: The Use
// Goldstein: The Use of MMR, Diversity-Based Reranking, SIGIR 1998.
func distinct(hits []index.Hit, k int) []index.Hit {
	var kept []index.Hit
	var words []wordSet
	for _, h := range hits {
		if len(kept) == k {
			break
		}
		w := newWordSet(h.Text)
		if !slices.ContainsFunc(words, w.like) {
			kept, words = append(kept, h), append(words, w)
		}
	}
	return kept
}

// wordSet is the hashes (FNV-1a, 64 bits) of a text's words.
type wordSet struct {
	words []uint64 // none twice
	slots []uint64 // the same by open addressing, a power of two; 0 is free
}

// slot is where a word is, or would be.
func (s *wordSet) slot(word uint64) *uint64 {
	mask := uint64(len(s.slots) - 1)
	for i := word ^ word>>32; ; i++ {
		if at := &s.slots[i&mask]; *at == word || *at == 0 {
			return at
		}
	}
}

func (s *wordSet) add(word uint64) {
	word = max(word, 1)
	if at := s.slot(word); *at == 0 {
		*at = word
		s.words = append(s.words, word)
	}
}

func newWordSet(text string) wordSet {
	// Each word has a byte, and one stands between two.
	s := wordSet{slots: make([]uint64, 4<<bits.Len(uint(len(text)/4)))}
	const basis, prime = 14695981039346656037, 1099511628211
	h, inside := uint64(basis), false
	for i := 0; i < len(text); {
		c, n, space := text[i], 1, false
		switch {
		case ' ' < c && c < utf8.RuneSelf:
			h, inside = (h^uint64(c))*prime, true
			i++
			continue
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
			s.add(h)
			h = basis
		}
		inside = !space
		i += n
	}
	if inside {
		s.add(h)
	}
	return s
}

// like reports whether two sets are alike: whether what they have in common is that
// large beside their union. It gives up where too much differs.
func (s wordSet) like(other wordSet) bool {
	// 10 both >= alike (both sizes - both)
	least := (alike*(len(s.words)+len(other.words)) + 10 + alike - 1) / (10 + alike)
	if least == 0 || len(other.words) < least {
		return false
	}
	missing := 0
	for _, w := range s.words {
		if *other.slot(w) == 0 {
			missing++
		}
		if missing > len(s.words)-least {
			return false
		}
	}
	return true
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
	sort.Slice(places, func(i, j int) bool {
		a, b := hits[places[i]], hits[places[j]]
		return cmp.Or(strings.Compare(a.Document, b.Document), cmp.Compare(a.Ordinal, b.Ordinal)) < 0
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
	for place := range hits {
		if h, ok := joined[place]; ok {
			list = append(list, h)
		}
	}
	return list, nil
}

// follows reports whether h comes right after another hit, in the same section.
func follows(h, other index.Hit) bool {
	return h.Document == other.Document && h.Ordinal == other.Ordinal+1 && h.Page == other.Page && slices.Equal(h.Headings, other.Headings)
}
