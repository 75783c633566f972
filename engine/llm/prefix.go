package llm

import (
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/model"
)

// prefixes are what an encoder was trained to read before a question and before a
// passage.
type prefixes struct{ query, passage string }

// e5: Wang et al., Text Embeddings by Weakly-Supervised Contrastive Pre-training,
// 2022.
var e5 = prefixes{"query: ", "passage: "}

// prefixesOf returns those that are asked for, or those of the family of which the
// file's names have the word: "Multilingual E5 Small". What follows instructions
// reads another prompt with each task, and none before passages.
func prefixesOf(f *gguf.File, asked string) (p prefixes, err error) {
	switch asked {
	case "e5":
		return e5, nil
	case "none":
		return p, nil
	case "":
	default:
		return p, fmt.Errorf("%w: prefixes %q; there are e5 and none", model.ErrUnsupported, asked)
	}
	for _, key := range []string{"general.basename", "general.name", "general.finetune", "general.base_model.0.name"} {
		name, _ := f.String(key)
		name = strings.ToLower(name)
		if strings.Contains(name, "instruct") {
			return prefixes{}, nil
		}
		if hasWord(name, "e5") {
			p = e5
		}
	}
	return p, nil
}

// hasWord reports whether a word stands in a name, by itself.
func hasWord(name, word string) bool {
	inside := func(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' }
	for i := 0; i+len(word) <= len(name); i++ {
		end := i + len(word)
		if name[i:end] == word && (i == 0 || !inside(name[i-1])) && (end == len(name) || !inside(name[end])) {
			return true
		}
	}
	return false
}

// Searcher is a model as a library's encoder: it reads questions and passages with
// the prefixes that it was trained with. The methods of Model are not promoted:
// each would be linked twice.
type Searcher struct{ m *Model }

// NewSearcher makes an encoder of a library of a model.
func NewSearcher(m *Model) Searcher { return Searcher{m} }

// Dim is the length of every vector.
func (s Searcher) Dim() int { return s.m.Dim() }

// Encoder identifies the weights and the prefixes.
func (s Searcher) Encoder() string {
	if p := s.m.prefixes; p != (prefixes{}) {
		return s.m.encoder + " " + p.query + p.passage
	}
	return s.m.encoder
}

// Embed embeds passages.
func (s Searcher) Embed(passages []string) ([][]float32, error) {
	prefixed := make([]string, len(passages))
	for i, p := range passages {
		prefixed[i] = s.m.prefixes.passage + p
	}
	return s.m.Embed(prefixed)
}

// EmbedQuery embeds a question.
func (s Searcher) EmbedQuery(question string) ([]float32, error) {
	v, err := s.m.Embed([]string{s.m.prefixes.query + question})
	if err != nil {
		return nil, err
	}
	return v[0], nil
}
