package query

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Phrase is a run of words to be found in texts as they are written, but for
// case, width, punctuation, and the spaces of Hangul, which writers set as they
// like: 데이터 베이스 is in 데이터베이스를.
type Phrase struct {
	folded string // from the beginning of a word on
	joined string // without spaces; "" if it is not Hangul alone
}

// NewPhrase prepares a phrase.
func NewPhrase(text string) Phrase {
	p := Phrase{folded: fold(text)}
	if strings.ContainsFunc(p.folded, hangul) && !strings.ContainsFunc(p.folded, func(r rune) bool { return r != ' ' && !hangul(r) }) {
		p.joined = strings.ReplaceAll(p.folded, " ", "")
	}
	return p
}

// In reports whether a text holds the phrase. One of no letters is nowhere.
func (p Phrase) In(text string) bool { return p.Within(Fold(text)) }

// Folded is a text as phrases are sought in it.
type Folded struct{ text, joined string }

// Fold prepares a text in which many phrases are sought.
func Fold(text string) Folded {
	f := fold(text)
	return Folded{f, strings.ReplaceAll(f, " ", "")}
}

// Within is In for a text that is prepared.
func (p Phrase) Within(f Folded) bool {
	if strings.TrimSpace(p.folded) == "" {
		return false
	}
	return strings.Contains(f.text, p.folded) || p.joined != "" && strings.Contains(f.joined, p.joined)
}

func hangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

// fold writes a text in lower case and NFKC, with one space before each word.
func fold(text string) string {
	var b strings.Builder
	inside := false
	for _, r := range norm.NFKC.String(text) {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
			inside = false
			continue
		}
		if !inside {
			b.WriteByte(' ')
		}
		inside = true
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
