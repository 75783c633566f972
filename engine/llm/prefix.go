package llm

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/model"
)

// prefixes are what an encoder was trained to read before a question and before a
// passage.
type prefixes struct{ query, passage string }

// families of encoders by name. E5: Wang et al., Text Embeddings by
// Weakly-Supervised Contrastive Pre-training, 2022.
var families = map[string]prefixes{
	"none": {},
	"e5":   {"query: ", "passage: "},
}

// prefixesOf finds an encoder's family: the one that is asked for, or that of which
// the file's names have the word: "Multilingual E5 Small". What follows
// instructions reads another prompt with each task, and none before passages.
func prefixesOf(f *gguf.File, asked string) (prefixes, error) {
	if p, ok := families[asked]; ok {
		return p, nil
	}
	if asked != "" {
		return prefixes{}, fmt.Errorf("%w: prefixes %q; there are e5 and none", model.ErrUnsupported, asked)
	}
	var words []string
	for _, key := range []string{"general.basename", "general.name", "general.finetune", "general.base_model.0.name"} {
		name, _ := f.String(key)
		words = append(words, strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})...)
	}
	if slices.Contains(words, "instruct") {
		return prefixes{}, nil
	}
	for _, w := range words {
		if p, ok := families[w]; ok {
			return p, nil
		}
	}
	return prefixes{}, nil
}

// Searcher is a model as a library's encoder: it reads questions and passages with
// the prefixes that it was trained with.
type Searcher struct{ *Model }

// Encoder identifies the weights and the prefixes.
func (s Searcher) Encoder() string {
	if p := s.prefixes; p != (prefixes{}) {
		return s.encoder + " " + p.query + p.passage
	}
	return s.encoder
}

// Embed embeds passages.
func (s Searcher) Embed(passages []string) ([][]float32, error) {
	prefixed := make([]string, len(passages))
	for i, p := range passages {
		prefixed[i] = s.prefixes.passage + p
	}
	return s.Model.Embed(prefixed)
}

// EmbedQuery embeds a question.
func (s Searcher) EmbedQuery(question string) ([]float32, error) {
	v, err := s.Model.Embed([]string{s.prefixes.query + question})
	if err != nil {
		return nil, err
	}
	return v[0], nil
}
