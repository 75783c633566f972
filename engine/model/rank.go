package model

import (
	"fmt"
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// rankHead turns the first token's hidden state into a score.
type rankHead struct {
	dense     *weights  // (dim, dim), then tanh; may be nil
	denseBias []float32 // (dim); may be nil
	out       *weights  // (1, dim)
	outBias   []float32 // (1); may be nil

	batch kernel.Batch
	h     []float32 // (dim)
	score [1]float32
}

// rankHead reads the head of a reranker.
func (b *builder) rankHead() *rankHead {
	h := &rankHead{}
	if b.has("cls.weight") {
		h.dense, h.denseBias = b.linear("cls", span{0, b.Dim, b.Dim}, b.Dim)
	}
	h.out, h.outBias = b.linear("cls.output", span{0, 1, 1}, b.Dim)
	return h
}

// Rank returns how well a passage answers a query, the higher the better; the
// logistic function makes a probability of it. The tokens are both texts as the
// model wants them joined.
func (m *Model) Rank(tokens []int32) (float64, error) {
	if m.head == nil {
		return 0, fmt.Errorf("model: %w: this %s is no reranker", ErrUnsupported, m.Architecture)
	}
	if err := m.checkText(tokens); err != nil {
		return 0, err
	}
	if err := m.lead(orderHidden, 0, 0, tokens); err != nil {
		return 0, err
	}
	h := m.head
	x := m.hidden(nil, tokens)[:m.Dim]
	if err := m.Err(); err != nil {
		return 0, err
	}
	if h.dense != nil {
		h.h = grow(h.h, m.Dim)
		h.batch.Set(x, 1)
		mul(h.h, h.dense, h.denseBias, &h.batch)
		for i, v := range h.h {
			h.h[i] = float32(math.Tanh(float64(v)))
		}
		x = h.h
	}
	h.batch.Set(x, 1)
	mul(h.score[:], h.out, h.outBias, &h.batch)
	return float64(h.score[0]), nil
}
