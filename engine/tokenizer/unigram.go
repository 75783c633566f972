package tokenizer

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// unigram is SentencePiece's language model of single tokens (Kudo, Subword
// Regularization, 2018): of all ways to cut a text, the likeliest.
type unigram struct {
	vocab    *Vocab
	charsmap charsmap
	tokens   *prefixes
	unknown  float64 // score of a character that is no token
}

// unknownPenalty is how much worse than the worst token an unknown character is.
const unknownPenalty = 10

func init() { algorithms["t5"] = newUnigram }

func newUnigram(v *Vocab) (algorithm, error) {
	if v.Scores == nil {
		return nil, fmt.Errorf("%w: a unigram model needs tokenizer.ggml.scores", ErrVocab)
	}
	m, err := newCharsmap(v.Charsmap)
	if err != nil {
		return nil, err
	}
	u := &unigram{vocab: v, charsmap: m}
	var tokens []entry
	worst := float32(math.MaxFloat32)
	for i, token := range v.Tokens {
		switch v.kind(int32(i)) {
		case Normal:
			worst = min(worst, v.Scores[i])
			fallthrough
		case UserDefined, Unused:
			if v.ids[token] == int32(i) && token != "" {
				tokens = append(tokens, entry{token, int32(i)})
			}
		}
	}
	u.unknown = float64(worst - unknownPenalty)
	u.tokens = newPrefixes(tokens)
	return u, nil
}

// best is the likeliest way to cut a text up to a place.
type best struct {
	score float64
	token int32
	from  int32
}

func (u *unigram) encode(ids []int32, text string, _ bool) []int32 {
	text = u.normalize(text)
	to := make([]best, len(text)+1)
	for i := range to {
		to[i] = best{score: math.Inf(-1), token: u.vocab.UNK}
	}
	to[0].score = 0
	for i := 0; i < len(text); {
		size := min(leadSize(text[i]), len(text)-i)
		whole := false
		offer := func(n int, token int32, score float64) {
			if b := &to[i+n]; to[i].score+score > b.score {
				*b = best{to[i].score + score, token, int32(i)}
			}
		}
		u.tokens.of(text[i:], func(n int, token int32) {
			score := float64(u.vocab.Scores[token])
			if u.vocab.kind(token) == UserDefined {
				score = 0
			}
			offer(n, token, score)
			whole = whole || n == size
		})
		if !whole {
			offer(size, u.vocab.UNK, u.unknown)
		}
		i += size
	}
	begin := len(ids)
	for i := len(text); i > 0; i = int(to[i].from) {
		// Unknown characters in a row are one unknown token.
		if token := to[i].token; token >= 0 && (token != u.vocab.UNK || len(ids) == begin || ids[len(ids)-1] != token) {
			ids = append(ids, token)
		}
	}
	slices.Reverse(ids[begin:])
	return ids
}

// normalize maps characters, and writes spaces as the vocabulary does.
func (u *unigram) normalize(text string) string {
	v := u.vocab
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	prefix, inWord := v.AddSpacePrefix, false
	for text != "" {
		to, n := u.charsmap.next(text)
		for _, c := range []byte(to) {
			if c == ' ' {
				inWord = false
				if !v.RemoveExtraWhitespaces {
					b.WriteString(space)
				}
				continue
			}
			if !inWord {
				inWord = true
				if prefix || v.RemoveExtraWhitespaces {
					b.WriteString(space)
					prefix = false
				}
			}
			b.WriteByte(c)
		}
		text = text[n:]
	}
	return b.String()
}

// charsmap is SentencePiece's precompiled normalization: a trie of character
// sequences in a double array (Kanda, Space- and Time-Efficient String
// Dictionaries, 2018), and what they become.
type charsmap struct {
	units    []uint32
	replaced string // each ends in a zero byte
}

func newCharsmap(b []byte) (m charsmap, err error) {
	if len(b) == 0 {
		return m, nil
	}
	if len(b) < 4 {
		return m, fmt.Errorf("%w: the charsmap has %d bytes", ErrVocab, len(b))
	}
	size := uint64(le32(b))
	b = b[4:]
	if size > uint64(len(b)) || size%4 != 0 {
		return m, fmt.Errorf("%w: the charsmap has a trie of %d in %d bytes", ErrVocab, size, len(b))
	}
	m.units = make([]uint32, size/4)
	for i := range m.units {
		m.units[i] = le32(b[4*i:])
	}
	m.replaced = string(b[size:])
	return m, nil
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// next returns what a text's beginning becomes, and its size: the longest
// sequence in the map, or one character as it is. A byte that is no UTF-8
// becomes U+FFFD.
func (m *charsmap) next(s string) (to string, size int) {
	at := -1
	if len(m.units) > 0 {
		node := offset(m.units[0])
		for i := 0; i < len(s) && s[i] != 0; i++ {
			node ^= uint32(s[i])
			if node >= uint32(len(m.units)) {
				break
			}
			unit := m.units[node]
			if unit&(1<<31|0xff) != uint32(s[i]) {
				break
			}
			node ^= offset(unit)
			if unit>>8&1 == 1 && node < uint32(len(m.units)) {
				at, size = int(m.units[node]&(1<<31-1)), i+1
			}
		}
	}
	if at >= 0 && at < len(m.replaced) {
		to, _, _ = strings.Cut(m.replaced[at:], "\x00")
		return to, size
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return "\ufffd", n
	}
	return s[:n], n
}

// offset is a unit's, from which its children are found.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }
