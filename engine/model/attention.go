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

// keyValues is what queries meet.
type keyValues interface {
	// ask takes in queries.
	ask(queries [][]float32)
	// score adds to rows of scores the products of the queries with the keys from a
	// position on.
	score(scores [][]float32, position int)
	// mix adds to rows the values from a position on, each times its weight.
	mix(rows, weights [][]float32, position int)
}

// run attends, and forgets the queries. finish makes probabilities of the
// scores of one query.
//
// Whatever a query has for company, its sums go in the order of the keys: what
// others see more counts as nothing.
func (a *attention) run(m keyValues, pageKeys int, finish func(scores []float32)) {
	from, to := a.from[0], a.to[0]
	for i := range a.n {
		from, to = min(from, a.from[i]), max(to, a.to[i])
	}
	from = from / pageKeys * pageKeys
	width := (to - from + 7) &^ 7
	a.scores = grow(a.scores, attentionRows*width)
	clear(a.scores[:a.n*width])
	m.ask(a.query[:a.n])
	for at := from; at < to; at += pageKeys {
		for i := range a.n {
			a.seen[i] = a.scores[i*width+at-from:][:min(pageKeys, width-(at-from))]
		}
		m.score(a.seen[:a.n], at)
	}
	for i := range a.n {
		row := a.scores[i*width:][:width]
		clear(row[:a.from[i]-from])
		clear(row[a.to[i]-from:])
		finish(row[a.from[i]-from : a.to[i]-from])
		clear(a.out[i])
	}
	for at := from; at < to; at += pageKeys {
		for i := range a.n {
			a.seen[i] = a.scores[i*width+at-from:][:min(pageKeys, to-at)]
		}
		m.mix(a.out[:a.n], a.seen[:a.n], at)
	}
	a.n = 0
}

// place is one layer's and head's keys and values in a cache.
type place struct {
	cache       *kvcache.Cache
	layer, head int
}

// floatPages are keys and values that are kept as floats.
type floatPages struct {
	place
	queries, weights kernel.Rows
	once             bool // no other queries will meet them soon
}

func (p *floatPages) ask(queries [][]float32) { p.queries.Set(queries) }

func (p *floatPages) score(scores [][]float32, position int) {
	keys, _ := p.cache.Floats(p.layer, p.head, position)
	p.fetch(keys)
	p.queries.AddProduct(scores, keys, kvcache.PageTokens)
}

func (p *floatPages) mix(rows, weights [][]float32, position int) {
	_, values := p.cache.Floats(p.layer, p.head, position)
	p.fetch(values)
	p.weights.Set(weights)
	p.weights.AddProduct(rows, values, p.cache.Dim)
}

func (p *floatPages) fetch(page []float32) {
	if p.once {
		kernel.Fetch(page)
	}
}

// bytePages are keys and values that are kept as bytes.
type bytePages struct {
	place
	words kernel.Words
}

func (p *bytePages) ask(queries [][]float32) { p.words.Set(queries, nil) }

func (p *bytePages) score(scores [][]float32, position int) {
	keys, _ := p.cache.Bytes(p.layer, p.head, position)
	p.words.AddProduct(scores, keys.Q, kvcache.PageTokens, keys.Scale)
}

func (p *bytePages) mix(rows, weights [][]float32, position int) {
	_, values := p.cache.Bytes(p.layer, p.head, position)
	n := len(weights[0])
	p.words.Set(weights, values.Scale[:n])
	p.words.AddProduct(rows, values.Q[:(n+1)/2*2*p.cache.Dim], p.cache.Dim, nil)
}

// attend writes, for each of the tokens from a position on and each head that is
// this shard's, the mean of the values that lie before it, or in the window,
// weighted by how well their keys fit the query.
func (d *decoder) attend(c *kvcache.Cache, own columns, layer, position, window int) {
	n, width := own.n, d.ownHeads.len()*d.HeadDim
	mine := own.borders(d.Index)
	for first := 0; first < d.ownHeads.len(); {
		kv, last := d.keysOf(first), first+1
		for last < d.ownHeads.len() && d.keysOf(last) == kv {
			last++
		}
		var seen keyValues = &d.floatPages
		if c.Type == kvcache.Int8 {
			seen = &d.bytePages
		}
		d.floatPages.place, d.bytePages.place = place{c, layer, kv}, place{c, layer, kv}
		d.floatPages.once = n*(last-first) <= attentionRows
		for i := range n * (last - first) {
			t, head := i/(last-first), first+i%(last-first)
			place := mine.place((d.ownHeads.from+head)*d.HeadDim, t)
			if place < 0 {
				continue
			}
			to, from := position+t+1, 0
			if window > 0 {
				from = max(0, to-window)
			}
			d.scored.add(d.q[t*width+head*d.HeadDim:][:d.HeadDim], d.attended[place:][:d.HeadDim], from, to)
			if d.scored.n == attentionRows {
				d.scored.run(seen, kvcache.PageTokens, d.finish)
			}
		}
		if d.scored.n > 0 {
			d.scored.run(seen, kvcache.PageTokens, d.finish)
		}
		first = last
	}
}

// finish makes probabilities of scores.
func (d *decoder) finish(scores []float32) {
	kernel.Softmax(scores)
	d.round(scores)
}
