package tokenizer

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

func init() { codecs["gpt2"] = newBPE }

// bpe is byte-level BPE: every byte is written as a letter, words are cut by the
// pre-tokenizer, and pairs merge in the order of the merges list.
// Radford et al., Language Models are Unsupervised Multitask Learners, 2019.
type bpe struct {
	*Tokenizer
	split func(text string) iter.Seq[string]
	ranks map[[2]string]float32
}

func newBPE(t *Tokenizer) (codec, error) {
	split, ok := splitters[t.Pre]
	if !ok {
		return nil, fmt.Errorf("tokenizer: %w: pre-tokenizer %q; those there are: %s", quant.ErrUnsupported, t.Pre, strings.Join(slices.Sorted(maps.Keys(splitters)), " "))
	}
	b := &bpe{Tokenizer: t, split: split, ranks: make(map[[2]string]float32, len(t.Merges))}
	for i, m := range t.Merges {
		left, right, ok := strings.Cut(m[min(1, len(m)):], " ")
		if !ok {
			return nil, fmt.Errorf("tokenizer: %w: merge %d is %q, not two tokens", gguf.ErrFormat, i, m)
		}
		b.ranks[[2]string{m[:1] + left, right}] = float32(i)
	}
	return b, nil
}

// letters writes each byte as a visible rune: itself where it is one, else from
// U+0100 on. bytesOf is the way back.
var letters, bytesOf = func() (to [256]string, from map[rune]byte) {
	from = map[rune]byte{}
	next := rune(0x100)
	for b := range to {
		r := rune(b)
		if !(r >= '!' && r <= '~' || r >= 0xA1 && r <= 0xAC || r >= 0xAE) {
			r, next = next, next+1
		}
		to[b], from[r] = string(r), byte(b)
	}
	return to, from
}()

func (b *bpe) encode(dst []int32, text string, _ bool) []int32 {
	var word strings.Builder
	var ends []int
	for w := range b.split(text) {
		word.Reset()
		ends = ends[:0]
		for i := range len(w) {
			word.WriteString(letters[w[i]])
			ends = append(ends, word.Len())
		}
		s := word.String()
		if id, ok := b.ids[s]; ok {
			dst = append(dst, id)
			continue
		}
		// A character is one symbol only where its bytes merge.
		for _, p := range merge(s, ends, func(left, right string) (float32, bool) {
			rank, ok := b.ranks[[2]string{left, right}]
			return rank, ok
		}) {
			dst = b.lookup(dst, s[p.start:p.end])
		}
	}
	return dst
}

// lookup appends a piece's token, or those of its bytes where it has none.
func (b *bpe) lookup(dst []int32, piece string) []int32 {
	if id, ok := b.ids[piece]; ok {
		return append(dst, id)
	}
	for _, r := range piece {
		if id, ok := b.ids[string(r)]; ok {
			dst = append(dst, id)
		}
	}
	return dst
}

func (b *bpe) piece(id int32) []byte {
	token := b.Tokens[id]
	out := make([]byte, 0, len(token))
	for _, r := range token {
		if c, ok := bytesOf[r]; ok {
			out = append(out, c)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}
