package kvcache

import (
	"errors"
	"testing"
)

func TestCache(t *testing.T) {
	const layers, heads, dim = 2, 3, 4
	c := New(layers, heads, dim, 3*PageTokens)
	n := 2*PageTokens + 5
	if err := c.Reserve(n); err != nil {
		t.Fatal(err)
	}
	mark := func(layer, head, position, kind int) float32 {
		return float32(((layer*heads+head)*1000+position)*2 + kind)
	}
	for layer := range layers {
		for head := range heads {
			for p := range n {
				var key, value [dim]float32
				key[1], value[2] = mark(layer, head, p, 0), mark(layer, head, p, 1)
				c.Set(layer, head, p, key[:], value[:])
			}
		}
	}
	c.Append(make([]int32, n)...)
	for layer := range layers {
		for head := range heads {
			for p := range n {
				keys, values := c.Page(layer, head, p)
				t0 := p % PageTokens
				if keys[PageTokens+t0] != mark(layer, head, p, 0) || keys[t0] != 0 || values[t0*dim+2] != mark(layer, head, p, 1) || values[t0*dim] != 0 {
					t.Fatalf("layer %d head %d position %d: others", layer, head, p)
				}
			}
		}
	}
}

func TestCapacity(t *testing.T) {
	c := New(1, 1, 2, 10)
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
	c := New(1, 1, 2, 10)
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

func TestBytes(t *testing.T) {
	c := New(2, 3, 4, 100)
	if err := c.Reserve(65); err != nil {
		t.Fatal(err)
	}
	var have int64
	for _, p := range c.pages {
		have += 4 * int64(len(p))
	}
	if want := Bytes(2, 3, 4, 65); have != want {
		t.Errorf("%d bytes, reckoned %d", have, want)
	}
}
