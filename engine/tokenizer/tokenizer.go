// Package tokenizer turns text into the tokens of a model's vocabulary and back.
//
// A kind of vocabulary ("llama" for SentencePiece, "gpt2" for byte-level BPE) is
// one file that registers itself.
package tokenizer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

// Kinds of tokens, as GGUF numbers them.
const (
	normal = iota + 1
	unknown
	control
	userDefined
	unused
	byteToken
)

// Vocab is a vocabulary as GGUF carries it.
type Vocab struct {
	Model  string // "llama", "gpt2"
	Pre    string // the pre-tokenizer, for byte-level BPE
	Tokens []string
	Scores []float32 // SentencePiece
	Types  []int32   // absent: all normal
	Merges []string  // BPE: "left right", best first

	BOS, EOS, EOT, Unknown int32 // -1: none
	AddBOS, AddEOS         bool
	AddSpace               bool // SentencePiece: a space before the text
}

// Part is a stretch of text. Special tokens written in it are parsed only if it
// says so: document text never does.
type Part struct {
	Text    string
	Special bool
}

// Tokenizer encodes and decodes. It may be used by several goroutines.
type Tokenizer struct {
	Vocab
	ids     map[string]int32
	special *trie // control and user-defined tokens
	ends    map[int32]bool
	codec
}

// codec is a kind of vocabulary.
type codec interface {
	// encode appends the tokens of a text without special tokens. first says
	// that it begins the whole text, or follows a special token.
	encode(dst []int32, text string, first bool) []int32
	// piece is the bytes that a normal token stands for.
	piece(id int32) []byte
}

var codecs = map[string]func(*Tokenizer) (codec, error){}

// New readies a vocabulary.
func New(v Vocab) (*Tokenizer, error) {
	build, ok := codecs[v.Model]
	if !ok {
		return nil, fmt.Errorf("tokenizer: %w: vocabulary of kind %q; those there are: %s", quant.ErrUnsupported, v.Model, strings.Join(slices.Sorted(maps.Keys(codecs)), " "))
	}
	if len(v.Tokens) == 0 {
		return nil, fmt.Errorf("tokenizer: %w: the vocabulary is empty", gguf.ErrFormat)
	}
	if len(v.Types) != 0 && len(v.Types) != len(v.Tokens) || len(v.Scores) != 0 && len(v.Scores) != len(v.Tokens) {
		return nil, fmt.Errorf("tokenizer: %w: %d tokens, but %d types and %d scores", gguf.ErrFormat, len(v.Tokens), len(v.Types), len(v.Scores))
	}
	for _, id := range []int32{v.BOS, v.EOS, v.EOT, v.Unknown} {
		if id >= int32(len(v.Tokens)) || id < -1 {
			return nil, fmt.Errorf("tokenizer: %w: special token %d, in a vocabulary of %d", gguf.ErrFormat, id, len(v.Tokens))
		}
	}
	t := &Tokenizer{Vocab: v, ids: make(map[string]int32, len(v.Tokens)), special: &trie{}, ends: map[int32]bool{}}
	for i, token := range v.Tokens {
		if _, ok := t.ids[token]; !ok {
			t.ids[token] = int32(i)
		}
		if k := t.kind(int32(i)); token != "" && (k == control || k == userDefined || k == unknown) {
			t.special.add(token, int32(i))
		}
	}
	for _, id := range []int32{v.EOS, v.EOT} {
		if id >= 0 {
			t.ends[id] = true
		}
	}
	for _, name := range endNames {
		if id, ok := t.ids[name]; ok && t.kind(id) != normal {
			t.ends[id] = true
		}
	}
	var err error
	t.codec, err = build(t)
	return t, err
}

// endNames are tokens that end an answer whatever the file says of them, as in
// llama.cpp.
var endNames = []string{"<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "</s>", "[|endofturn|]", "<|end_of_text|>", "<EOT>", "_<EOT>"}

// FromGGUF reads the vocabulary of a model file.
func FromGGUF(f *gguf.File) (*Tokenizer, error) {
	v := Vocab{}
	v.Model, _ = f.String("tokenizer.ggml.model")
	v.Pre, _ = f.String("tokenizer.ggml.pre")
	v.Tokens, _ = f.Strings("tokenizer.ggml.tokens")
	v.Scores, _ = f.Float32s("tokenizer.ggml.scores")
	v.Types, _ = f.Int32s("tokenizer.ggml.token_type")
	v.Merges, _ = f.Strings("tokenizer.ggml.merges")
	id := func(key string, absent int32) int32 {
		n, ok := f.Int("tokenizer.ggml." + key)
		if !ok {
			return absent
		}
		return int32(max(-2, min(n, 1<<30)))
	}
	flag := func(key string, absent bool) bool {
		if b, ok := f.Bool("tokenizer.ggml." + key); ok {
			return b
		}
		return absent
	}
	spm := v.Model == "llama"
	bos, eos, unk := int32(-1), int32(-1), int32(-1)
	switch {
	case spm:
		bos, eos, unk = 1, 2, 0
	case v.Model == "gpt2" && len(v.Tokens) > 11:
		bos, eos = 11, 11
	}
	v.BOS, v.EOS, v.Unknown, v.EOT = id("bos_token_id", bos), id("eos_token_id", eos), id("unknown_token_id", unk), id("eot_token_id", -1)
	v.AddBOS, v.AddEOS = flag("add_bos_token", spm || addsBOS[v.Pre]), flag("add_eos_token", false)
	v.AddSpace = flag("add_space_prefix", spm)
	return New(v)
}

// addsBOS are pre-tokenizers whose models want BOS although files may not say so.
var addsBOS = map[string]bool{"llama3": true, "llama-v3": true, "llama-bpe": true, "falcon3": true}

func (t *Tokenizer) kind(id int32) int32 {
	if len(t.Types) == 0 {
		return normal
	}
	return t.Types[id]
}

// Size is the number of tokens.
func (t *Tokenizer) Size() int { return len(t.Tokens) }

// IsEnd reports whether a token ends an answer.
func (t *Tokenizer) IsEnd(id int32) bool { return t.ends[id] }

// EncodeText returns the tokens of a plain text; none are added.
func (t *Tokenizer) EncodeText(text string) []int32 { return t.Encode(Part{Text: text}) }

// Encode returns the tokens of parts, as of one text.
func (t *Tokenizer) Encode(parts ...Part) []int32 {
	var ids []int32
	var plain strings.Builder
	first := true
	flush := func() {
		if plain.Len() > 0 {
			ids = t.encode(ids, plain.String(), first)
			plain.Reset()
			first = false
		}
	}
	for _, p := range parts {
		rest := p.Text
		for at := 0; p.Special && at < len(rest); {
			id, n := t.special.longest(rest[at:])
			if n == 0 {
				at++
				continue
			}
			plain.WriteString(rest[:at])
			flush()
			ids = append(ids, id)
			first = true
			rest, at = rest[at+n:], 0
		}
		plain.WriteString(rest)
	}
	flush()
	return ids
}

// Piece is the bytes that a token stands for; none for a control token.
func (t *Tokenizer) Piece(id int32) []byte {
	if id < 0 || int(id) >= len(t.Tokens) {
		return nil
	}
	switch t.kind(id) {
	case control, unused:
		return nil
	case userDefined:
		return []byte(t.Tokens[id])
	}
	return t.piece(id)
}

// trie finds the longest special token at the beginning of a text.
type trie struct {
	next map[byte]*trie
	id   int32
	end  bool
}

func (n *trie) add(s string, id int32) {
	for i := range len(s) {
		child := n.next[s[i]]
		if child == nil {
			if n.next == nil {
				n.next = map[byte]*trie{}
			}
			child = &trie{}
			n.next[s[i]] = child
		}
		n = child
	}
	n.id, n.end = id, true
}

func (n *trie) longest(s string) (id int32, length int) {
	for i := range len(s) {
		if n = n.next[s[i]]; n == nil {
			break
		}
		if n.end {
			id, length = n.id, i+1
		}
	}
	return id, length
}
