package analysis

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ondol-rag/ondol/index"
)

// A script groups the letters that make up one word.
type script uint8

const (
	none   script = iota // between words
	latin                // Latin letters and digits
	hangul               // syllables and jamo
	cjk                  // Han, kana, bopomofo
	other                // every other alphabet
	mark                 // combining: belongs to the word it follows
	scripts
)

// ascii classifies bytes below 0x80, the common case.
var ascii = func() (t [utf8.RuneSelf]script) {
	for c := range t {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			t[c] = latin
		}
	}
	return t
}()

// classify returns the script of a rune.
func classify(r rune) script {
	switch {
	case r < utf8.RuneSelf:
		return ascii[r]
	case r >= 0xAC00 && r <= 0xD7A3, r >= 0x1100 && r <= 0x11FF, r >= 0x3131 && r <= 0x318E,
		r >= 0xA960 && r <= 0xA97C, r >= 0xD7B0 && r <= 0xD7FB, r >= 0xFFA0 && r <= 0xFFDC:
		return hangul
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r >= 0x20000 && r <= 0x3FFFF,
		r >= 0xF900 && r <= 0xFAFF, r >= 0x3041 && r <= 0x312F, r >= 0x31A0 && r <= 0x31FF,
		r >= 0xFF66 && r <= 0xFF9F, r == '々', r == '〇':
		return cjk
	case r < 0x250 && unicode.IsLetter(r), r >= 0x1E00 && r <= 0x1EFF,
		r >= 0xFF10 && r <= 0xFF19, r >= 0xFF21 && r <= 0xFF3A, r >= 0xFF41 && r <= 0xFF5A:
		return latin
	case r >= 0x2000 && r <= 0x206F:
		return none
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return other
	case unicode.Is(unicode.M, r):
		return mark
	}
	return none
}

// run scans the text and hands each word to its language.
func (a *analyzer) run() {
	text := a.text
	for i := 0; i < len(text); {
		s, n := scriptAt(text, i)
		if s == none || s == mark {
			i += n
			continue
		}
		start := i
		plain := true // ASCII
		for i < len(text) {
			t, n := scriptAt(text, i)
			if t != s && t != mark {
				break
			}
			plain = plain && n == 1
			i += n
		}
		if i-start > 4*maxTerm {
			continue
		}
		a.fold(text[start:i], plain)
		if len(a.word) > 0 {
			languages[s](a, a.word, index.Span{Start: start, End: i})
		}
	}
}

func scriptAt(text string, i int) (script, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return ascii[c], 1
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	return classify(r), n
}

// fold sets a.word to w in NFC, lower case, full-width forms as plain ones.
func (a *analyzer) fold(w string, plain bool) {
	a.word = a.word[:0]
	if plain {
		for i := range len(w) {
			c := w[i]
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			a.word = append(a.word, c)
		}
		return
	}
	if !norm.NFKC.IsNormalString(w) {
		w = norm.NFKC.String(w)
	}
	for _, r := range w {
		if r >= 0x80 || r >= 'A' && r <= 'Z' {
			r = unicode.ToLower(r)
		}
		a.word = utf8.AppendRune(a.word, r)
	}
}
