package tokenizer

import "sort"

// prefixes finds those of a list of tokens that a text begins with. Sorted,
// tokens with a common beginning are neighbours: each byte of the text narrows
// down where to look.
type prefixes struct {
	sorted []entry
	first  [257]uint32 // where each first byte begins
}

type entry struct {
	text string
	id   int32
}

// newPrefixes takes tokens that are not empty, each once.
func newPrefixes(tokens []entry) *prefixes {
	sortEntries(tokens, make([]entry, len(tokens)), 0)
	p := &prefixes{sorted: tokens}
	for c := range 256 {
		p.first[c+1] = uint32(sort.Search(len(tokens), func(i int) bool { return int(tokens[i].text[0]) > c }))
	}
	return p
}

// deepest is how many bytes radix sorting looks at: a file may hold tokens of any
// length that begin alike.
const deepest = 32

// sortEntries sorts entries that share their first bytes, by radix: comparing the
// strings of a whole vocabulary would take most of the time to load an encoder.
// scratch is at least as long.
func sortEntries(entries, scratch []entry, shared int) {
	if len(entries) <= 16 || shared == deepest {
		sort.Slice(entries, func(i, j int) bool { return entries[i].text < entries[j].text })
		return
	}
	bucket := func(e entry) int { // 0 for what ends here
		if len(e.text) == shared {
			return 0
		}
		return 1 + int(e.text[shared])
	}
	var end [257]int // of buckets
	for _, e := range entries {
		end[bucket(e)]++
	}
	for b := 1; b < len(end); b++ {
		end[b] += end[b-1]
	}
	at := end
	copy(scratch, entries)
	for _, e := range scratch[:len(entries)] {
		b := bucket(e)
		at[b]--
		entries[at[b]] = e
	}
	for b := 1; b < len(end); b++ {
		if in := entries[end[b-1]:end[b]]; len(in) > 1 {
			sortEntries(in, scratch, shared+1)
		}
	}
}

// of calls yield with each token that a text, which is not empty, begins with,
// shortest first.
func (p *prefixes) of(text string, yield func(size int, id int32)) {
	in := p.sorted[p.first[text[0]]:p.first[int(text[0])+1]]
	for n := 1; len(in) > 0; n++ {
		// All that are left begin with text[:n].
		if len(in[0].text) == n {
			yield(n, in[0].id)
			in = in[1:]
		}
		if n == len(text) {
			return
		}
		c := text[n]
		in = in[sort.Search(len(in), func(i int) bool { return in[i].text[n] >= c }):]
		in = in[:sort.Search(len(in), func(i int) bool { return in[i].text[n] > c })]
	}
}
