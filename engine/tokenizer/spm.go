package tokenizer

import (
	"fmt"
	"strings"
	"sync"
)

// spm is SentencePiece's BPE: the neighbours whose union has the best score
// merge first; characters outside the vocabulary fall back to bytes.
type spm struct {
	vocab   *Vocab
	longest int // token, in bytes
	bytes   [256]int32
	scratch sync.Pool
}

func init() { algorithms["llama"] = newSPM }

func newSPM(v *Vocab) (algorithm, error) {
	if v.Scores == nil {
		return nil, fmt.Errorf("%w: SentencePiece needs tokenizer.ggml.scores", ErrVocab)
	}
	s := &spm{vocab: v, scratch: sync.Pool{New: func() any { return new(merger) }}}
	for i := range s.bytes {
		if id, ok := v.ids[fmt.Sprintf("<0x%02X>", i)]; ok {
			s.bytes[i] = id
		} else if id, ok := v.ids[string([]byte{byte(i)})]; ok {
			s.bytes[i] = id
		} else {
			s.bytes[i] = v.UNK
		}
	}
	for _, token := range v.Tokens {
		s.longest = max(s.longest, len(token))
	}
	return s, nil
}

func (s *spm) encode(ids []int32, text string, first bool) []int32 {
	if first && s.vocab.AddSpacePrefix {
		text = " " + text
	}
	text = strings.ReplaceAll(text, " ", space)
	m := s.scratch.Get().(*merger)
	defer s.scratch.Put(m)
	m.reset()
	for i := 0; i < len(text); {
		n := min(leadSize(text[i]), len(text)-i)
		m.add(i, n, s.id(text[i:i+n]))
		i += n
	}
	mergeAll(m, text, scored{s})
	for i := int32(0); i >= 0; i = m.symbols[i].next {
		x := m.symbols[i]
		if x.id >= 0 {
			ids = append(ids, x.id)
			continue
		}
		for _, b := range []byte(text[x.start : x.start+x.size]) {
			if id := s.bytes[b]; id >= 0 {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// leadSize is the length of a character by its first byte. It does not look at
// the bytes that follow, as llama.cpp does not.
func leadSize(b byte) int {
	switch {
	case b < 0xc0:
		return 1
	case b < 0xe0:
		return 2
	case b < 0xf0:
		return 3
	}
	return 4
}

// id is the token of a text, -1 if there is none.
func (s *spm) id(text string) int32 {
	if id, ok := s.vocab.ids[text]; ok {
		return id
	}
	return -1
}

type scored struct{ *spm }

func (s scored) join(text string, left, right *symbol) (uint32, int32, bool) {
	if int(left.size+right.size) > s.longest {
		return 0, 0, false
	}
	id, ok := s.vocab.ids[text[left.start:right.start+right.size]]
	if !ok {
		return 0, 0, false
	}
	return descending(s.vocab.Scores[id]), id, true
}
