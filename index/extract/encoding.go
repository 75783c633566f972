package extract

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/cp949"
)

// decode returns the text of a document in UTF-8, UTF-16, UTF-32, CP949 (of which
// EUC-KR is a part) or Windows-1252 (of which Latin-1 is), found without being
// told. UTF-8 stays byte for byte, less a byte order mark.
func decode(in index.Input) (string, error) {
	data := in.Data
	if len(data) > MaxText {
		return "", tooLong(in, len(data))
	}
	for _, m := range marks {
		if bytes.HasPrefix(data, []byte(m.mark)) {
			return wide(data[len(m.mark):], m.size, m.big), nil
		}
	}
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		data = data[3:]
	}
	at := control(data)
	if at < 0 && utf8.Valid(data) {
		return string(data), nil
	}
	beyond := count(data)
	// "It's" with the quotation mark of Windows is a syllable in CP949, so that both
	// may be sound: then Western text has to have many letters.
	if western := beyond.alone > beyond.together && 8*beyond.all() <= beyond.letters; at < 0 && !western {
		if t, ok := cp949.Decode(data); ok && plausible(t) {
			return t, nil
		}
	}
	for _, m := range marks {
		if t := wide(data, m.size, m.big); len(data) >= 4 && plausible(t) {
			return t, nil
		}
	}
	if at >= 0 {
		return "", bad(in, "it is not text (byte %#02x at %d)", data[at], at)
	}
	if t, ok := patch(data); ok {
		return t, nil
	}
	if t := windows1252(data); 2*beyond.alone >= beyond.together && 4*beyond.all() <= len(data) && 20*beyond.within <= beyond.all() && plausible(t) {
		return t, nil
	}
	return "", bad(in, "its encoding is none of UTF-8, UTF-16, UTF-32, EUC-KR and Windows-1252: save it as UTF-8")
}

// marks are the byte order marks of UTF-32 and UTF-16: the latter begin the former.
var marks = []struct {
	mark string
	size int // of a unit, bytes
	big  bool
}{{"\xff\xfe\x00\x00", 4, false}, {"\x00\x00\xfe\xff", 4, true}, {"\xff\xfe", 2, false}, {"\xfe\xff", 2, true}}

func decodeUTF16(data []byte, big bool) string { return wide(data, 2, big) }

// wide decodes UTF-16 or UTF-32, of units of so many bytes.
func wide(data []byte, size int, big bool) string {
	runes := make([]rune, len(data)/size)
	units := make([]uint16, len(runes))
	for i := range runes {
		for k, b := range data[size*i:][:size] {
			if big {
				k = size - 1 - k
			}
			runes[i] |= rune(b) << (8 * k)
		}
		units[i] = uint16(runes[i])
	}
	if size == 2 {
		return string(utf16.Decode(units))
	}
	return string(runes)
}

// counts tell Western texts in a byte encoding from Korean ones.
type counts struct {
	// Bytes beyond ASCII that stand alone, as accented letters and quotation marks do,
	// and together, as syllables of two bytes do. Two within a word that are no
	// syllable, as in "ção", are each alone.
	alone, together int
	// within of those alone are signs such as ³ and ¿ within a word: another code page
	// has letters there (Polish has, in Windows-1250).
	within  int
	letters int // of ASCII
}

func (c counts) all() int { return c.alone + c.together }

func count(data []byte) (c counts) {
	letter := func(i int) bool { return i >= 0 && i < len(data) && data[i]|0x20 >= 'a' && data[i]|0x20 <= 'z' }
	for i := 0; i < len(data); i++ {
		from := i
		for i < len(data) && data[i] >= utf8.RuneSelf {
			i++
		}
		n, inside := i-from, letter(from-1) && letter(i)
		if n == 1 || n == 2 && inside && (data[from] < 0xB0 || data[from] > 0xC8) {
			c.alone += n
		} else {
			c.together += n
		}
		if n == 1 && inside && data[from] > 0xA0 && data[from] < 0xC0 && strings.IndexByte("\xaa\xb4\xb7\xba", data[from]) < 0 {
			c.within++
		}
		if letter(i) {
			c.letters++
		}
	}
	return c
}

// cp1252 are the characters from 0x80 on that Latin-1 has no character for.
var cp1252 = []rune("€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ")

func windows1252(data []byte) string {
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		r := rune(c)
		if r >= 0x80 && r < 0xA0 {
			r = cp1252[r-0x80]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// control returns where a byte stands that text in a byte encoding does not
// have, or -1.
func control(data []byte) int {
	return bytes.IndexFunc(data, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\v' && r != 0x1B && r != '\b'
	})
}

// plausible reports whether a decoded text reads like one: hardly a rune outside
// the everyday ranges, and, since noise decodes to Han more often than not, a
// third of letters that are not Han.
func plausible(t string) bool {
	odd, everyday, all := 0, 0, 0
	for _, r := range t {
		all++
		switch {
		case r >= ' ' && r < 0x7F, r == '\n', r == '\r', r == '\t', r == '\f',
			r >= 0xAC00 && r <= 0xD7A3, r >= 0x3000 && r < 0x3190:
			everyday++
		case r >= 0xA0 && r < 0x250, r >= 0x2010 && r < 0x2700, r >= 0xFF00 && r < 0xFFE7, r >= 0x4E00 && r < 0x9FA6:
		default:
			odd++
		}
	}
	return all > 0 && odd*50 <= all && everyday*3 >= all
}

// patch replaces bytes that are not UTF-8, if they are few, also beside the
// characters beyond ASCII that are, by as many question marks, so that offsets stay.
func patch(data []byte) (string, bool) {
	var b strings.Builder
	b.Grow(len(data))
	wrong, sound := 0, 0
	for rest := data; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			b.WriteByte('?')
			wrong++
		} else {
			b.Write(rest[:n])
			if n > 1 {
				sound++
			}
		}
		rest = rest[n:]
	}
	return b.String(), wrong*1000 <= len(data) && wrong <= sound
}
