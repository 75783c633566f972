package tokenizer

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// fragment is a token, or text where id is negative.
type fragment struct {
	text string
	id   int32
}

// finder finds tokens written out in text.
type finder struct {
	tokens  []found      // longest first
	byFirst [256][]int32 // indices of tokens by their first byte
}

type found struct {
	text  string
	id    int32
	strip Strip
}

func (f *finder) index() {
	slices.SortStableFunc(f.tokens, func(a, b found) int { return cmp.Compare(len(b.text), len(a.text)) })
	for i, t := range f.tokens {
		f.byFirst[t.text[0]] = append(f.byFirst[t.text[0]], int32(i))
	}
}

// span is a token's place in a text; token counts from the longest.
type span struct {
	start, end int
	token      int32
}

// split cuts text at the tokens in it. Where they overlap, the longer wins, then
// the earlier: llama.cpp searches for one after the other, longest first.
func (f *finder) split(text string) iter.Seq[fragment] {
	return func(yield func(fragment) bool) {
		at := 0
		for _, s := range f.find(text) {
			if s.start > at && !yield(fragment{text[at:s.start], -1}) {
				return
			}
			if !yield(fragment{id: f.tokens[s.token].id}) {
				return
			}
			at = s.end
		}
		if at < len(text) {
			yield(fragment{text[at:], -1})
		}
	}
}

// find returns disjoint places of tokens in the order of the text.
func (f *finder) find(text string) []span {
	var all []span
	if len(f.tokens) == 0 {
		return nil
	}
	for i := range len(text) {
		for _, t := range f.byFirst[text[i]] {
			if s := f.tokens[t].text; strings.HasPrefix(text[i:], s) {
				all = append(all, span{i, i + len(s), t})
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Compare(a.token, b.token) })
	taken := make([]bool, len(text))
	kept := all[:0]
	for _, s := range all {
		if slices.Contains(taken[s.start:s.end], true) {
			continue
		}
		strip := f.tokens[s.token].strip
		if strip&StripLeft != 0 {
			for s.start > 0 && !taken[s.start-1] && asciiSpace(text[s.start-1]) {
				s.start--
			}
		}
		if strip&StripRight != 0 {
			for s.end < len(text) && !taken[s.end] && asciiSpace(text[s.end]) {
				s.end++
			}
		}
		for i := s.start; i < s.end; i++ {
			taken[i] = true
		}
		kept = append(kept, s)
	}
	slices.SortFunc(kept, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return kept
}

func asciiSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// findSpecials sorts special tokens by where they may be read.
//
// llama.cpp reads user-defined tokens in any text. Here those that mark up a
// conversation are read only where special tokens are: otherwise a document
// could speak as the system.
func (t *Tokenizer) findSpecials() {
	for i, text := range t.Tokens {
		id := int32(i)
		kind := t.kind(id)
		if text == "" || kind != Control && kind != Unknown && kind != UserDefined {
			continue
		}
		f := &t.special
		if kind == UserDefined && !markup(text) {
			f = &t.always
		}
		f.tokens = append(f.tokens, found{text, id, t.Strip[id]})
	}
	t.special.index()
	t.always.index()
}

// markup says that a token looks like one of a chat template: <|user|>,
// [INST], <start_of_turn>. What occurs in ordinary text (runs of spaces, HTML
// tags) is none.
func markup(token string) bool {
	if strings.HasPrefix(token, "<|") || strings.HasSuffix(token, "|>") || strings.HasPrefix(token, "<\uff5c") {
		return true
	}
	inner := strings.Trim(token, "<>[]/")
	switch {
	case len(inner) == len(token):
		return false
	case token[0] == '[':
		return true
	}
	return strings.ContainsAny(inner, "_|") || inner == "s" || inner == "pad" || inner == "unk" || inner == "bos" || inner == "eos"
}

// endNames are tokens that end a generation whatever the file says of them, as
// in llama.cpp.
var endNames = []string{
	"<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
	"<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
	"<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
	"<\uff5cend\u2581of\u2581sentence\uff5c>", "[e~[",
	"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]",
	"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>",
}

// findEnds returns the tokens that end a generation. Those known by name become
// control tokens.
func (t *Tokenizer) findEnds() map[int32]bool {
	end := map[int32]bool{}
	for _, id := range []int32{t.EOS, t.EOT, t.EOM} {
		if id >= 0 {
			end[id] = true
		}
	}
	for _, name := range endNames {
		if id, ok := t.ids[name]; ok {
			end[id] = true
			if t.Types != nil {
				t.Types[id] = Control
			}
		}
	}
	return end
}
