// Package fact finds what in a text can be compared with another: numbers with
// their units, dates, and names, in Korean and English.
//
// A finder looks at the words from one on and says what fact begins there. Each
// kind of fact is one file; Find tries them in the order of finders.
package fact

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// Kind of a fact.
type Kind string

const (
	Number Kind = "number"
	Date   Kind = "date"
	Name   Kind = "name"
)

// Fact is a part of a text that says how many, when, or who and what by name.
type Fact struct {
	Kind Kind
	index.Span
	// Value is the same however the fact is written: a number in figures, a date as
	// 2026-03-01, 2026-03, 2026 or --03-01, a name in lower case.
	Value string
	Unit  string // of a number: "원", "year", "%"; "" if none
}

// Same reports whether two facts of one kind say the same; a year holds every day
// in it, a name the longer forms of itself, two years 24 months; a number of one measure is
// none of another.
func (f Fact) Same(g Fact) bool {
	switch f.Kind {
	case Date:
		return sameDate(f.Value, g.Value)
	case Name:
		return sameName(f.Value, g.Value)
	}
	one, other := measures[f.Unit], measures[g.Unit]
	if one.base == "" || other.base == "" {
		return f.Value == g.Value
	}
	return one.base == other.base && one.of(f.Value) == other.of(g.Value)
}

// measure is a unit by the smallest that measures the same.
type measure struct {
	base string
	size float64
}

// of is a number of the unit in the smallest.
func (m measure) of(value string) float64 {
	v, _ := strconv.ParseFloat(value, 64) // as plainNumber wrote it
	return math.Round(v*m.size*1e3) / 1e3
}

// measures are units of which one is no other but by its size, smaller ones first; of
// all others a unit tells too little.
var measures = func() map[string]measure {
	m := map[string]measure{}
	for _, line := range strings.Split(`$ dollar 달러
€ euro 유로
£ pound 파운드
₩ won 원
° ℃ degree celsius 도
% percent 퍼센트 프로
second 초, 60 minute min 분, 3600 hour 시간, 86400 day 일, 604800 week 주
month 개월 달, 12 year 년 년간
g gram 그램, 1000 kg kilogram 킬로그램 킬로
mm millimetre millimeter 밀리미터, 10 cm centimetre centimeter 센티미터, 1000 m metre meter 미터, 1000000 km kilometre kilometer 킬로미터
ml millilitre milliliter 밀리리터, 1000 litre liter l 리터`, "\n") {
		base, _, _ := strings.Cut(line, " ")
		for _, part := range strings.Split(line, ", ") {
			units, size := strings.Fields(part), 1.0
			if n, err := strconv.ParseFloat(units[0], 64); err == nil {
				units, size = units[1:], n
			}
			for _, u := range units {
				m[u] = measure{base, size}
			}
		}
	}
	return m
}()

// Find returns the facts of a text, in order; none overlaps another.
func Find(text string) []Fact {
	words := split(text)
	var facts []Fact
next:
	for i := 0; i < len(words); {
		for _, find := range finders {
			if f, n := find(words, i); n > 0 {
				f.Start = words[i].start
				if f.End == 0 {
					f.End = words[i+n-1].end
				}
				facts = append(facts, f)
				i += n
				continue next
			}
		}
		i++
	}
	return facts
}

// A finder returns the fact that begins at word i and how many words it takes, or
// 0. It sets the end where that is not the end of its last word.
type finder func(words []word, i int) (Fact, int)

var finders = []finder{findDate, findNumber, findName}

// word is a run of digits or of letters of one script.
type word struct {
	text       string // as it is written
	start, end int
	script     script
	before     rune   // the character before it, 0 at the beginning
	after      rune   // and after it
	sign       string // of a unit behind a number, with the space before it, if any
	first      bool   // of its sentence, as far as marks tell
}

// signs are units of one character.
const signs = "%℃°"

type script uint8

const (
	none script = iota
	digits
	latin
	hangul
	other
)

func scriptOf(r rune) script {
	switch {
	case '0' <= r && r <= '9':
		return digits
	case r < 0x250 && unicode.IsLetter(r):
		return latin
	case r >= 0xAC00 && r <= 0xD7A3:
		return hangul
	case unicode.IsLetter(r):
		return other
	}
	return none
}

// split cuts a text into words. Digits keep the points and commas between them,
// Latin words their hyphens and apostrophes.
func split(text string) []word {
	var words []word
	first := true
	before := rune(0)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		s := scriptOf(r)
		if s == none {
			first = first || r == '.' || r == '!' || r == '?' || r == '\n' || r == ':'
			before = r
			i += n
			continue
		}
		start := i
		for i < len(text) {
			r, n = utf8.DecodeRuneInString(text[i:])
			t := scriptOf(r)
			if t != s {
				next, _ := utf8.DecodeRuneInString(text[min(i+n, len(text)):])
				if scriptOf(next) != s || !(s == digits && (r == ',' || r == '.') || s == latin && (r == '-' || r == '\'' || r == '’')) {
					break
				}
			}
			i += n
		}
		after, _ := utf8.DecodeRuneInString(text[i:])
		if i == len(text) {
			after = 0
		}
		sign := ""
		if rest := strings.TrimPrefix(text[i:], " "); s == digits {
			if r, n := utf8.DecodeRuneInString(rest); strings.ContainsRune(signs, r) {
				sign = text[i : len(text)-len(rest)+n]
			}
		}
		words = append(words, word{text: text[start:i], start: start, end: i, script: s, before: before, after: after, sign: sign, first: first})
		first, before = false, rune(text[i-1])
	}
	return words
}

// attached reports whether word i+1 follows word i without a space.
func attached(words []word, i int) bool {
	return i+1 < len(words) && words[i+1].start == words[i].end
}

// spaced reports whether at most a space or hyphen stands between words i and i+1.
func spaced(words []word, i int) bool {
	return i+1 < len(words) && words[i+1].start <= words[i].end+1
}
