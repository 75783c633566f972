package tokenizer

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitters are the pre-tokenizers by the name in the file: scanners for the
// regular expressions that their makers published.
var splitters = map[string]func(string) iter.Seq[string]{
	"gpt-2":     scan(gpt2),
	"smollm":    digitwise(gpt2),
	"starcoder": digitwise(gpt2),
	"command-r": digitwise(gpt2),
	"llama-bpe": scan(llama3{digits: 3}.next),
	"llama3":    scan(llama3{digits: 3}.next),
	"llama-v3":  scan(llama3{digits: 3}.next),
	"qwen2":     scan(llama3{digits: 1}.next),
}

// scan cuts a text by a function that says how long its first word is.
func scan(next func(text string) int) func(string) iter.Seq[string] {
	return func(text string) iter.Seq[string] {
		return func(yield func(string) bool) {
			for len(text) > 0 {
				n := next(text)
				if !yield(text[:n]) {
					return
				}
				text = text[n:]
			}
		}
	}
}

// digitwise cuts out each number by itself and scans what lies between.
func digitwise(next func(text string) int) func(string) iter.Seq[string] {
	between := scan(next)
	return func(text string) iter.Seq[string] {
		return func(yield func(string) bool) {
			for len(text) > 0 {
				at := strings.IndexFunc(text, unicode.IsNumber)
				if at < 0 {
					at = len(text)
				}
				for w := range between(text[:at]) {
					if !yield(w) {
						return
					}
				}
				text = text[at:]
				if len(text) > 0 {
					_, n := utf8.DecodeRuneInString(text)
					if !yield(text[:n]) {
						return
					}
					text = text[n:]
				}
			}
		}
	}
}

func isOther(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.IsLetter(r) && !unicode.IsNumber(r)
}

// run is the length of the runes at the beginning that satisfy is.
func run(s string, is func(rune) bool) int {
	for i, r := range s {
		if !is(r) {
			return i
		}
	}
	return len(s)
}

var contractions = []string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}

func contraction(s string, fold bool) int {
	if s[0] != '\'' {
		return 0
	}
	for _, c := range contractions {
		if len(s) >= len(c) && (s[:len(c)] == c || fold && strings.EqualFold(s[:len(c)], c)) {
			return len(c)
		}
	}
	return 0
}

// spaces is \s+(?!\S)|\s+ : all spaces, less the last one if a word follows.
func spaces(s string) int {
	n := run(s, unicode.IsSpace)
	if n < len(s) {
		if _, last := utf8.DecodeLastRuneInString(s[:n]); n > last {
			n -= last
		}
	}
	return n
}

// gpt2 is 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func gpt2(s string) int {
	if n := contraction(s, false); n > 0 {
		return n
	}
	lead := 0
	if s[0] == ' ' && len(s) > 1 {
		lead = 1
	}
	for _, is := range []func(rune) bool{unicode.IsLetter, unicode.IsNumber, isOther} {
		if n := run(s[lead:], is); n > 0 {
			return lead + n
		}
	}
	return spaces(s)
}

// llama3 is (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
type llama3 struct{ digits int }

func isBreak(r rune) bool { return r == '\r' || r == '\n' }

func (l llama3) next(s string) int {
	if n := contraction(s, true); n > 0 {
		return n
	}
	r, size := utf8.DecodeRuneInString(s)
	if unicode.IsLetter(r) {
		return run(s, unicode.IsLetter)
	}
	if !isBreak(r) && !unicode.IsNumber(r) {
		if n := run(s[size:], unicode.IsLetter); n > 0 {
			return size + n
		}
	}
	if unicode.IsNumber(r) {
		n := 0
		for range l.digits {
			c, size := utf8.DecodeRuneInString(s[n:])
			if n == len(s) || !unicode.IsNumber(c) {
				break
			}
			n += size
		}
		return n
	}
	lead := 0
	if r == ' ' {
		lead = 1
	}
	if n := run(s[lead:], isOther); n > 0 {
		n += lead
		return n + run(s[n:], isBreak)
	}
	n := run(s, unicode.IsSpace)
	if last := strings.LastIndexAny(s[:n], "\r\n"); last >= 0 {
		return last + 1
	}
	return spaces(s)
}
