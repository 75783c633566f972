package tokenizer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/gguf"
)

func init() { codecs["llama"] = newSPM }

// spm is SentencePiece BPE with byte fallback, as llama.cpp runs it: pieces merge
// by the score of what they make. https://github.com/google/sentencepiece
type spm struct {
	*Tokenizer
	bytes [256]int32 // <0x00> ...; -1: none
}

func newSPM(t *Tokenizer) (codec, error) {
	if len(t.Scores) == 0 {
		return nil, fmt.Errorf("tokenizer: %w: a SentencePiece vocabulary without scores", gguf.ErrFormat)
	}
	s := &spm{Tokenizer: t}
	for b := range s.bytes {
		id, ok := t.ids[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			id = -1
		}
		s.bytes[b] = id
	}
	return s, nil
}

const space = "▁"

func (s *spm) encode(dst []int32, text string, first bool) []int32 {
	if first && s.AddSpace {
		text = " " + text
	}
	text = strings.ReplaceAll(text, " ", space)
	var ends []int
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
		ends = append(ends, i)
	}
	pieces := merge(text, ends, func(left, right string) (float32, bool) {
		id, ok := s.ids[left+right]
		if !ok {
			return 0, false
		}
		return -s.Scores[id], true
	})
	for _, p := range pieces {
		piece := text[p.start:p.end]
		if id, ok := s.ids[piece]; ok {
			dst = append(dst, id)
			continue
		}
		for _, b := range []byte(piece) {
			switch {
			case s.bytes[b] >= 0:
				dst = append(dst, s.bytes[b])
			case s.Unknown >= 0:
				dst = append(dst, s.Unknown)
			}
		}
	}
	return dst
}

func (s *spm) piece(id int32) []byte {
	token := s.Tokens[id]
	if s.kind(id) == byteToken && len(token) == 6 {
		if b, err := strconv.ParseUint(token[3:5], 16, 8); err == nil {
			return []byte{byte(b)}
		}
	}
	return []byte(strings.ReplaceAll(token, space, " "))
}
