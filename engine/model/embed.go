package model

import (
	"fmt"
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// Pooling is how the hidden states of a text become one vector. The numbers are
// those of the key pooling_type.
type Pooling int

const (
	PoolNone Pooling = iota
	PoolMean
	PoolCLS // the first token
	PoolLast
	PoolRank // a reranker's score
)

// describePooling reads how the file pools: what does not say it pools the mean
// if it is an encoder, and takes the last token if not.
func (b *builder) describePooling() {
	b.Pooling = Pooling(b.intOr("pooling_type", 0))
	if b.Pooling == PoolNone {
		b.Pooling = PoolLast
		if !b.Causal {
			b.Pooling = PoolMean
		}
	}
	if b.Pooling == PoolRank && !b.Causal {
		b.head = b.rankHead()
	}
}

// checkText is check for tokens that are evaluated from the start.
func (m *Model) checkText(tokens []int32) error {
	if len(tokens) > m.context {
		return fmt.Errorf("model: %w: %d of them, but the context has %d", ErrTokens, len(tokens), m.context)
	}
	return m.check(tokens)
}

// States returns the last layer's output of an encoder for each token of a text:
// (len(tokens), Dim), valid until the next call. types are those of the tokens;
// nil: all are of the first.
func (m *Model) States(tokens, types []int32) ([]float32, error) {
	e, ok := m.network.(*encoder)
	if !ok {
		return nil, fmt.Errorf("model: %w: %s is no encoder", ErrUnsupported, m.Architecture)
	}
	e.of = types
	defer func() { e.of = nil }()
	if err := m.checkText(tokens); err != nil {
		return nil, err
	}
	return m.hidden(nil, tokens), nil
}

// Embed returns the unit vector of a text: (Dim), valid until the next call. The
// tokens are the whole text, with those that the model wants at its ends.
func (m *Model) Embed(tokens []int32) ([]float32, error) {
	if err := m.checkText(tokens); err != nil {
		return nil, err
	}
	if err := m.lead(orderEmbed, 0, 0, tokens); err != nil {
		return nil, err
	}
	if err := m.embed(tokens); err != nil {
		return nil, err
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return m.result, nil
}

// pools says whether hidden states can become one vector.
func (m *Model) pools() error {
	switch m.Pooling {
	case PoolMean, PoolCLS, PoolLast:
		return nil
	}
	return fmt.Errorf("model: %w: embedding by pooling type %d; there are mean (1), first (2) and last (3)", ErrUnsupported, m.Pooling)
}

// embed leaves the vector in m.result.
func (m *Model) embed(tokens []int32) error {
	if err := m.pools(); err != nil {
		return err
	}
	m.result = grow(m.result, m.Dim)
	clear(m.result)
	c, step := m.newCache(len(tokens)), len(tokens)
	if c != nil {
		if err := c.Reserve(len(tokens)); err != nil {
			return fmt.Errorf("model: %w", err)
		}
		step = batchTokens
	}
	for from := 0; from < len(tokens); from += step {
		batch := tokens[from:min(from+step, len(tokens))]
		x := m.hidden(c, batch)
		if c != nil {
			c.Append(batch...)
		}
		for t := range batch {
			row := x[t*m.Dim:][:m.Dim]
			switch {
			case m.Pooling == PoolMean,
				m.Pooling == PoolCLS && from+t == 0,
				m.Pooling == PoolLast && from+t == len(tokens)-1:
				kernel.Add(m.result, row)
			}
		}
	}
	var squares float64
	for _, v := range m.result {
		squares += float64(v) * float64(v)
	}
	if squares > 0 {
		kernel.Scale(m.result, float32(1/math.Sqrt(squares)))
	}
	return nil
}
