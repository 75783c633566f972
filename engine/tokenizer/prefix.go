package tokenizer

import (
	"sort"
)

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
	sort.Slice(tokens, func(i, j int) bool { return tokens[i].text < tokens[j].text })
	p := &prefixes{sorted: tokens}
	for c := range 256 {
		p.first[c+1] = uint32(sort.Search(len(tokens), func(i int) bool { return int(tokens[i].text[0]) > c }))
	}
	return p
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
