package model

import (
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
)

// attentionRows is how many queries are held against the keys at once.
const attentionRows = 4

// attention is room for some queries that see the same keys.
type attention struct {
	scores           []float32 // (attentionRows, keys)
	query, seen, out [attentionRows][]float32
	from, to         [attentionRows]int // keys that each query sees
	n                int
}

// add takes in a query that sees the keys at positions from up to to, and where
// the mean of their values goes.
func (a *attention) add(query, out []float32, from, to int) {
	a.query[a.n], a.out[a.n], a.from[a.n], a.to[a.n] = query, out, from, to
	a.n++
}

// pages returns, for a position, the matrix of keys (headDim, stride) and that
// of values (n, headDim) from there on.
type pages func(position int) (keys, values []float32, stride int)

// run attends, and forgets the queries. finish makes probabilities of the
// scores of one query.
//
// Whatever a query has for company, its sums go in the order of the keys: what
// others see more counts as nothing.
func (a *attention) run(page pages, pageKeys int, finish func(scores []float32)) {
	from, to := a.from[0], a.to[0]
	for i := range a.n {
		from, to = min(from, a.from[i]), max(to, a.to[i])
	}
	from = from / pageKeys * pageKeys
	width := (to - from + 7) &^ 7
	a.scores = grow(a.scores, attentionRows*width)
	clear(a.scores[:a.n*width])
	for at := from; at < to; at += pageKeys {
		keys, _, stride := page(at)
		for i := range a.n {
			a.seen[i] = a.scores[i*width+at-from:][:min(pageKeys, width-(at-from))]
		}
		kernel.AddProduct(a.seen[:a.n], a.query[:a.n], keys, stride)
	}
	for i := range a.n {
		row := a.scores[i*width:][:width]
		clear(row[:a.from[i]-from])
		clear(row[a.to[i]-from:])
		finish(row[a.from[i]-from : a.to[i]-from])
		clear(a.out[i])
	}
	for at := from; at < to; at += pageKeys {
		_, values, _ := page(at)
		for i := range a.n {
			a.seen[i] = a.scores[i*width+at-from:][:min(pageKeys, to-at)]
		}
		kernel.AddProduct(a.out[:a.n], a.seen[:a.n], values, len(a.out[0]))
	}
	a.n = 0
}

// attend writes, for each of n tokens from a position on and each head, the mean
// of the values that lie before it, or in the window, weighted by how well their
// keys fit the query.
func (d *decoder) attend(c *kvcache.Cache, layer, position, n, window int) {
	width := d.ownHeads.len() * d.HeadDim
	for first := 0; first < d.ownHeads.len(); {
		kv, last := d.keysOf(first), first+1
		for last < d.ownHeads.len() && d.keysOf(last) == kv {
			last++
		}
		page := func(position int) (keys, values []float32, stride int) {
			keys, values = c.Page(layer, kv, position)
			return keys, values, kvcache.PageTokens
		}
		for i := range n * (last - first) {
			t, head := i/(last-first), first+i%(last-first)
			to, from := position+t+1, 0
			if window > 0 {
				from = max(0, to-window)
			}
			at := t*width + head*d.HeadDim
			d.scored.add(d.q[at:][:d.HeadDim], d.attended[at:][:d.HeadDim], from, to)
			if d.scored.n == attentionRows || i == n*(last-first)-1 {
				d.scored.run(page, kvcache.PageTokens, d.finish)
			}
		}
		first = last
	}
}

// finish makes probabilities of scores.
func (d *decoder) finish(scores []float32) {
	kernel.Softmax(scores)
	d.round(scores)
}
