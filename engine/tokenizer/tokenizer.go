// Package tokenizer turns text into a model's tokens and back, giving the ids
// that llama.cpp gives for the vocabulary of a GGUF.
//
// A file holds one algorithm (spm, bpe, wordpiece, unigram), which registers
// itself under the name that GGUF has for it; the rules that cut text into words
// before byte-level BPE are in the pre files.
package tokenizer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ondol-rag/ondol/engine/quant"
)

// ErrVocab is wrapped by every error about a vocabulary that contradicts itself.
var ErrVocab = errors.New("not a sound vocabulary")

// Part is a stretch of text. Special tokens written in it are read as such only
// where Special is true; in all other text they are just characters.
type Part struct {
	Text    string
	Special bool
}

// algorithm cuts text into tokens.
type algorithm interface {
	// encode appends the tokens of text, which holds no special tokens. first
	// says that nothing or a special token stands before it.
	encode(ids []int32, text string, first bool) []int32
}

// algorithms are all that is known, by GGUF's tokenizer.ggml.model.
var algorithms = map[string]func(*Vocab) (algorithm, error){}

// Tokenizer is a vocabulary ready for use. It is safe for concurrent use.
type Tokenizer struct {
	Vocab
	algorithm algorithm
	always    finder // tokens that are read in any text
	special   finder // tokens that are read where Part.Special allows
	pieces    []byte // what the tokens stand for, one after the other
	ends      []uint32
	end       map[int32]bool // tokens that end a generation
}

// New readies a vocabulary. Errors wrap ErrVocab, or quant.ErrUnsupported for an
// algorithm or a pre-tokenizer that is not there.
func New(v Vocab) (*Tokenizer, error) {
	build, ok := algorithms[v.Model]
	if !ok {
		return nil, fmt.Errorf("tokenizer: %w: model %q; there are %s", quant.ErrUnsupported, v.Model, strings.Join(slices.Sorted(maps.Keys(algorithms)), ", "))
	}
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t := &Tokenizer{Vocab: v}
	t.end = t.findEnds()
	var err error
	if t.algorithm, err = build(&t.Vocab); err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t.findSpecials()
	t.ends = make([]uint32, 1, len(v.Tokens)+1)
	for id := range v.Tokens {
		t.pieces = t.appendPiece(t.pieces, int32(id))
		t.ends = append(t.ends, uint32(len(t.pieces)))
	}
	return t, nil
}

// EncodeText returns the tokens of plain text.
func (t *Tokenizer) EncodeText(text string) []int32 { return t.Encode(Part{Text: text}) }

// Encode returns the tokens of the parts as one text. BOS and EOS are not added
// to it: AddBOS and AddEOS say whether the model wants them.
func (t *Tokenizer) Encode(parts ...Part) []int32 {
	var ids []int32
	var plain strings.Builder
	first := true
	flush := func() {
		for _, f := range t.always.split(plain.String()) {
			if f.id >= 0 {
				ids, first = append(ids, f.id), true
			} else {
				if t.NFC {
					f.text = norm.NFC.String(f.text)
				}
				ids, first = t.algorithm.encode(ids, f.text, first), false
			}
		}
		plain.Reset()
	}
	for _, p := range parts {
		if !p.Special {
			plain.WriteString(p.Text)
			continue
		}
		for _, f := range t.special.split(p.Text) {
			if f.id < 0 {
				plain.WriteString(f.text)
				continue
			}
			flush()
			ids, first = append(ids, f.id), true
		}
	}
	flush()
	return ids
}

// Size is the number of tokens.
func (t *Tokenizer) Size() int { return len(t.Tokens) }

// IsEnd says that a token ends a generation: EOS, the end of a turn, and the
// like.
func (t *Tokenizer) IsEnd(id int32) bool { return t.end[id] }

// ID finds a token by how the vocabulary writes it.
func (t *Tokenizer) ID(token string) (int32, bool) {
	id, ok := t.ids[token]
	return id, ok
}

// Piece returns the bytes that a token stands for in text: none for a control
// token or an id out of range. They must not be changed.
func (t *Tokenizer) Piece(id int32) []byte {
	if id < 0 || int(id) >= t.Size() {
		return nil
	}
	return t.pieces[t.ends[id]:t.ends[id+1]:t.ends[id+1]]
}
