package tokenizer

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/ondol-rag/ondol/engine/quant"
)

// The parts of a tokenizer.json (https://huggingface.co/docs/tokenizers) that
// decide on ids.
type jsonFile struct {
	Added []struct {
		ID             int32
		Content        string
		LStrip, RStrip bool
		Special        bool
	} `json:"added_tokens"`
	Normalizer    *jsonStep
	PreTokenizer  *jsonStep `json:"pre_tokenizer"`
	PostProcessor *jsonStep `json:"post_processor"`
	Model         struct {
		Type         string
		Vocab        json.RawMessage // ids by token, or for Unigram pairs of token and score
		Merges       []jsonMerge
		UnkToken     *string `json:"unk_token"`
		UnkID        *int32  `json:"unk_id"`
		ByteFallback bool    `json:"byte_fallback"`
		IgnoreMerges bool    `json:"ignore_merges"`
		LongestWord  int     `json:"max_input_chars_per_word"`
	}
}

// jsonStep is a normalizer, a pre-tokenizer or a post-processor, or a sequence of
// them.
type jsonStep struct {
	Type          string
	Normalizers   []jsonStep
	PreTokenizers []jsonStep `json:"pretokenizers"`
	Processors    []jsonStep
	Pattern       struct{ Regex, String *string }
	Content       string
	Prepend       string
	Charsmap      []byte `json:"precompiled_charsmap"`
	Lowercase     bool
	StripAccents  *bool  `json:"strip_accents"`
	AddPrefix     bool   `json:"add_prefix_space"`
	PrependScheme string `json:"prepend_scheme"`
	UseRegex      *bool  `json:"use_regex"`
	Individual    bool   `json:"individual_digits"`
	Single        []struct {
		SpecialToken *struct{ ID string }
	}
	CLS, SEP []any
}

// each yields the steps of a sequence, or the one.
func (s *jsonStep) each(f func(*jsonStep) error) error {
	if s == nil {
		return nil
	}
	if s.Type != "Sequence" {
		return f(s)
	}
	for _, list := range [][]jsonStep{s.Normalizers, s.PreTokenizers, s.Processors} {
		for i := range list {
			if list[i].Type == "Sequence" {
				return fmt.Errorf("%w: a sequence within a sequence", quant.ErrUnsupported)
			}
			if err := f(&list[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// jsonMerge is written "left right" or ["left", "right"].
type jsonMerge string

func (m *jsonMerge) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var pair [2]string
		if err := json.Unmarshal(b, &pair); err != nil {
			return err
		}
		*m = jsonMerge(pair[0] + " " + pair[1])
		return nil
	}
	return json.Unmarshal(b, (*string)(m))
}

// maxJSONTokens is more than any vocabulary has.
const maxJSONTokens = 1 << 22

// FromJSON makes the tokenizer that a Hugging Face tokenizer.json describes.
// Where llama.cpp and the tokenizers library part ways, this is the latter.
// Errors wrap ErrVocab, or quant.ErrUnsupported for what is not there.
func FromJSON(data []byte) (*Tokenizer, error) {
	var f jsonFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("tokenizer: %w: %w", ErrVocab, err)
	}
	v, err := f.vocab()
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	return New(v)
}

func (f *jsonFile) vocab() (v Vocab, err error) {
	model := f.Model.Type
	if model == "" { // older files
		model = "WordPiece"
		if len(f.Model.Merges) > 0 {
			model = "BPE"
		}
	}
	switch {
	case model == "WordPiece":
		v = DefaultVocab("bert", "")
		v.HuggingFace, v.LongestWord = true, f.Model.LongestWord
		v.Lowercase, v.StripAccents = false, false
	case model == "Unigram":
		v = DefaultVocab("t5", "")
		v.AddSpacePrefix = false
	case model == "BPE" && f.Model.ByteFallback:
		v = DefaultVocab("llama", "")
		v.AddSpacePrefix = false
	case model == "BPE":
		v = DefaultVocab("gpt2", "")
	default:
		return v, fmt.Errorf("%w: a %s model", quant.ErrUnsupported, model)
	}
	v.BOS, v.EOS, v.UNK, v.SEP, v.PAD = -1, -1, -1, -1, -1
	v.AddBOS, v.AddEOS = false, false
	if err := f.tokens(&v); err != nil {
		return v, err
	}
	if err := f.Normalizer.each(v.normalizer); err != nil {
		return v, err
	}
	if err := f.preTokenizer(&v); err != nil {
		return v, err
	}
	return v, f.PostProcessor.each(func(s *jsonStep) error { v.postProcessor(s); return nil })
}

// tokens fills the vocabulary.
func (f *jsonFile) tokens(v *Vocab) error {
	set := func(id int32, token string) error {
		if id < 0 || id >= maxJSONTokens {
			return fmt.Errorf("%w: token %q has the id %d", ErrVocab, token, id)
		}
		for int(id) >= len(v.Tokens) {
			v.Tokens = append(v.Tokens, "")
			v.Scores = append(v.Scores, 0)
			v.Types = append(v.Types, Normal)
		}
		v.Tokens[id] = token
		return nil
	}
	byName := map[string]int32{}
	if v.Model == "t5" {
		var pairs [][2]any
		if err := json.Unmarshal(f.Model.Vocab, &pairs); err != nil {
			return fmt.Errorf("%w: %w", ErrVocab, err)
		}
		for i, p := range pairs {
			token, ok := p[0].(string)
			score, ok2 := p[1].(float64)
			if !ok || !ok2 {
				return fmt.Errorf("%w: token %d is not a text and a score", ErrVocab, i)
			}
			if err := set(int32(i), token); err != nil {
				return err
			}
			v.Scores[i] = float32(score)
			byName[token] = int32(i)
		}
		if f.Model.UnkID != nil {
			v.UNK = *f.Model.UnkID
		}
	} else {
		if err := json.Unmarshal(f.Model.Vocab, &byName); err != nil {
			return fmt.Errorf("%w: %w", ErrVocab, err)
		}
		for token, id := range byName {
			if err := set(id, token); err != nil {
				return err
			}
		}
	}
	if name := f.Model.UnkToken; name != nil {
		if id, ok := byName[*name]; ok {
			v.UNK = id
		}
	}
	v.Strip = map[int32]Strip{}
	for _, a := range f.Added {
		if err := set(a.ID, a.Content); err != nil {
			return err
		}
		v.Types[a.ID] = UserDefined
		if a.Special {
			v.Types[a.ID] = Control
		}
		if a.LStrip {
			v.Strip[a.ID] |= StripLeft
		}
		if a.RStrip {
			v.Strip[a.ID] |= StripRight
		}
	}
	switch v.Model {
	case "bert": // as GGUF writes them
		for i, token := range v.Tokens {
			if rest, ok := strings.CutPrefix(token, "##"); ok {
				v.Tokens[i] = rest
			} else if v.Types[i] == Normal && token != "" {
				v.Tokens[i] = space + token
			}
		}
	case "gpt2":
		for _, m := range f.Model.Merges {
			v.Merges = append(v.Merges, string(m))
		}
	case "llama":
		// SentencePiece's scores are the order of the merges.
		for i := range v.Scores {
			v.Scores[i] = float32(math.Inf(-1))
			if _, ok := byteToken(v.Tokens[i]); ok && v.Types[i] == Normal {
				v.Types[i] = Byte
			}
		}
		for i, m := range f.Model.Merges {
			token := strings.Replace(string(m), " ", "", 1)
			if id, ok := byName[token]; ok && math.IsInf(float64(v.Scores[id]), -1) {
				v.Scores[id] = -float32(i)
			}
		}
	}
	return nil
}

// normalizer takes over what is done to the text first.
func (v *Vocab) normalizer(s *jsonStep) error {
	replaces := func(from, to string) bool {
		return s.Type == "Replace" && s.Pattern.String != nil && *s.Pattern.String == from && s.Content == to
	}
	switch {
	case s.Type == "NFC":
		v.NFC = true
	case s.Type == "BertNormalizer":
		v.Lowercase, v.StripAccents = s.Lowercase, s.Lowercase
		if s.StripAccents != nil {
			v.StripAccents = *s.StripAccents
		}
	case s.Type == "Lowercase" && v.Model == "bert":
		v.Lowercase = true
	case s.Type == "Prepend" && s.Prepend == space && v.Model != "gpt2":
		v.AddSpacePrefix = true
	case replaces(" ", space) && v.Model != "gpt2":
	case s.Type == "Precompiled" && v.Model == "t5":
		v.Charsmap = s.Charsmap
	case s.Type == "Replace" && s.Pattern.Regex != nil && *s.Pattern.Regex == " {2,}" && v.Model == "t5":
		v.RemoveExtraWhitespaces = true
	case s.Type == "Strip" && v.Model == "t5":
	default:
		return fmt.Errorf("%w: the normalizer %s of a %s model", quant.ErrUnsupported, s.Type, v.Model)
	}
	return nil
}

// patterns are the regular expressions of Split for which there is a scanner.
var patterns = map[string]stage{
	`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`: llama3Words(3, letter),
	`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`:      llama3Words(1, letter),
	`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`:                                          gpt2Words,
}

// preTokenizer takes over how the text is cut into words.
func (f *jsonFile) preTokenizer(v *Vocab) error {
	var stages []stage
	err := f.PreTokenizer.each(func(s *jsonStep) error {
		switch {
		case v.Model == "bert" && s.Type == "BertPreTokenizer":
		case v.Model == "gpt2" && s.Type == "Split" && s.Pattern.Regex != nil && patterns[*s.Pattern.Regex] != nil:
			stages = append(stages, patterns[*s.Pattern.Regex])
		case v.Model == "gpt2" && s.Type == "Digits" && s.Individual:
			stages = append(stages, digits)
		case v.Model == "gpt2" && s.Type == "ByteLevel":
			v.AddSpacePrefix = s.AddPrefix
			if s.UseRegex == nil || *s.UseRegex {
				stages = append(stages, gpt2Words)
			}
		case v.Model != "gpt2" && s.Type == "Metaspace":
			v.AddSpacePrefix = s.PrependScheme != "never" && (s.PrependScheme != "" || s.AddPrefix)
		case v.Model == "t5" && s.Type == "WhitespaceSplit":
			v.RemoveExtraWhitespaces = true
		default:
			pattern := ""
			if s.Pattern.Regex != nil {
				pattern = " by " + *s.Pattern.Regex
			}
			return fmt.Errorf("%w: the pre-tokenizer %s%s of a %s model", quant.ErrUnsupported, s.Type, pattern, v.Model)
		}
		return nil
	})
	if err == nil && v.Model == "gpt2" {
		if len(stages) == 0 {
			return fmt.Errorf("%w: a BPE model that does not cut words", quant.ErrUnsupported)
		}
		v.words = &pre{stages: stages, ignoreMerges: f.Model.IgnoreMerges}
	}
	return err
}

// postProcessor finds what is put around a text.
func (v *Vocab) postProcessor(s *jsonStep) {
	id := func(name string) int32 {
		for i, token := range v.Tokens {
			if token == name {
				return int32(i)
			}
		}
		return -1
	}
	first, last := "", ""
	switch s.Type {
	case "TemplateProcessing":
		seen := false
		for _, part := range s.Single {
			switch {
			case part.SpecialToken == nil:
				seen = true
			case seen:
				last = part.SpecialToken.ID
			default:
				first = part.SpecialToken.ID
			}
		}
	case "BertProcessing", "RobertaProcessing":
		if len(s.CLS) > 0 && len(s.SEP) > 0 {
			first, _ = s.CLS[0].(string)
			last, _ = s.SEP[0].(string)
		}
	}
	if first != "" {
		v.BOS, v.AddBOS = id(first), true
	}
	if last != "" {
		v.EOS, v.AddEOS = id(last), true
	}
}
