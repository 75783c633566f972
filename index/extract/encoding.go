package extract

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/cp949"
)

// decode returns the text of a document in UTF-8, UTF-16 or CP949 (of which
// EUC-KR is a part), found without being told. UTF-8 stays byte for byte, less
// a byte order mark.
func decode(in index.Input) (string, error) {
	data := in.Data
	if len(data) > MaxText {
		return "", tooLong(in, len(data))
	}
	switch {
	case bytes.HasPrefix(data, []byte("\ufeff")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return decodeUTF16(data[2:], false), nil
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return decodeUTF16(data[2:], true), nil
	}
	at := control(data)
	if at < 0 && utf8.Valid(data) {
		return string(data), nil
	}
	for _, big := range []bool{false, true} {
		if t := decodeUTF16(data, big); len(data) >= 4 && plausible(t) {
			return t, nil
		}
	}
	if at >= 0 {
		return "", bad(in, "it is not text (byte %#02x at %d)", data[at], at)
	}
	if t, ok := cp949.Decode(data); ok && plausible(t) {
		return t, nil
	}
	if t, ok := patch(data); ok {
		return t, nil
	}
	return "", bad(in, "its encoding is none of UTF-8, UTF-16 and EUC-KR: save it as UTF-8")
}

// control returns where a byte stands that text in a byte encoding does not
// have, or -1.
func control(data []byte) int {
	return bytes.IndexFunc(data, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\v' && r != 0x1B && r != '\b'
	})
}

func decodeUTF16(data []byte, big bool) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		lo, hi := data[2*i], data[2*i+1]
		if big {
			lo, hi = hi, lo
		}
		units[i] = uint16(hi)<<8 | uint16(lo)
	}
	return string(utf16.Decode(units))
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

// patch replaces bytes that are not UTF-8, if they are few, by as many question
// marks, so that offsets stay.
func patch(data []byte) (string, bool) {
	var b strings.Builder
	b.Grow(len(data))
	wrong := 0
	for rest := data; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			b.WriteByte('?')
			wrong++
		} else {
			b.Write(rest[:n])
		}
		rest = rest[n:]
	}
	return b.String(), wrong*1000 <= len(data)
}
