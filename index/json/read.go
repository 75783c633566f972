package json

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrSyntax is wrapped by errors about text that is not JSON.
var ErrSyntax = errors.New("malformed JSON")

// maxDepth bounds the nesting that is read.
const maxDepth = 1000

// Reader reads a text value by value, in order. Strings without escapes alias the
// text.
type Reader struct {
	text  string
	at    int
	depth int
}

// NewReader returns a reader of a text of any number of values.
func NewReader(text string) *Reader { return &Reader{text: text} }

// Offset is the byte that is read next.
func (r *Reader) Offset() int { return r.at }

// Kind tells the next value by its first byte: one of {["tfn, 0 for a number, or
// io.EOF where the text ends.
func (r *Reader) Kind() (byte, error) {
	r.space()
	if r.at == len(r.text) {
		return 0, io.EOF
	}
	switch c := r.text[r.at]; c {
	case '{', '[', '"', 't', 'f', 'n':
		return c, nil
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return '0', nil
	}
	return 0, r.unexpected("a value")
}

// Object reads an object. It calls member for each name, which must read the
// value.
func (r *Reader) Object(member func(name string) error) error {
	return r.list('{', '}', func() error {
		r.space()
		name, err := r.String()
		if err != nil {
			return err
		}
		if !r.skip(':') {
			return r.unexpected("a colon")
		}
		return member(name)
	})
}

// Array reads an array. It calls element for each, which must read the value.
func (r *Reader) Array(element func() error) error { return r.list('[', ']', element) }

func (r *Reader) list(open, end byte, item func() error) error {
	if !r.skip(open) {
		return r.unexpected(fmt.Sprintf("%q", open))
	}
	if r.depth++; r.depth > maxDepth {
		return fmt.Errorf("%w: nested deeper than %d at byte %d", ErrSyntax, maxDepth, r.at)
	}
	defer func() { r.depth-- }()
	if r.skip(end) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if r.skip(end) {
			return nil
		}
		if !r.skip(',') {
			return r.unexpected(fmt.Sprintf("a comma or %q", end))
		}
	}
}

// Bool reads true or false.
func (r *Reader) Bool() (bool, error) {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == 't' {
		return true, r.word("true")
	}
	return false, r.word("false")
}

// Null reads null.
func (r *Reader) Null() error { return r.word("null") }

func (r *Reader) word(w string) error {
	r.space()
	if !strings.HasPrefix(r.text[r.at:], w) {
		return r.unexpected(w)
	}
	r.at += len(w)
	return nil
}

// Number reads a number as it is written.
func (r *Reader) Number() (string, error) {
	r.space()
	begin := r.at
	r.one("-")
	if !r.one("0") && !r.digits() {
		return "", r.unexpected("a number")
	}
	if r.one(".") && !r.digits() {
		return "", r.unexpected("a digit")
	}
	if r.one("eE") {
		r.one("+-")
		if !r.digits() {
			return "", r.unexpected("a digit")
		}
	}
	return r.text[begin:r.at], nil
}

// one passes over a byte of a set.
func (r *Reader) one(of string) bool {
	ok := r.at < len(r.text) && strings.IndexByte(of, r.text[r.at]) >= 0
	if ok {
		r.at++
	}
	return ok
}

func (r *Reader) digits() bool {
	begin := r.at
	for r.at < len(r.text) && r.text[r.at]-'0' <= 9 {
		r.at++
	}
	return r.at > begin
}

// String reads a string. What is not UTF-8 becomes U+FFFD.
func (r *Reader) String() (string, error) {
	if !r.skip('"') {
		return "", r.unexpected("a string")
	}
	begin, plain := r.at, true
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			s := r.text[begin:r.at]
			r.at++
			if plain && utf8.ValidString(s) {
				return s, nil
			}
			return unescape(s), nil
		case c < ' ':
			return "", r.unexpected("a character of a string")
		case c == '\\':
			plain = false
			r.at++
			if err := r.escape(); err != nil {
				return "", err
			}
		}
	}
	return "", r.unexpected("the end of a string")
}

// escape checks what follows a backslash, and stops at its last byte.
func (r *Reader) escape() error {
	if r.at == len(r.text) || strings.IndexByte(`"\/bfnrtu`, r.text[r.at]) < 0 {
		return r.unexpected("an escape")
	}
	if r.text[r.at] == 'u' {
		for range 4 {
			r.at++
			if r.at == len(r.text) || hexValue(r.text[r.at]) < 0 {
				return r.unexpected("a hexadecimal digit")
			}
		}
	}
	return nil
}

func hexValue(c byte) rune {
	switch {
	case c-'0' <= 9:
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// unescape resolves escapes that were checked.
func unescape(s string) string {
	b := make([]byte, 0, len(s))
	for len(s) > 0 {
		if s[0] != '\\' {
			r, n := utf8.DecodeRuneInString(s)
			b = utf8.AppendRune(b, r)
			s = s[n:]
			continue
		}
		c := s[1]
		if c != 'u' {
			if at := strings.IndexByte("bfnrt", c); at >= 0 {
				c = "\b\f\n\r\t"[at]
			}
			b = append(b, c)
			s = s[2:]
			continue
		}
		r := unit(s)
		s = s[6:]
		if utf16.IsSurrogate(r) {
			// A half that has no other is U+FFFD.
			pair := utf16.DecodeRune(r, unit(s))
			if pair != utf8.RuneError {
				s = s[6:]
			}
			r = pair
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// unit is the UTF-16 unit that s begins with as an escape, or -1.
func unit(s string) (r rune) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	for _, c := range []byte(s[2:6]) {
		r = r<<4 | hexValue(c)
	}
	return r
}

// Skip reads a value and drops it.
func (r *Reader) Skip() error {
	kind, err := r.Kind()
	if err != nil {
		return r.cut(err)
	}
	switch kind {
	case '{':
		return r.Object(func(string) error { return r.Skip() })
	case '[':
		return r.Array(r.Skip)
	case '"':
		_, err = r.String()
	case '0':
		_, err = r.Number()
	case 'n':
		err = r.Null()
	default:
		_, err = r.Bool()
	}
	return err
}

// End is an error if anything follows.
func (r *Reader) End() error {
	r.space()
	if r.at < len(r.text) {
		return r.unexpected("the end")
	}
	return nil
}

func (r *Reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// skip passes over space and then c, if it is there.
func (r *Reader) skip(c byte) bool {
	r.space()
	ok := r.at < len(r.text) && r.text[r.at] == c
	if ok {
		r.at++
	}
	return ok
}

// cut turns the end of the text within a value into an error of syntax.
func (r *Reader) cut(err error) error {
	if err == io.EOF {
		return r.unexpected("a value")
	}
	return err
}

func (r *Reader) unexpected(wanted string) error {
	if r.at == len(r.text) {
		return fmt.Errorf("%w: it ends at byte %d, before %s", ErrSyntax, r.at, wanted)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return fmt.Errorf("%w: %q at byte %d, where %s should be", ErrSyntax, c, r.at, wanted)
}
