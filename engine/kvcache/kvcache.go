// Package kvcache keeps what attention has seen of a sequence: a key and a value
// for each token, layer and head.
//
// Memory comes in pages of tokens, as they are needed. Within a page the keys of
// one layer and head lie together, and so do the values: two matrices. Keys are
// transposed, so that both are multiplied from the left by rows.
package kvcache

import (
	"errors"
	"fmt"
)

// PageTokens is how many tokens a page holds.
const PageTokens = 64

// ErrFull is wrapped when a sequence would outgrow its capacity.
var ErrFull = errors.New("the context is full")

// Cache is the memory of one sequence.
type Cache struct {
	layers, heads, dim int
	capacity           int
	tokens             []int32
	pages              [][]float32 // each (layers, 2, heads, ...): keys (dim, PageTokens), values (PageTokens, dim)
}

// New returns an empty cache for a number of tokens, over which it will refuse
// to grow.
func New(layers, heads, dim, capacity int) *Cache {
	return &Cache{layers: layers, heads: heads, dim: dim, capacity: capacity}
}

// Bytes is the memory of a cache that holds a number of tokens.
func Bytes(layers, heads, dim, tokens int) int64 {
	pages := (int64(tokens) + PageTokens - 1) / PageTokens
	return pages * PageTokens * int64(layers) * int64(heads) * int64(dim) * 2 * 4
}

// Len is the number of tokens held.
func (c *Cache) Len() int { return len(c.tokens) }

// Cap is the number of tokens that may be held.
func (c *Cache) Cap() int { return c.capacity }

// Tokens are those held, in order; to be read only.
func (c *Cache) Tokens() []int32 { return c.tokens }

// Prefix is how many of the tokens are held already, from the first on.
func (c *Cache) Prefix(tokens []int32) int {
	n := min(len(tokens), len(c.tokens))
	for i := range n {
		if tokens[i] != c.tokens[i] {
			return i
		}
	}
	return n
}

// Truncate forgets all but the first n tokens. Their memory is kept for others.
func (c *Cache) Truncate(n int) { c.tokens = c.tokens[:min(n, len(c.tokens))] }

// Reserve makes room for n more tokens, whose keys and values may then be
// written.
func (c *Cache) Reserve(n int) error {
	need := len(c.tokens) + n
	if need > c.capacity {
		return fmt.Errorf("%w: %d tokens and %d more, of %d", ErrFull, len(c.tokens), n, c.capacity)
	}
	for len(c.pages)*PageTokens < need {
		c.pages = append(c.pages, make([]float32, c.layers*2*c.heads*PageTokens*c.dim))
	}
	return nil
}

// Append takes in tokens whose keys and values have been written.
func (c *Cache) Append(tokens ...int32) { c.tokens = append(c.tokens, tokens...) }

// Set writes the key and the value of a layer and head at a position.
func (c *Cache) Set(layer, head, position int, key, value []float32) {
	keys, values := c.Page(layer, head, position)
	t := position % PageTokens
	for i, v := range key[:c.dim] {
		keys[i*PageTokens+t] = v
	}
	copy(values[t*c.dim:][:c.dim], value)
}

// Page returns the page of a layer and head that holds a position: its keys
// (dim, PageTokens) and its values (PageTokens, dim). What is beyond the tokens
// held means nothing.
func (c *Cache) Page(layer, head, position int) (keys, values []float32) {
	p, size := c.pages[position/PageTokens], PageTokens*c.dim
	at := (layer*2*c.heads + head) * size
	return p[at:][:size], p[at+c.heads*size:][:size]
}

// WholePage returns all that a page holds of its tokens.
func (c *Cache) WholePage(page int) []float32 { return c.pages[page] }
