package tokenizer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/quant"
)

// bpe is GPT-2's byte-level BPE: the text is cut into words, and within a word
// the pair of bytes or tokens that was learnt first merges first.
type bpe struct {
	pre     pre
	prefix  bool // a space before a text that has none
	merges  map[pair]rank
	bytes   [256]int32
	size    int32            // of the vocabulary: symbols from here on are no tokens
	words   map[string]int32 // tokens by their bytes, for words that skip the merges
	scratch sync.Pool
}

type pair struct{ left, right int32 }

type rank struct{ rank, id int32 }

func init() { algorithms["gpt2"] = newBPE }

func newBPE(v *Vocab) (algorithm, error) {
	pre, ok := pres[v.Pre]
	switch {
	case v.words != nil:
		pre = *v.words
	case !ok:
		return nil, fmt.Errorf("%w: pre-tokenizer %q; there are %s", quant.ErrUnsupported, v.Pre, strings.Join(slices.Sorted(maps.Keys(pres)), ", "))
	}
	b := &bpe{pre: pre, prefix: v.AddSpacePrefix, size: int32(len(v.Tokens)), merges: make(map[pair]rank, len(v.Merges)), scratch: sync.Pool{New: func() any { return new(merger) }}}
	// Parts of merges that are no tokens get ids beyond the vocabulary.
	extra := map[string]int32{}
	symbol := func(s string) int32 {
		if id, ok := v.ids[s]; ok {
			return id
		}
		id, ok := extra[s]
		if !ok {
			id = b.size + int32(len(extra))
			extra[s] = id
		}
		return id
	}
	for i := range b.bytes {
		b.bytes[i] = symbol(string(byteRunes[i]))
	}
	for i, m := range v.Merges {
		// The first character may itself be a space.
		cut := strings.IndexByte(m[min(1, len(m)):], ' ') + 1
		if cut < 1 {
			return nil, fmt.Errorf("%w: merge %d, %q, is not a pair", ErrVocab, i, m)
		}
		left, right := m[:cut], m[cut+1:]
		p := pair{symbol(left), symbol(right)}
		if _, ok := b.merges[p]; !ok {
			b.merges[p] = rank{int32(i), symbol(left + right)}
		}
	}
	if pre.ignoreMerges {
		b.words = make(map[string]int32, len(v.Tokens))
		for id, token := range v.Tokens {
			b.words[string(appendBytes(nil, token))] = int32(id)
		}
	}
	return b, nil
}

// encode replaces bytes that are no UTF-8 by U+FFFD, as llama.cpp does.
func (b *bpe) encode(ids []int32, text string, first bool) []int32 {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	if b.prefix && text != "" && text[0] != ' ' {
		text = " " + text
	}
	m := b.scratch.Get().(*merger)
	defer b.scratch.Put(m)
	b.pre.words(text, func(word string) { ids = b.word(m, ids, word) })
	return ids
}

func (b *bpe) word(m *merger, ids []int32, word string) []int32 {
	if id, ok := b.words[word]; ok {
		return append(ids, id)
	}
	m.reset()
	for i := range len(word) {
		m.add(i, 1, b.bytes[word[i]])
	}
	mergeAll(m, word, ranked{b.merges})
	for i := int32(0); i >= 0; i = m.symbols[i].next {
		// A byte that is no token is lost.
		if id := m.symbols[i].id; id < b.size {
			ids = append(ids, id)
		}
	}
	return ids
}

type ranked struct{ merges map[pair]rank }

func (r ranked) join(_ string, left, right *symbol) (uint32, int32, bool) {
	m, ok := r.merges[pair{left.id, right.id}]
	return uint32(m.rank), m.id, ok
}

// byteRunes are the characters by which GPT-2's vocabulary writes bytes:
// printable Latin-1 as itself, the others from U+0100 on.
var byteRunes = func() (table [256]rune) {
	next := rune(0x100)
	for i := range table {
		switch {
		case i >= '!' && i <= '~', i >= 0xa1 && i <= 0xac, i >= 0xae:
			table[i] = rune(i)
		default:
			table[i] = next
			next++
		}
	}
	return table
}()

// runeBytes is the inverse of byteRunes.
var runeBytes = func() map[rune]byte {
	m := map[rune]byte{}
	for b, r := range byteRunes {
		m[r] = byte(b)
	}
	return m
}()

// appendBytes appends what a token of such a vocabulary stands for. Characters
// that write no byte stand for themselves.
func appendBytes(to []byte, token string) []byte {
	for _, r := range token {
		if b, ok := runeBytes[r]; ok {
			to = append(to, b)
		} else {
			to = utf8.AppendRune(to, r)
		}
	}
	return to
}
