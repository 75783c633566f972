package chunk

import (
	"strings"
	"unicode"
)

// maxAbbreviation bounds how far back an abbreviation begins, in bytes.
const maxAbbreviation = 12

var (
	// before a name
	titles = set("mr mrs ms dr prof st gen sen rep gov capt lt col sgt rev hon pres messrs mt ft")
	// before a number
	numbered = set(`c no nos fig figs vol vols p pp ch sec eq art ca approx jan feb mar apr jun jul aug sep sept oct nov dec`)
	// within a sentence or at its end
	doubtful = set("etc inc ltd co corp jr sr vs e.g i.e cf al ph.d a.m p.m dept est univ assn bros")
	// that a sentence begins with, more often than a name does
	openers = set(`the a an it he she they we you i in on at this that these those his her its their but and or so as if
		when while after before for from by to however although there then what who how why where some many most all`)
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// abbreviated reports whether the full stop between before and rest belongs to
// the word before it and ends no sentence.
func abbreviated(before, rest string) bool {
	word := before[strings.LastIndexAny(before, " \t\n([\"'")+1:]
	lower := strings.ToLower(word)
	initial := len(word) == 1 && unicode.IsUpper(rune(word[0])) && word != "I"
	switch {
	case titles[lower] || initial:
		return true
	case numbered[lower]:
		return '0' <= rest[0] && rest[0] <= '9'
	case doubtful[lower] || initials(word):
		next := rest[:max(0, strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) }))]
		return !openers[strings.ToLower(next)]
	}
	return false
}

// initials reports whether a word is letters with points between, as U.S is.
func initials(word string) bool {
	if len(word) < 3 {
		return false
	}
	for i := range len(word) {
		if (i%2 == 1) != (word[i] == '.') {
			return false
		}
	}
	return len(word)%2 == 1
}
