package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// class is a set of the Unicode categories that pre-tokenizers ask for.
type class uint8

const (
	letter   class = 1 << iota // L
	number                     // N
	blank                      // whitespace
	punct                      // P
	symbolic                   // S
	mark                       // M
)

// asciiClass are the classes of ASCII.
var asciiClass = func() (table [utf8.RuneSelf]class) {
	for i := range table {
		table[i] = slowClass(rune(i))
	}
	return table
}()

func slowClass(r rune) class {
	switch {
	case unicode.IsLetter(r):
		return letter
	case unicode.IsNumber(r):
		return number
	case unicode.IsSpace(r):
		return blank
	case unicode.IsPunct(r):
		return punct
	case unicode.IsSymbol(r):
		return symbolic
	case unicode.IsMark(r):
		return mark
	}
	return 0
}

// classOf takes the short way for ASCII, Hangul syllables and Han.
func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return asciiClass[r]
	case r >= 0xac00 && r <= 0xd7a3, r >= 0x4e00 && r <= 0x9fff:
		return letter
	}
	return slowClass(r)
}

// first returns the class and the size of a text's first character; size 0 at
// the end, where the class is 0.
func first(s string) (class, int) {
	if s == "" {
		return 0, 0
	}
	if s[0] < utf8.RuneSelf {
		return asciiClass[s[0]], 1
	}
	r, n := utf8.DecodeRuneInString(s)
	return classOf(r), n
}

// run is the size of the longest beginning of s of characters in the set.
func run(s string, set class) int {
	i := 0
	for i < len(s) {
		c, n := first(s[i:])
		if c&set == 0 {
			break
		}
		i += n
	}
	return i
}

// runNot is the size of the longest beginning of s of characters outside the
// set.
func runNot(s string, set class) int {
	i := 0
	for i < len(s) {
		c, n := first(s[i:])
		if c&set != 0 {
			break
		}
		i += n
	}
	return i
}
