package chunk

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// Sentences yields the sentences of a text in order, without the space around
// them. A line break ends a sentence only where a blank line, a list item or a
// heading follows.
func Sentences(text string) iter.Seq[index.Span] {
	return func(yield func(index.Span) bool) {
		start := 0
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			end := i + n
			if !ends(text, i, r, end) {
				i = end
				continue
			}
			for end < len(text) {
				r, n := utf8.DecodeRuneInString(text[end:])
				if !strings.ContainsRune(`.!?。！？"'”’)]」』`, r) {
					break
				}
				end += n
			}
			if s := trim(text, start, end); s.Len() > 0 && !yield(s) {
				return
			}
			start, i = end, end
		}
		if s := trim(text, start, len(text)); s.Len() > 0 {
			yield(s)
		}
	}
}

// ends reports whether the rune r at i, followed by text[end:], ends a sentence.
func ends(text string, i int, r rune, end int) bool {
	rest := text[end:]
	switch r {
	case '。', '！', '？', '!', '?':
		return true
	case '.':
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, `.!?"'”’)]」』`))
		if rest != "" && !unicode.IsSpace(next) {
			return false
		}
		word := text[strings.LastIndexAny(text[max(0, i-16):i], " \t\n(")+1+max(0, i-16) : i]
		return !abbreviation(word)
	case '\n':
		line, _, _ := strings.Cut(rest, "\n")
		line = strings.TrimLeft(line, " \t")
		return line == "" || strings.ContainsRune("#-*+|>=", rune(line[0]))
	}
	return false
}

var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "st": true, "vs": true, "e.g": true,
	"i.e": true, "etc": true, "no": true, "vol": true, "fig": true, "jr": true, "sr": true, "u.s": true,
}

// abbreviation reports whether a full stop after the word is part of it.
func abbreviation(word string) bool {
	if len(word) == 1 && word[0] >= 'A' && word[0] <= 'Z' {
		return true
	}
	return abbreviations[strings.ToLower(word)]
}

// trim narrows a range to what is not space.
func trim(text string, start, end int) index.Span {
	s := text[start:end]
	left := strings.TrimLeftFunc(s, unicode.IsSpace)
	start += len(s) - len(left)
	return index.Span{Start: start, End: start + len(strings.TrimRightFunc(left, unicode.IsSpace))}
}
