package model

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/kvcache"
)

// errUnsplit is returned by what a shard alone cannot do.
var errUnsplit = fmt.Errorf("model: %w: this shard is led by another", ErrUnsupported)

// orderVerb is what the first shard tells the others to do with it. It comes with
// a number n, a flag, and tokens.
type orderVerb int

const (
	orderEnd      orderVerb = iota
	orderCache              // make a cache for n tokens, in place of the last
	orderForward            // evaluate tokens after the first n of the cache
	orderHidden             // evaluate tokens by an encoder
	orderEmbed              // embed tokens
	orderTexts              // embed a share of n texts
	orderAdapters           // put n adapters on, which follow
	orderPage               // give page n of the cache
	orderLoadPage           // take in a page, which follows, after the first n tokens
)

// lead tells the other shards what is done next. A model in one piece has none.
func (m *Model) lead(verb orderVerb, n, rows int, tokens []int32) error {
	return m.shard().lead(verb, n, rows, tokens)
}

func (g *gathering) lead(verb orderVerb, n, rows int, tokens []int32) error {
	if g.alone() {
		return nil
	}
	if !g.leads() {
		return errUnsplit
	}
	g.sendNumbers(float64(verb), float64(n), float64(rows), float64(len(tokens)))
	if len(tokens) > 0 {
		g.send(unsafe.Slice((*byte)(unsafe.Pointer(&tokens[0])), 4*len(tokens)))
	}
	return g.failure()
}

// Err says whether the shards lost each other. The model is of no use then.
func (m *Model) Err() error { return m.team().failure() }

func (g *gathering) failure() error {
	if g.err != nil {
		return fmt.Errorf("model: a part of it failed, load it again: %w", g.err)
	}
	return nil
}

// Shards is how many parts the model is in, or how many copies of it there are.
func (m *Model) Shards() int { return m.team().Count }

// Cut reports whether this is a shard of a model, not all of it.
func (m *Model) Cut() bool { return !m.shard().alone() }

// Close lets the others go.
func (m *Model) Close() error {
	g := m.team()
	if g.alone() || !g.leads() || g.err != nil {
		return nil
	}
	return g.lead(orderEnd, 0, 0, nil)
}

// Follow does what the first shard does, until that is closed.
func (m *Model) Follow() error {
	g := m.team()
	if g.leads() {
		return errors.New("model: the first shard leads, the others follow")
	}
	var c *kvcache.Cache
	var tokens []int32
	for {
		var o [4]float64
		g.receiveNumbers(o[:])
		verb, n := orderVerb(o[0]), int(o[1])
		if g.err == nil && o[3] > 0 {
			tokens = grow(tokens, int(o[3]))
			g.receive(unsafe.Slice((*byte)(unsafe.Pointer(&tokens[0])), 4*len(tokens)))
		}
		if g.err != nil {
			return m.Err()
		}
		switch verb {
		case orderEnd:
			return nil
		case orderCache:
			c = m.newCache(n)
		case orderForward:
			c.Truncate(n)
			if err := c.Reserve(len(tokens)); err != nil {
				return fmt.Errorf("model: %w", err)
			}
			m.forward(c, tokens, int(o[2]))
		case orderHidden:
			m.hidden(nil, tokens)
		case orderEmbed:
			_ = m.embed(tokens) // the first shard sees the same error, and tells
		case orderTexts:
			m.followTexts(n, tokens)
		case orderAdapters:
			m.setAdapters(g.receiveAdapters(n))
		case orderPage:
			g.collect(nil, c.Pack(n))
		case orderLoadPage:
			page := make([]byte, m.PageBytes())
			g.receive(page)
			c.Truncate(n)
			if err := c.Reserve(len(tokens)); err != nil {
				return fmt.Errorf("model: %w", err)
			}
			m.takePage(c, tokens, page)
		}
	}
}

// collect is an AllGather of bytes.
func (g *gathering) collect(dst, part []byte) {
	if g.err == nil {
		_, g.err = g.Link.AllGather(dst, part)
	}
}

// send and receive are an AllGather in which the first shard alone gives.
func (g *gathering) send(b []byte) { g.collect(nil, b) }

func (g *gathering) receive(b []byte) {
	if g.err != nil {
		return
	}
	n, err := g.Link.AllGather(b, nil)
	if err == nil && n != len(b) {
		err = fmt.Errorf("an order of %d bytes, not %d: the shards are of different builds", n, len(b))
	}
	g.err = err
}

// sendNumbers and receiveNumbers pass on small integers and floats.
func (g *gathering) sendNumbers(v ...float64) {
	g.send(unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), 8*len(v)))
}

func (g *gathering) receiveNumbers(v []float64) {
	g.receive(unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), 8*len(v)))
}
