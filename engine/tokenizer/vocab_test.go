package tokenizer

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

// small is a vocabulary of byte tokens and a few more.
func small(model string) Vocab {
	v := DefaultVocab(model, "gpt-2")
	v.BOS, v.EOS, v.UNK, v.SEP = 1, 2, 0, -1
	v.Tokens = []string{"<unk>", "<s>", "</s>", "<|user|>", "\n\n", space, "a", "b", "ab", space + "a", "가"}
	v.Types = []int32{Unknown, Control, Control, UserDefined, UserDefined, 1, 1, 1, 1, 1, 1}
	v.Merges = []string{"a b"}
	for i := range v.Tokens {
		v.Scores = append(v.Scores, -float32(i))
	}
	if model == "llama" {
		for b := range 256 {
			v.Tokens = append(v.Tokens, "<0x"+strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))+">")
			v.Types = append(v.Types, Byte)
			v.Scores = append(v.Scores, 0)
		}
	}
	return v
}

func mustNew(t *testing.T, v Vocab) *Tokenizer {
	t.Helper()
	k, err := New(v)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Special tokens are read where they are allowed and nowhere else; text of
// several parts is one text.
func TestParts(t *testing.T) {
	k := mustNew(t, small("llama"))
	has := func(ids []int32, id int32) bool {
		for _, x := range ids {
			if x == id {
				return true
			}
		}
		return false
	}
	for _, token := range []string{"<s>", "</s>", "<|user|>", "<unk>"} {
		id, _ := k.ID(token)
		if !has(k.Encode(Part{"a" + token + "b", true}), id) {
			t.Errorf("%s is not read where special tokens are allowed", token)
		}
		if has(k.EncodeText("a"+token+"b"), id) || has(k.Encode(Part{"<", true}, Part{token[1:], false}), id) || has(k.Encode(Part{token[:2], true}, Part{token[2:], true}), id) {
			t.Errorf("%s is read in plain text", token)
		}
	}
	if id, _ := k.ID("\n\n"); !has(k.EncodeText("a\n\nb"), id) {
		t.Error("a user-defined token that is no markup is not read in plain text")
	}
	if got, want := list(k.Encode(Part{"<s>a", true}, Part{Text: "b"}, Part{Text: " "}, Part{"a</s>", true})), "1 5 8 9 2"; got != want {
		t.Errorf("parts give %s, want %s", got, want)
	}
}

func TestStrip(t *testing.T) {
	v := small("llama")
	v.Strip = map[int32]Strip{1: StripRight, 2: StripLeft | StripRight}
	k := mustNew(t, v)
	if got, want := list(k.Encode(Part{"<s>  \n ab \t</s>\n a", true})), "1 5 8 2 9"; got != want {
		t.Errorf("ids %s, want %s", got, want)
	}
}

// A character split over byte tokens comes out whole; what is no character comes
// out as U+FFFD as soon as that is certain.
func TestDecoder(t *testing.T) {
	k := mustNew(t, small("llama"))
	id := func(b byte) int32 { return 11 + int32(b) }
	for name, c := range map[string]struct {
		ids  []int32
		want []string // per token, then of Flush
	}{
		"Hangul":        {[]int32{id(0xed), id(0x95), id(0x9c), 6}, []string{"", "", "한", "a", ""}},
		"broken off":    {[]int32{id(0xed), id(0x95), 6}, []string{"", "", "\ufffd\ufffda", ""}},
		"at the end":    {[]int32{id(0xed), id(0x95)}, []string{"", "", "\ufffd\ufffd"}},
		"never a start": {[]int32{id(0x95), id(0xff)}, []string{"\ufffd", "\ufffd", ""}},
		"emoji":         {[]int32{id(0xf0), id(0x9f), id(0x98), id(0x80)}, []string{"", "", "", "😀", ""}},
		"control":       {[]int32{1, 9, 2}, []string{"", " a", "", ""}},
	} {
		d := k.NewDecoder()
		var got []string
		for _, id := range c.ids {
			got = append(got, d.Next(id))
		}
		got = append(got, d.Flush())
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of all ways to cut a text, the likeliest: here all are tried.
func TestUnigramIsBest(t *testing.T) {
	v := DefaultVocab("t5", "")
	v.UNK, v.EOS, v.PAD, v.AddSpacePrefix = 0, -1, -1, false
	v.Tokens = []string{"<unk>", "a", "b", "ab", "ba", "aba", "bab", "abab", "가", "가a"}
	v.Types = []int32{Unknown, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		v.Scores = []float32{0}
		for range v.Tokens[1:] {
			v.Scores = append(v.Scores, -r.Float32()*10)
		}
		k := mustNew(t, v)
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString([]string{"a", "b", "가"}[r.IntN(3)])
		}
		text := b.String()
		var bestOf func(rest string) float64
		bestOf = func(rest string) float64 {
			if rest == "" {
				return 0
			}
			best := math.Inf(-1)
			for i, token := range v.Tokens[1:] {
				if after, ok := strings.CutPrefix(rest, token); ok {
					best = max(best, float64(v.Scores[i+1])+bestOf(after))
				}
			}
			return best
		}
		var got float64
		for _, id := range k.EncodeText(text) {
			got += float64(v.Scores[id])
		}
		if want := bestOf(text); math.Abs(got-want) > 1e-5 || k.Decode(k.EncodeText(text)) != text {
			t.Fatalf("%q: score %v, the best is %v", text, got, want)
		}
	}
}

func TestUnigramUnknownAndSpaces(t *testing.T) {
	v := DefaultVocab("t5", "")
	v.UNK, v.EOS, v.RemoveExtraWhitespaces = 0, -1, true
	v.Tokens = []string{"<unk>", space, "a", space + "a"}
	v.Types = []int32{Unknown, 1, 1, 1}
	v.Scores = []float32{0, -2, -1, -1}
	k := mustNew(t, v)
	for text, want := range map[string]string{"a": "3", "  a   a ": "3 3", "xyz": "1 0", "a漢字a": "3 0 2", "": "", " ": ""} {
		if got := list(k.EncodeText(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A charsmap of two entries, laid out by hand: "A" becomes "a", "é" becomes "e".
func TestCharsmap(t *testing.T) {
	units := make([]uint32, 1024)
	base := func(n uint32) uint32 { return n << 10 }
	const leaf = 1 << 8
	units[0] = base(256)
	put := func(at uint32, c byte, next uint32, isLeaf bool) { // next: where its children are, relative
		units[at] = uint32(c) | base(next)
		if isLeaf {
			units[at] |= leaf
		}
	}
	a := uint32(256) ^ 'A'
	put(a, 'A', 512, true)
	units[a^512] = 1<<31 | 0
	c3 := uint32(256) ^ 0xc3
	put(c3, 0xc3, 512, false)
	a9 := c3 ^ 512 ^ 0xa9
	put(a9, 0xa9, 64, true)
	units[a9^64] = 1<<31 | 2
	b := []byte{0, 16, 0, 0}
	for _, u := range units {
		b = append(b, byte(u), byte(u>>8), byte(u>>16), byte(u>>24))
	}
	m, err := newCharsmap(append(b, "a\x00e\x00"...))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for s := "Aéb가\xc3"; s != ""; {
		to, n := m.next(s)
		got += to
		s = s[n:]
	}
	if got != "aeb가\ufffd" {
		t.Errorf("normalized to %q", got)
	}
}

func TestBadVocab(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Vocab)
		want   error
	}{
		"no tokens":        {func(v *Vocab) { v.Tokens, v.Types, v.Scores = nil, nil, nil }, ErrVocab},
		"few types":        {func(v *Vocab) { v.Types = v.Types[1:] }, ErrVocab},
		"few scores":       {func(v *Vocab) { v.Scores = v.Scores[1:] }, ErrVocab},
		"no scores":        {func(v *Vocab) { v.Scores = nil }, ErrVocab},
		"unknown model":    {func(v *Vocab) { v.Model = "x" }, quant.ErrUnsupported},
		"unknown pre":      {func(v *Vocab) { v.Model, v.Pre = "gpt2", "x" }, quant.ErrUnsupported},
		"a merge of one":   {func(v *Vocab) { v.Model, v.Merges = "gpt2", []string{"ab"} }, ErrVocab},
		"a short charsmap": {func(v *Vocab) { v.Model, v.Charsmap = "t5", []byte{1, 2} }, ErrVocab},
		"a lying charsmap": {func(v *Vocab) { v.Model, v.Charsmap = "t5", []byte{255, 255, 255, 255, 0} }, ErrVocab},
	} {
		v := small("llama")
		c.change(&v)
		if _, err := New(v); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func FuzzVocab(f *testing.F) {
	f.Add(uint8(0), "<unk>|<s>|a|b|ab|\u2581", "a b|b a", []byte{2, 3, 1, 1, 1}, "ab <s> ab")
	f.Add(uint8(1), "a|b|ab|\u0120|<|x|>|", "a b||\u0120 a", []byte{1, 1, 4}, " ab\xffb")
	f.Add(uint8(2), "\u2581a|b|[UNK]", "", []byte{}, "AB cé")
	f.Add(uint8(3), "<unk>|\u2581|a", "\x04\x00\x00\x00\x00\x01\x00\x00a", []byte{2}, "a  b")
	f.Fuzz(func(t *testing.T, model uint8, tokens, merges string, types []byte, text string) {
		v := DefaultVocab([]string{"llama", "gpt2", "bert", "t5"}[model%4], []string{"gpt-2", "llama-bpe", "falcon", "deepseek-llm", "default", "deepseek-coder", "smollm"}[model/4%7])
		v.Tokens = strings.Split(tokens, "|")
		v.Merges = strings.Split(merges, "|")
		v.Charsmap = []byte(merges)
		v.RemoveExtraWhitespaces = model > 127
		v.Strip = map[int32]Strip{0: 1, 1: 2, 2: 3}
		for i := range v.Tokens {
			kind := int32(Normal)
			if i < len(types) {
				kind = int32(types[i]) % 8
			}
			v.Types = append(v.Types, kind)
			v.Scores = append(v.Scores, float32(i%7)-3)
		}
		if k, err := New(v); err == nil {
			exercise(t, k, text)
		}
	})
}
