// Package grammar holds a model to a form: a grammar in GBNF
// (https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md) or a
// JSON Schema, which becomes one.
//
// A grammar is compiled to a machine that reads bytes: characters become
// sequences of byte ranges, so that a token may end in the middle of one. What
// may come next is a set of places in the machine, each with a stack of the
// rules that it stands in. Tokens are tried on that set; a vocabulary is walked in
// the order of its bytes, so that what tokens have in common is read once.
package grammar

import (
	"errors"
	"fmt"
)

// ErrGrammar is wrapped by every error about a grammar or a schema.
var ErrGrammar = errors.New("grammar")

// Bounds. A grammar is a program of others.
const (
	maxText    = 4 << 20 // bytes of a grammar or a schema
	maxStates  = 1 << 18
	maxDepth   = 200     // of nesting in the text
	maxCount   = 1 << 20 // of a repetition
	maxConfigs = 1 << 12 // places that a text may have come to
)

// Grammar is a compiled grammar. It is safe for concurrent use.
type Grammar struct {
	states []state
	start  int32
}

// state is a place in the machine. It leads on by bytes or freely, as one in a tree
// of texts by both, or by way of another part of the machine and back; or it is the
// end of a part.
type state struct {
	edges  []edge
	next   []int32
	enter  int32 // the part that is gone through before next[0]; none if absent
	min    int32 // how often, if it is counted
	max    int32 // 0: it is not counted, but gone through once
	length int   // the fewest bytes to the end of its own part
}

// edge is taken by a byte within bounds.
type edge struct {
	low, high byte
	to        int32
}

const (
	absent   = -1
	infinite = 1 << 30 // of max, and of length
)

func (s *state) isEnd() bool { return len(s.edges) == 0 && len(s.next) == 0 }

// Parse compiles a grammar that begins with its rule root.
func Parse(gbnf string) (*Grammar, error) {
	rules, err := parse(gbnf)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGrammar, err)
	}
	g, err := compile(rules)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGrammar, err)
	}
	return g, nil
}
