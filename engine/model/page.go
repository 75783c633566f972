package model

import (
	"fmt"

	"github.com/ondol-rag/ondol/engine/kvcache"
)

// packs says whether pages are the same when they come back.
func (m *Model) packs() bool { return m.kv == kvcache.Int8 || !m.exact }

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
		sizes[i] = kvcache.Shape{Type: m.kv, Layers: m.Layers, Heads: own.len(), Dim: m.HeadDim}.PackedBytes()
	}
	return sizes
}

// Page returns a whole page of a cache, for LoadPage of another one of the same
// model in as many shards: see kvcache.Pack.
func (m *Model) Page(c *kvcache.Cache, page int) ([]byte, error) {
	if !m.packs() {
		return nil, fmt.Errorf("model: %w: keeping a cache that is not rounded", ErrUnsupported)
	}
	if end := (page + 1) * kvcache.PageTokens; page < 0 || end > c.Len() {
		return nil, fmt.Errorf("model: page %d of a cache of %d tokens is not whole", page, c.Len())
	}
	own := c.Pack(page)
	g := m.shard()
	if g.alone() {
		return own, nil
	}
	if err := m.lead(orderPage, page, 0, nil); err != nil {
		return nil, err
	}
	all := make([]byte, m.PageBytes())
	g.collect(all, own)
	return all, m.Err()
}

// LoadPage takes in as many tokens as a page holds, of which Page returned the
// keys and values. The cache must end with a whole page.
func (m *Model) LoadPage(c *kvcache.Cache, tokens []int32, page []byte) error {
	if len(tokens) != kvcache.PageTokens || c.Len()%kvcache.PageTokens != 0 || len(page) != m.PageBytes() || !m.packs() {
		return fmt.Errorf("model: a page of %d tokens and %d bytes does not follow %d tokens", len(tokens), len(page), c.Len())
	}
	if err := c.Reserve(len(tokens)); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if err := m.lead(orderLoadPage, c.Len(), 0, tokens); err != nil {
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
	c.Unpack(c.Len()/kvcache.PageTokens-1, page)
}
