package tokenizer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordpiece is BERT's: words between spaces and punctuation, each covered from
// the left by the longest tokens, or unknown as a whole. GGUF writes a token
// that begins a word with the sign for a space, and the others without "##".
type wordpiece struct {
	vocab  *Vocab
	tokens *prefixes
}

func init() {
	algorithms["bert"] = func(v *Vocab) (algorithm, error) {
		var tokens []entry
		for token, id := range v.ids {
			if token != "" {
				tokens = append(tokens, entry{token, id})
			}
		}
		return &wordpiece{v, newPrefixes(tokens)}, nil
	}
}

func (w *wordpiece) encode(ids []int32, text string, _ bool) []int32 {
	word := []byte(space)
	flush := func() {
		if len(word) > len(space) {
			ids = w.word(ids, string(word))
			word = word[:len(space)]
		}
	}
	v := w.vocab
	switch {
	case v.StripAccents && v.HuggingFace:
		text = norm.NFD.String(text)
	case v.StripAccents:
		text = strings.Map(base, text)
	}
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) && !(v.HuggingFace && unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'):
			flush()
			continue
		case r == 0, r == utf8.RuneError, unicode.Is(unicode.C, r):
			continue
		case v.StripAccents && (unicode.Is(unicode.Mn, r) || !v.HuggingFace && unicode.IsMark(r)):
			continue
		}
		alone := unicode.IsPunct(r) || r < 0x7f && unicode.IsSymbol(r) || han(r)
		if alone {
			flush()
		}
		switch {
		case !v.Lowercase:
			word = utf8.AppendRune(word, r)
		case r == 'İ' && v.HuggingFace: // the only one whose lower case is two characters
			word = append(word, "i\u0307"...)
		default:
			word = utf8.AppendRune(word, unicode.ToLower(r))
		}
		if alone {
			flush()
		}
	}
	flush()
	return ids
}

// base is the first character of a decomposition: of a Hangul syllable, its first
// consonant.
func base(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	if r >= 0xac00 && r <= 0xd7a3 {
		return 0x1100 + (r-0xac00)/588
	}
	if d := norm.NFD.PropertiesString(string(r)).Decomposition(); d != nil {
		r, _ = utf8.DecodeRune(d)
	}
	return r
}

// word appends the tokens of a word that begins with the sign for a space.
func (w *wordpiece) word(ids []int32, word string) []int32 {
	before := len(ids)
	if v := w.vocab; v.LongestWord > 0 && utf8.RuneCountInString(word)-1 > v.LongestWord {
		word = "\x00" // no token
	}
	for word != "" {
		n, id := 0, int32(0)
		w.tokens.of(word, func(size int, token int32) { n, id = size, token })
		if n == 0 {
			ids = ids[:before]
			if w.vocab.UNK >= 0 {
				ids = append(ids, w.vocab.UNK)
			}
			break
		}
		ids = append(ids, id)
		word = word[n:]
	}
	return ids
}

// han says that a character is a word by itself. The ranges are those of
// Hugging Face's BertPreTokenizer, its slip at U+2B920 included.
func han(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf ||
		r >= 0x20000 && r <= 0x2a6df || r >= 0x2a700 && r <= 0x2b73f ||
		r >= 0x2b740 && r <= 0x2b81f || r >= 0x2b920 && r <= 0x2ceaf ||
		r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f
}

// tidy takes away the space that joining words leaves before punctuation.
func tidy(s string) string {
	return strings.NewReplacer(" ?", "?", " !", "!", " .", ".", " ,", ",", " ' ", "'", " 's", "'s", " 'm", "'m", " 're", "'re", " 've", "'ve").Replace(s)
}
