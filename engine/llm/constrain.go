package llm

import (
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/grammar"
	"github.com/ondol-rag/ondol/engine/sample"
)

// sampler returns what chooses the tokens of a text after a prompt, and what
// holds them to a form; the latter is nil if any text will do.
func (m *Model) sampler(prompt []int32, o engine.Options) (*sample.Sampler, *grammar.Constraint, error) {
	var c *grammar.Constraint
	s := sample.New(o, nil)
	if o.Grammar != "" || o.JSONSchema != "" {
		g, err := m.grammar(o)
		if err != nil {
			return nil, nil, err
		}
		if m.vocabulary == nil {
			m.vocabulary = grammar.NewVocabulary(m.tokens.Size(), m.tokens.Piece, m.tokens.IsEnd)
		}
		limit := m.context - len(prompt) + 1 // the last token need not be read
		if o.MaxTokens >= 0 {
			limit = min(limit, o.MaxTokens)
		}
		c = grammar.NewConstraint(g, m.vocabulary, limit)
		s = sample.New(o, c)
	}
	if o.DRY.Multiplier != 0 {
		s.SetBreakers(m.breakers(o.DRY.Breakers))
	}
	for _, id := range prompt {
		s.Accept(id)
	}
	return s, c, nil
}

// form is what a text has to follow, one of the two.
type form struct{ grammar, schema string }

// grammar compiles what a text has to follow, and keeps it for the next.
func (m *Model) grammar(o engine.Options) (*grammar.Grammar, error) {
	f := form{o.Grammar, o.JSONSchema}
	text, parse := f.grammar, grammar.Parse
	if f.schema != "" {
		if f.grammar != "" {
			return nil, fmt.Errorf("%w: give a grammar or a JSON Schema, not both", grammar.ErrGrammar)
		}
		text, parse = f.schema, grammar.ParseSchema
	}
	if m.compiled == nil || m.compiledFrom != f {
		g, err := parse(text)
		if err != nil {
			return nil, err
		}
		m.compiled, m.compiledFrom = g, f
	}
	return m.compiled, nil
}

// breakers returns the ways in which tokens write some texts: within one token,
// or from the end of one on.
func (m *Model) breakers(texts []string) sample.Breakers {
	const longest = 20 // tokens after the first
	b := sample.Breakers{}
	for id := range int32(m.tokens.Size()) {
		piece := string(m.tokens.Piece(id))
		for _, text := range texts {
			if text == "" {
				continue
			}
			if strings.Contains(piece, text) {
				b[id] = append(b[id], nil)
				continue
			}
			for n := min(len(text)-1, len(piece)); n > 0; n-- {
				if strings.HasSuffix(piece, text[:n]) {
					if rest := m.tokens.EncodeText(text[n:]); len(rest) <= longest {
						b[id] = append(b[id], rest)
					}
				}
			}
		}
	}
	return b
}
