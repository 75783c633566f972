package tokenizer

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
)

// Kinds of tokens, as tokenizer.ggml.token_type has them.
const (
	Normal      = 1
	Unknown     = 2
	Control     = 3
	UserDefined = 4
	Unused      = 5
	Byte        = 6
)

// Vocab is a vocabulary as files hold it. Start from DefaultVocab: zero is a
// token.
type Vocab struct {
	Model  string // algorithm: "llama", "gpt2", "bert" or "t5"
	Pre    string // pre-tokenizer of "gpt2"
	Tokens []string
	Scores []float32 // of "llama" and "t5", by token
	Types  []int32   // by token; nil makes all Normal
	Merges []string  // of "gpt2": pairs of tokens with a space between, best first

	BOS, EOS, EOT, EOM, UNK, SEP, PAD int32 // negative if there is none

	AddBOS, AddEOS         bool
	AddSEP                 bool   // between a pair of texts, beside EOS
	PairEOS                bool   // after a pair of texts
	AddSpacePrefix         bool   // a space before a text's first word
	Lowercase              bool   // of "bert"
	StripAccents           bool   // of "bert"
	LongestWord            int    // of "bert": characters; a longer one is unknown; 0 for no bound
	HuggingFace            bool   // of "bert": normalize as the tokenizers library does, not as llama.cpp does
	NFC                    bool   // compose characters first
	RemoveExtraWhitespaces bool   // of "t5"
	Charsmap               []byte // of "t5": SentencePiece's precompiled normalization

	Strip map[int32]Strip // special tokens that take the whitespace beside them along

	words *pre // pre-tokenizer of "gpt2" that has no name
	ids   map[string]int32
}

// Strip is a set of sides.
type Strip uint8

const (
	StripLeft Strip = 1 << iota
	StripRight
)

// DefaultVocab has llama.cpp's defaults for what a file leaves open.
func DefaultVocab(model, pre string) Vocab {
	v := Vocab{Model: model, Pre: pre, BOS: -1, EOS: -1, EOT: -1, EOM: -1, UNK: -1, SEP: -1, PAD: -1}
	switch model {
	case "llama":
		v.BOS, v.EOS, v.UNK = 1, 2, 0
		v.AddSpacePrefix, v.AddBOS = true, true
	case "gpt2":
		v.BOS, v.EOS = 11, 11
		v.AddBOS = pres[pre].addBOS
	case "bert":
		v.BOS, v.EOS, v.UNK, v.SEP, v.PAD = 101, 102, 100, 102, 0
		v.AddBOS, v.AddEOS = true, true
		v.Lowercase, v.StripAccents = true, true
		v.AddSEP = true
	case "t5":
		v.EOS, v.UNK, v.PAD = 1, 2, 0
		v.AddSpacePrefix, v.AddEOS, v.AddSEP = true, true, true
	}
	return v
}

// FromGGUF makes the tokenizer that a file describes. Errors are those of New,
// and wrap gguf.ErrFormat where the file is to blame.
func FromGGUF(f *gguf.File) (*Tokenizer, error) {
	model, _ := f.String("tokenizer.ggml.model")
	pre, _ := f.String("tokenizer.ggml.pre")
	v := DefaultVocab(model, pre)
	v.Tokens, _ = f.Strings("tokenizer.ggml.tokens")
	v.Scores, _ = f.Float32s("tokenizer.ggml.scores")
	v.Types, _ = f.Int32s("tokenizer.ggml.token_type")
	v.Merges, _ = f.Strings("tokenizer.ggml.merges")
	v.Charsmap, _ = f.Uint8s("tokenizer.ggml.precompiled_charsmap")
	for key, id := range map[string]*int32{
		"bos": &v.BOS, "eos": &v.EOS, "eot": &v.EOT, "eom": &v.EOM,
		"unknown": &v.UNK, "seperator": &v.SEP, "padding": &v.PAD, // the misspelling is GGUF's
	} {
		// llama.cpp keeps the default where an id is out of range.
		if n, ok := f.Int("tokenizer.ggml." + key + "_token_id"); ok && n >= 0 && n < int64(len(v.Tokens)) {
			*id = int32(n)
		}
	}
	if lower, ok := f.Bool("tokenizer.ggml.normalizer.lowercase"); ok {
		v.Lowercase, v.StripAccents = lower, lower
	}
	for key, flag := range map[string]*bool{
		"normalizer.strip_accents": &v.StripAccents,
		"add_bos_token":            &v.AddBOS, "add_eos_token": &v.AddEOS, "add_sep_token": &v.AddSEP,
		"add_space_prefix": &v.AddSpacePrefix, "remove_extra_whitespaces": &v.RemoveExtraWhitespaces,
	} {
		if b, ok := f.Bool("tokenizer.ggml." + key); ok {
			*flag = b
		}
	}
	v.PairEOS = v.AddEOS
	if model == "bert" {
		// What follows a text is SEP, whatever add_eos_token says. What follows a
		// pair is EOS, in llama.cpp: files that do not name it get none.
		_, v.PairEOS = f.Int("tokenizer.ggml.eos_token_id")
		v.EOS, v.AddBOS, v.AddEOS, v.AddSEP = v.SEP, true, true, true
	}
	// Files do not carry this: llama.cpp knows the model by its name.
	if name, _ := f.String("general.name"); strings.Contains(strings.ToLower(name), "phi-3") || strings.Contains(strings.ToLower(name), "phi3") {
		v.Strip = map[int32]Strip{}
		for i, token := range v.Tokens {
			special := i < len(v.Types) && (v.Types[i] == Control || v.Types[i] == UserDefined) || token == "</s>"
			if special && token != "<s>" && token != "<|endoftext|>" {
				v.Strip[int32(i)] = StripRight
			}
		}
	}
	t, err := New(v)
	if errors.Is(err, ErrVocab) {
		err = fmt.Errorf("%w: %w", gguf.ErrFormat, err)
	}
	return t, err
}

// check refuses what contradicts itself, and indexes the tokens.
func (v *Vocab) check() error {
	n := len(v.Tokens)
	if n == 0 {
		return fmt.Errorf("%w: it has no tokens", ErrVocab)
	}
	if v.Types != nil && len(v.Types) != n {
		return fmt.Errorf("%w: %d types for %d tokens", ErrVocab, len(v.Types), n)
	}
	if v.Scores != nil && len(v.Scores) != n {
		return fmt.Errorf("%w: %d scores for %d tokens", ErrVocab, len(v.Scores), n)
	}
	size := 0
	for _, token := range v.Tokens {
		size += len(token)
	}
	if n > math.MaxInt32 || size > math.MaxInt32 {
		return fmt.Errorf("%w: %d tokens of %d bytes are too many", ErrVocab, n, size)
	}
	for _, id := range []*int32{&v.BOS, &v.EOS, &v.EOT, &v.EOM, &v.UNK, &v.SEP, &v.PAD} {
		if int(*id) >= n {
			*id = -1
		}
	}
	v.AddBOS = v.AddBOS && v.BOS >= 0
	v.AddEOS = v.AddEOS && v.EOS >= 0
	v.PairEOS = v.PairEOS && v.EOS >= 0
	v.Types = slices.Clone(v.Types)
	v.ids = make(map[string]int32, n)
	for id, token := range v.Tokens {
		if _, ok := v.ids[token]; !ok {
			v.ids[token] = int32(id)
		}
	}
	return nil
}

func (v *Vocab) kind(id int32) int32 {
	if v.Types == nil {
		return Normal
	}
	return v.Types[id]
}

// byteToken reads the name of a byte token, such as <0x0A>.
func byteToken(token string) (byte, bool) {
	if len(token) != 6 || !strings.HasPrefix(token, "<0x") || token[5] != '>' {
		return 0, false
	}
	n, err := strconv.ParseUint(token[3:5], 16, 8)
	return byte(n), err == nil
}

// appendPiece appends the bytes that a token stands for.
func (v *Vocab) appendPiece(to []byte, id int32) []byte {
	token := v.Tokens[id]
	switch v.kind(id) {
	case Control, Unknown:
		return to
	case UserDefined:
		return append(to, token...)
	case Byte:
		if b, ok := byteToken(token); ok {
			return append(to, b)
		}
	}
	if v.Model == "gpt2" {
		return appendBytes(to, token)
	}
	return append(to, strings.ReplaceAll(token, space, " ")...)
}

// space is how SentencePiece writes a space.
const space = "\u2581"
