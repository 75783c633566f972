package llm

import (
	"math"

	"github.com/ondol-rag/ondol/engine"
)

var _ engine.Embedder = (*Model)(nil)

// Dim implements engine.Embedder.
func (m *Model) Dim() int { return m.Model.Dim }

// Embed implements engine.Embedder: a unit vector of Dim floats for each text,
// pooled as the file says. Of a text longer than the context the beginning
// counts, as in Sentence Transformers.
func (m *Model) Embed(texts []string) ([][]float32, error) {
	tokens := make([][]int32, len(texts))
	for i, text := range texts {
		tokens[i] = m.whole(text)
	}
	return m.EmbedAll(tokens)
}

// whole is a text between the tokens that the model wants at its ends, cut to
// the context. Nothing in the text is read as a special token.
func (m *Model) whole(text string) []int32 {
	var ids []int32
	if m.tokens.AddBOS {
		ids = append(ids, m.tokens.BOS)
	}
	ids = append(ids, m.tokens.EncodeText(text)...)
	if !m.tokens.AddEOS {
		return ids[:min(len(ids), m.context)]
	}
	return append(ids[:min(len(ids), m.context-1)], m.tokens.EOS)
}

// Rank returns how well each text answers a query: the higher the better, and a
// probability. Texts are cut at the end where both do not fit the context.
func (m *Model) Rank(query string, texts []string) ([]float64, error) {
	asked := m.tokens.EncodeText(query)
	scores := make([]float64, len(texts))
	for i, text := range texts {
		score, err := m.Model.Rank(m.tokens.Pair(asked, m.tokens.EncodeText(text), m.context))
		if err != nil {
			return nil, err
		}
		scores[i] = 1 / (1 + math.Exp(-score))
	}
	return scores, nil
}
