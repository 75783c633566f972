package tokenizer

import (
	"maps"
	"slices"
	"sort"
	"strings"
)

// fragment is a token, or text where id is negative.
type fragment struct {
	text string
	id   int32
}

// finder finds tokens written out in text.
type finder struct {
	tokens []found // longest first
	begin  *prefixes
}

type found struct {
	text  string
	id    int32
	strip Strip
}

// index readies the finder once it has all tokens.
func (f *finder) index() {
	sort.SliceStable(f.tokens, func(i, j int) bool { return len(f.tokens[i].text) > len(f.tokens[j].text) })
	entries := make([]entry, len(f.tokens))
	for i, t := range f.tokens {
		entries[i] = entry{t.text, int32(i)}
	}
	f.begin = newPrefixes(entries)
}

// split cuts text at the tokens in it. Where they overlap, the longer wins, then
// the earlier: llama.cpp searches for one after the other, longest first.
func (f *finder) split(text string) []fragment {
	if text == "" {
		return nil
	}
	fragments := []fragment{{text, -1}}
	for _, i := range f.occurring(text) {
		var cut []fragment
		for _, x := range fragments {
			if x.id >= 0 {
				cut = append(cut, x)
			} else {
				cut = f.tokens[i].cut(cut, x.text)
			}
		}
		fragments = cut
	}
	return fragments
}

// occurring returns the indices of the tokens that are in a text, in order.
func (f *finder) occurring(text string) []int32 {
	seen := map[int32]bool{}
	if len(f.tokens) > 0 {
		for i := range len(text) {
			f.begin.of(text[i:], func(_ int, token int32) { seen[token] = true })
		}
	}
	all := slices.Collect(maps.Keys(seen))
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

// cut appends the fragments of a text at each occurrence of the token.
func (t *found) cut(to []fragment, text string) []fragment {
	for text != "" {
		left, right, ok := strings.Cut(text, t.text)
		if ok && t.strip&StripLeft != 0 {
			left = strings.TrimRight(left, asciiSpaces)
		}
		if ok && t.strip&StripRight != 0 {
			right = strings.TrimLeft(right, asciiSpaces)
		}
		if left != "" {
			to = append(to, fragment{left, -1})
		}
		if ok {
			to = append(to, fragment{id: t.id})
		}
		text = right
	}
	return to
}

const asciiSpaces = " \t\n\v\f\r"

// findSpecials sorts special tokens by where they may be read.
//
// llama.cpp reads user-defined tokens in any text. Here those that mark up a
// conversation are read only where special tokens are: otherwise a document
// could speak as the system.
func (t *Tokenizer) findSpecials() {
	for i, text := range t.Tokens {
		id := int32(i)
		kind := t.kind(id)
		if text == "" || t.ids[text] != id || kind != Control && kind != Unknown && kind != UserDefined {
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
