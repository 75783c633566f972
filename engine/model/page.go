package model

import (
	"encoding/binary"
	"fmt"

	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/quant"
)

// PageBytes is the size of a page that Page returns.
func (m *Model) PageBytes() int {
	n := 0
	for _, size := range m.pageSizes() {
		n += size
	}
	return n
}

// pageSizes are the bytes of each shard's part of a page.
func (m *Model) pageSizes() []int {
	g := m.shard()
	sizes := make([]int, g.Count)
	for i := range sizes {
		own := Shard{Index: i, Count: g.Count}.kvHeads(m.Config)
		sizes[i] = 2 * m.Layers * 2 * own.len() * kvcache.PageTokens * m.HeadDim
	}
	return sizes
}

// Page returns a whole page of a cache, for LoadPage of another one of the same
// model in as many shards: in half precision, to which keys and values are
// rounded anyway.
func (m *Model) Page(c *kvcache.Cache, page int) ([]byte, error) {
	if m.exact {
		return nil, fmt.Errorf("model: %w: keeping a cache that is not rounded", ErrUnsupported)
	}
	if end := (page + 1) * kvcache.PageTokens; page < 0 || end > c.Len() {
		return nil, fmt.Errorf("model: page %d of a cache of %d tokens is not whole", page, c.Len())
	}
	own := pack(c.WholePage(page))
	g := m.shard()
	if g.alone() {
		return own, nil
	}
	if err := m.lead(orderPage, page, false, nil); err != nil {
		return nil, err
	}
	all := make([]byte, m.PageBytes())
	g.collect(all, own)
	return all, m.Err()
}

// LoadPage takes in as many tokens as a page holds, of which Page returned the
// keys and values. The cache must end with a whole page.
func (m *Model) LoadPage(c *kvcache.Cache, tokens []int32, page []byte) error {
	if len(tokens) != kvcache.PageTokens || c.Len()%kvcache.PageTokens != 0 || len(page) != m.PageBytes() || m.exact {
		return fmt.Errorf("model: a page of %d tokens and %d bytes does not follow %d tokens", len(tokens), len(page), c.Len())
	}
	if err := c.Reserve(len(tokens)); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if err := m.lead(orderLoadPage, c.Len(), false, tokens); err != nil {
		return err
	}
	if g := m.shard(); !g.alone() {
		g.send(page)
	}
	m.takePage(c, tokens, page)
	return m.Err()
}

// takePage unpacks this shard's part of a page.
func (m *Model) takePage(c *kvcache.Cache, tokens []int32, page []byte) {
	sizes := m.pageSizes()
	for _, size := range sizes[:m.shard().Index] {
		page = page[size:]
	}
	c.Append(tokens...)
	for i, dst := 0, c.WholePage(c.Len()/kvcache.PageTokens-1); i < len(dst); i++ {
		dst[i] = quant.Half(binary.LittleEndian.Uint16(page[2*i:]))
	}
}

func pack(page []float32) []byte {
	b := make([]byte, 2*len(page))
	for i, v := range page {
		binary.LittleEndian.PutUint16(b[2*i:], quant.ToHalf(v))
	}
	return b
}
