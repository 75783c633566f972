package kvcache

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

// at returns the key and the value that a cache holds at a position.
func at(c *Cache, layer, head, position int) (key, value []float32) {
	key, value = make([]float32, c.Dim), make([]float32, c.Dim)
	t := position % PageTokens
	if c.Type == F32 {
		keys, values := c.Floats(layer, head, position)
		for i := range key {
			key[i], value[i] = keys[i*PageTokens+t], values[t*c.Dim+i]
		}
		return key, value
	}
	keys, values := c.Bytes(layer, head, position)
	for i := range key {
		key[i] = float32(keys.Q[(i/2*PageTokens+t)*2+i%2]) * math.Float32frombits(uint32(keys.Scale[t])<<16)
		value[i] = float32(values.Q[(t/2*c.Dim+i)*2+t%2]) * math.Float32frombits(uint32(values.Scale[t])<<16)
	}
	return key, value
}

// What is set is held, each layer, head and position by itself, also in a page
// that was packed and unpacked; as bytes to a 254th of its largest number.
func TestCache(t *testing.T) {
	const n = 2*PageTokens + 5
	for _, typ := range []Type{F32, Int8} {
		s := Shape{typ, 2, 3, 6}
		c, again := New(s, 3*PageTokens), New(s, 3*PageTokens)
		for _, c := range []*Cache{c, again} {
			if err := c.Reserve(n); err != nil {
				t.Fatal(err)
			}
		}
		each := func(do func(layer, head, position int, key, value []float32)) {
			r := rand.New(rand.NewPCG(1, 1))
			key, value := make([]float32, s.Dim), make([]float32, s.Dim)
			for layer := range s.Layers {
				for head := range s.Heads {
					for p := range n {
						for i := range key {
							key[i], value[i] = quant.Half(quant.ToHalf(r.Float32()-0.5)), float32(r.IntN(2000))
						}
						do(layer, head, p, key, value)
					}
				}
			}
		}
		each(c.Set)
		c.Append(make([]int32, n)...)
		for page := range 3 {
			b := c.Pack(page)
			if len(b) != s.PackedBytes() {
				t.Errorf("%s: a page of %d bytes, not %d", typ, len(b), s.PackedBytes())
			}
			again.Unpack(page, b)
		}
		for _, c := range []*Cache{c, again} {
			each(func(layer, head, p int, key, value []float32) {
				k, v := at(c, layer, head, p)
				for _, x := range [2][2][]float32{{k, key}, {v, value}} {
					var bound float64
					if typ == Int8 {
						for _, w := range x[1] {
							bound = max(bound, math.Abs(float64(w))/254*1.01)
						}
					}
					for i := range x[1] {
						if math.Abs(float64(x[0][i]-x[1][i])) > bound {
							t.Fatalf("%s: layer %d head %d position %d: %v, want %v", typ, layer, head, p, x[0], x[1])
						}
					}
				}
			})
		}
	}
}

func TestParseType(t *testing.T) {
	for _, typ := range []Type{F32, Int8} {
		if got, err := ParseType(typ.String()); got != typ || err != nil {
			t.Error(typ, got, err)
		}
	}
	if got, err := ParseType(""); got != F32 || err != nil {
		t.Error(got, err)
	}
	if _, err := ParseType("f16"); err == nil {
		t.Error("f16 was taken")
	}
}

func TestCapacity(t *testing.T) {
	c := New(Shape{F32, 1, 1, 2}, 10)
	if err := c.Reserve(11); !errors.Is(err, ErrFull) {
		t.Error(err)
	}
	if err := c.Reserve(10); err != nil {
		t.Error(err)
	}
	c.Append(1, 2, 3)
	if err := c.Reserve(8); !errors.Is(err, ErrFull) {
		t.Error(err)
	}
	if c.Len() != 3 || c.Cap() != 10 {
		t.Error(c.Len(), c.Cap())
	}
}

func TestPrefix(t *testing.T) {
	c := New(Shape{F32, 1, 1, 2}, 10)
	c.Append(1, 2, 3)
	for _, x := range []struct {
		tokens []int32
		want   int
	}{{nil, 0}, {[]int32{2}, 0}, {[]int32{1, 2, 4}, 2}, {[]int32{1, 2, 3, 4}, 3}} {
		if got := c.Prefix(x.tokens); got != x.want {
			t.Errorf("%v: %d, want %d", x.tokens, got, x.want)
		}
	}
	c.Truncate(5)
	if c.Len() != 3 {
		t.Error(c.Len())
	}
	c.Truncate(1)
	if c.Len() != 1 || c.Prefix([]int32{1, 2}) != 1 {
		t.Error(c.Tokens())
	}
}

func TestMemory(t *testing.T) {
	for typ, least := range map[Type]int64{F32: 4 * 64, Int8: 64 + 2} {
		s := Shape{typ, 2, 3, 64}
		c := New(s, 100)
		if err := c.Reserve(65); err != nil {
			t.Fatal(err)
		}
		var have int64
		for _, p := range c.pages {
			have += 4*int64(len(p.floats)) + int64(len(p.bytes)) + 2*int64(len(p.scales))
		}
		if want := s.Memory(65); have != want || have != 2*PageTokens*2*2*3*least {
			t.Errorf("%s: %d bytes, reckoned %d", typ, have, want)
		}
	}
}
