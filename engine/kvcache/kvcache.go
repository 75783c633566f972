// Package kvcache keeps what attention has seen of a sequence: a key and a value
// for each token, layer and head.
//
// Memory comes in pages of tokens, as they are needed. Within a page the keys of
// one layer and head lie together, and so do the values: two matrices. Keys are
// transposed, so that both are multiplied from the left by rows.
package kvcache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/quant"
)

// PageTokens is how many tokens a page holds.
const PageTokens = 64

// ErrFull is wrapped when a sequence would outgrow its capacity.
var ErrFull = errors.New("the context is full")

// Type is how keys and values are kept.
type Type int

const (
	F32  Type = iota // as they are given
	Int8             // as bytes, with a scale for each key and each value
)

var typeNames = []string{"f32", "int8"}

func (t Type) String() string { return typeNames[t] }

// ParseType returns the type of a name; none is F32.
func ParseType(name string) (Type, error) {
	if name == "" {
		return F32, nil
	}
	if i := slices.Index(typeNames, name); i >= 0 {
		return Type(i), nil
	}
	return 0, fmt.Errorf("%q is no type of a cache: %s", name, strings.Join(typeNames, ", "))
}

// Shape says what a cache keeps of each token.
type Shape struct {
	Type               Type
	Layers, Heads, Dim int // Dim is even for Int8
}

// Memory is what a number of tokens takes, in bytes.
func (s Shape) Memory(tokens int) int64 {
	pages := (int64(tokens) + PageTokens - 1) / PageTokens
	return pages * s.numbers() * int64(s.numberBytes(4)) / int64(s.Dim)
}

// PackedBytes is the size of a page as Pack returns it.
func (s Shape) PackedBytes() int { return int(s.numbers()) * s.numberBytes(2) / s.Dim }

// numbers is how many numbers the keys and values of a page are.
func (s Shape) numbers() int64 {
	return 2 * int64(s.Layers) * int64(s.Heads) * PageTokens * int64(s.Dim)
}

// numberBytes is what a key or value takes whose numbers are floats of so many
// bytes, if they are.
func (s Shape) numberBytes(float int) int {
	if s.Type == Int8 {
		return s.Dim + 2
	}
	return s.Dim * float
}

// Cache is the memory of one sequence.
type Cache struct {
	Shape
	capacity int
	tokens   []int32
	pages    []page
	q        []int8 // room for a key or value
}

// page holds 64 tokens. Its matrices are (Layers, 2, Heads, ...): keys (Dim,
// PageTokens), values (PageTokens, Dim). As bytes, pairs of their rows lie side by
// side: see kernel.Words.
type page struct {
	floats []float32
	bytes  []int8
	scales []uint16 // (Layers, 2, Heads, PageTokens)
}

// New returns an empty cache for a number of tokens, over which it will refuse
// to grow.
func New(s Shape, capacity int) *Cache {
	return &Cache{Shape: s, capacity: capacity, q: make([]int8, s.Dim)}
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
		n := int(c.numbers())
		if c.Type == Int8 {
			c.pages = append(c.pages, page{bytes: kernel.Make[int8](n), scales: make([]uint16, n/c.Dim)})
		} else {
			c.pages = append(c.pages, page{floats: kernel.Make[float32](n)})
		}
	}
	return nil
}

// Append takes in tokens whose keys and values have been written.
func (c *Cache) Append(tokens ...int32) { c.tokens = append(c.tokens, tokens...) }

// Set writes the key and the value of a layer and head at a position.
func (c *Cache) Set(layer, head, position int, key, value []float32) {
	t := position % PageTokens
	if c.Type == Int8 {
		keys, values := c.Bytes(layer, head, position)
		keys.Scale[t] = kernel.RoundBytes(c.q, key[:c.Dim])
		for i, v := range c.q {
			keys.Q[(i/2*PageTokens+t)*2+i%2] = v
		}
		values.Scale[t] = kernel.RoundBytes(c.q, value[:c.Dim])
		row := values.Q[t/2*2*c.Dim+t%2:]
		for i, v := range c.q {
			row[2*i] = v
		}
		return
	}
	keys, values := c.Floats(layer, head, position)
	for i, v := range key[:c.Dim] {
		keys[i*PageTokens+t] = v
	}
	copy(values[t*c.Dim:][:c.Dim], value)
}

// Floats returns the page of a layer and head that holds a position: its keys
// (Dim, PageTokens) and its values (PageTokens, Dim). What is beyond the tokens
// held means nothing.
func (c *Cache) Floats(layer, head, position int) (keys, values []float32) {
	p, size := c.pages[position/PageTokens].floats, PageTokens*c.Dim
	at := (layer*2*c.Heads + head) * size
	return p[at:][:size], p[at+c.Heads*size:][:size]
}

// Scaled is a matrix of bytes, and the scales of its tokens: the upper halves of
// floats.
type Scaled struct {
	Q     []int8
	Scale []uint16
}

// Bytes is Floats of a cache of bytes, pairs of whose rows lie side by side: keys
// (Dim/2, PageTokens, 2), values (PageTokens/2, Dim, 2).
func (c *Cache) Bytes(layer, head, position int) (keys, values Scaled) {
	p, at := c.pages[position/PageTokens], layer*2*c.Heads+head
	matrix := func(i int) Scaled {
		return Scaled{p.bytes[i*PageTokens*c.Dim:][:PageTokens*c.Dim], p.scales[i*PageTokens:][:PageTokens]}
	}
	return matrix(at), matrix(at + c.Heads)
}

// Pack returns all that a page holds, for Unpack: floats in half precision, for
// those that are rounded to it anyway.
func (c *Cache) Pack(page int) []byte {
	p, b := c.pages[page], make([]byte, 0, c.PackedBytes())
	for _, v := range p.floats {
		b = binary.LittleEndian.AppendUint16(b, quant.ToHalf(v))
	}
	for _, v := range p.bytes {
		b = append(b, byte(v))
	}
	for _, v := range p.scales {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	return b
}

// Unpack puts PackedBytes into a page.
func (c *Cache) Unpack(page int, b []byte) {
	p := c.pages[page]
	for i := range p.floats {
		p.floats[i] = quant.Half(binary.LittleEndian.Uint16(b[2*i:]))
	}
	for i := range p.bytes {
		p.bytes[i] = int8(b[i])
	}
	for i := range p.scales {
		p.scales[i] = binary.LittleEndian.Uint16(b[len(p.bytes)+2*i:])
	}
}
