package analysis

import (
	"strings"
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
	mark                 // combining: part of the word it follows
	scripts
)

// ascii classifies bytes below utf8.RuneSelf.
var ascii = func() (t [utf8.RuneSelf]script) {
	for c := range t {
		if digit(byte(c)) || letter(byte(c)) {
			t[c] = latin
		}
	}
	return t
}()

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }

// syllable reports whether r is a precomposed Hangul syllable.
func syllable(r rune) bool { return 0xAC00 <= r && r <= 0xD7A3 }

// classify returns the script of a rune beyond ASCII.
func classify(r rune) script {
	switch {
	case syllable(r), r >= 0x1100 && r <= 0x11FF, r >= 0x3131 && r <= 0x318E,
		r >= 0xA960 && r <= 0xA97C, r >= 0xD7B0 && r <= 0xD7FB, r >= 0xFFA0 && r <= 0xFFDC:
		return hangul
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r >= 0x20000 && r <= 0x3FFFF,
		r >= 0xF900 && r <= 0xFAFF, r >= 0x3041 && r <= 0x30FA, r >= 0x30FC && r <= 0x312F,
		r >= 0x31A0 && r <= 0x31FF, r >= 0xFF66 && r <= 0xFF9F, r == '々', r == '〇':
		return cjk
	case r >= 0x2000 && r <= 0x206F, r >= 0x3000 && r <= 0x3002:
		return none
	case r < 0x250 && unicode.IsLetter(r), r >= 0x1E00 && r <= 0x1EFF,
		r >= 0x3380 && r <= 0x33DF, // ㎡, ㎏
		r >= 0xFF10 && r <= 0xFF19, r >= 0xFF21 && r <= 0xFF3A, r >= 0xFF41 && r <= 0xFF5A:
		return latin
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return other
	case unicode.Is(unicode.M, r):
		return mark
	}
	return none
}

// scriptAt classifies the rune at i and returns its length. Invalid UTF-8
// stands between words.
func scriptAt(text string, i int) (script, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return ascii[c], 1
	}
	if syllableAt(text, i) {
		return hangul, width
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	return classify(r), n
}

// syllableAt reports whether a precomposed Hangul syllable is at i.
func syllableAt(text string, i int) bool {
	if i+width > len(text) || text[i]-0xEA > 3 || text[i+1]&0xC0 != 0x80 || text[i+2]&0xC0 != 0x80 {
		return false
	}
	return syllable(rune(text[i]&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F))
}

// run hands each word of the text to its language.
func (a *analyzer) run(text string, emit func([]byte, index.Span), query bool) {
	a.text, a.emit, a.query = text, emit, query
	a.language = unknown
	a.last.script, a.last.end = none, -1
	for i := 0; i < len(text); {
		s, n := scriptAt(text, i)
		if s == none || s == mark {
			i += n
			continue
		}
		start := i
		if s == latin && digit(text[i]) {
			if end := a.scaled(i); end > i {
				i = end
				continue
			}
		}
		plain := true // ASCII, or Hangul syllables
		for i < len(text) {
			for s == latin && i < len(text) && text[i] < utf8.RuneSelf && ascii[text[i]] == latin {
				i++
			}
			for s == hangul && syllableAt(text, i) {
				i += width
			}
			if i == len(text) {
				break
			}
			t, n := scriptAt(text, i)
			if t != s && t != mark {
				if s != latin {
					break
				}
				if n = joiner(text, start, i); n == 0 {
					break
				}
			}
			plain = plain && (n == 1 || s == hangul && syllableAt(text, i))
			i += n
		}
		if f := a.filter; f != nil && plain && a.last.end != start && !(f.numbers && len(a.last.number) > 0) && !f.passes(text[start:i], s) {
			a.last.number, a.last.tail = a.last.number[:0], a.last.tail[:0]
			emit(nil, index.Span{Start: start, End: i})
		} else if a.fold(text[start:i], s, plain); len(a.word) > 0 {
			languages[s](a, a.word, index.Span{Start: start, End: i})
		}
		a.last.script, a.last.end = s, i
	}
	a.text, a.emit = "", nil
}

// korean reports whether the text has Hangul, or is a question.
func (a *analyzer) korean() bool {
	if a.language == unknown {
		a.language = foreign
		if a.query || strings.ContainsFunc(a.text, syllable) {
			a.language = ours
		}
	}
	return a.language == ours
}

// joiner returns the length of the mark at i that joins two parts of a Latin
// word, or 0: the apostrophe in "it's", the point in "3.5" and "U.S.", the
// comma in "1,000".
func joiner(text string, start, i int) int {
	c, n := text[i], 1
	if c == 0xE2 && strings.HasPrefix(text[i:], "’") {
		c, n = '\'', len("’")
	}
	if c != '\'' && c != '.' && c != ',' || i == start || i+n >= len(text) {
		return 0
	}
	before, after := text[i-1], text[i+n]
	switch c {
	case '\'':
		if letter(before) && letter(after) {
			return n
		}
	case '.', ',':
		if digit(before) && digit(after) {
			return 1
		}
		initial := i-start == 1 || text[i-2] == '.'
		if c == '.' && initial && letter(before) && letter(after) && (i+2 == len(text) || !letter(text[i+2])) {
			return 1
		}
	}
	return 0
}

// fold sets a.word to a word in NFKC and lower case. Latin words lose their
// accents, numbers the comma between thousands, initials their points.
func (a *analyzer) fold(w string, s script, plain bool) {
	a.word = a.word[:0]
	switch {
	case !plain && s == latin:
		w = norm.NFKD.String(w)
	case !plain && !norm.NFKC.IsNormalString(w):
		w = norm.NFKC.String(w)
	}
	if plain && s == hangul {
		a.word = append(a.word, w...)
		return
	}
	for i, r := range w {
		switch {
		case r < utf8.RuneSelf:
			if r == ',' || r == '.' && i > 0 && !digit(w[i-1]) {
				continue
			}
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		case r == '’':
			r = '\''
		case s == latin && unicode.Is(unicode.Mn, r):
			continue
		default:
			r = unicode.ToLower(unicode.ToUpper(r)) // final sigma is a sigma
		}
		a.word = utf8.AppendRune(a.word, r)
	}
}
