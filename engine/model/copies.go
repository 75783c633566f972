package model

import (
	"fmt"
	"slices"
)

// Share has texts shared out with others that hold the same encoder whole: the
// first embeds them as before, the others Follow. They meet once for each call of
// EmbedAll, however many layers there are.
func (m *Model) Share(s Shard) error {
	if m.Causal || !m.shard().alone() || s.Count < 1 || s.Count > maxShards || s.Index < 0 || s.Index >= s.Count {
		return fmt.Errorf("model: %w: copy %d of %d of this %s", ErrUnsupported, s.Index, s.Count, m.Architecture)
	}
	m.copies = &gathering{Shard: s}
	return nil
}

// team is those that a model computes with: the other shards of it, or its copies.
func (m *Model) team() *gathering {
	if m.copies != nil {
		return m.copies
	}
	return m.shard()
}

// Together is how many texts EmbedAll should have at once for all to have as much
// to do.
func (m *Model) Together() int {
	if m.copies == nil {
		return 1
	}
	return 4 * m.copies.Count
}

// EmbedAll is Embed of several texts. The vectors are the caller's.
func (m *Model) EmbedAll(texts [][]int32) ([][]float32, error) {
	if m.copies != nil && len(texts) > 1 {
		return m.leadTexts(texts)
	}
	vectors := make([][]float32, len(texts))
	for i, tokens := range texts {
		v, err := m.Embed(tokens)
		if err != nil {
			return nil, err
		}
		vectors[i] = slices.Clone(v)
	}
	return vectors, nil
}

// leadTexts is EmbedAll with copies, which are told the texts' lengths, then all
// tokens.
func (m *Model) leadTexts(texts [][]int32) ([][]float32, error) {
	if err := m.pools(); err != nil {
		return nil, err
	}
	var lengths, all []int32
	for _, tokens := range texts {
		if err := m.checkText(tokens); err != nil {
			return nil, err
		}
		lengths, all = append(lengths, int32(len(tokens))), append(all, tokens...)
	}
	if err := m.copies.lead(orderTexts, len(texts), 0, append(lengths, all...)); err != nil {
		return nil, err
	}
	received := make([]float32, len(texts)*m.Dim)
	m.embedShare(received, texts)
	vectors, at := make([][]float32, len(texts)), 0
	for _, share := range shareOut(texts, m.copies.Count) {
		for _, i := range share {
			vectors[i], at = received[at:at+m.Dim:at+m.Dim], at+m.Dim
		}
	}
	return vectors, m.Err()
}

// followTexts embeds this copy's share of n texts.
func (m *Model) followTexts(n int, tokens []int32) {
	texts, lengths, rest := make([][]int32, n), tokens[:n], tokens[n:]
	for i, length := range lengths {
		texts[i], rest = rest[:length], rest[length:]
	}
	m.embedShare(nil, texts)
}

// embedShare embeds what is this copy's of the texts, and gathers the vectors of
// all, copy by copy: (len(texts), Dim).
func (m *Model) embedShare(dst []float32, texts [][]int32) {
	g := m.copies
	var part []float32
	for _, i := range shareOut(texts, g.Count)[g.Index] {
		_ = m.embed(texts[i]) // the first has asked whether they can be embedded
		part = append(part, m.result...)
	}
	g.exchange(dst, part)
}

// shareOut says which of the texts each of n has: the longest that is left goes to
// who has the fewest tokens so far.
func shareOut(texts [][]int32, n int) [][]int {
	shares, sums, out := make([][]int, n), make([]int, n), make([]bool, len(texts))
	for range texts {
		longest, least := -1, 0
		for i, tokens := range texts {
			if !out[i] && (longest < 0 || len(tokens) > len(texts[longest])) {
				longest = i
			}
		}
		for i, sum := range sums {
			if sum < sums[least] {
				least = i
			}
		}
		out[longest] = true
		shares[least], sums[least] = append(shares[least], longest), sums[least]+len(texts[longest])
	}
	return shares
}
