// Package query takes apart what a person types into a search: words, "phrases",
// -exclusions, and the filters title:, tag:, date:, after: and before:.
package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is a search taken apart. What is malformed, such as a quote that is not
// closed or a date that is none, is read as words.
type Query struct {
	Words    string // to rank by: the text without filters and exclusions; words of phrases are there too
	Phrases  []string
	Excluded []string // words and phrases
	Titles   []string // words and phrases that the title holds
	Tags     []string // of which a document has each
	NoTags   []string // of which it has none
	Added    Interval
}

// Interval is a range of time, in milliseconds since the Unix epoch: From is in
// it, To is not. A nil end is open.
type Interval struct{ From, To *int64 }

// Holds reports whether a time lies in the interval.
func (i Interval) Holds(at int64) bool {
	return (i.From == nil || at >= *i.From) && (i.To == nil || at < *i.To)
}

// Filters reports whether the search leaves any document out.
func (q *Query) Filters() bool {
	return len(q.Titles)+len(q.Tags)+len(q.NoTags) > 0 || q.Added != Interval{}
}

// filters by name. A filter takes its value in and reports whether it can.
var filters = map[string]func(q *Query, value string, not bool) bool{
	"title": func(q *Query, value string, not bool) bool {
		q.Titles = append(q.Titles, value)
		return !not
	},
	"tag": func(q *Query, value string, not bool) bool {
		if not {
			q.NoTags = append(q.NoTags, value)
		} else {
			q.Tags = append(q.Tags, value)
		}
		return true
	},
	"date":   func(q *Query, value string, not bool) bool { return q.added(value, not, true, true) },
	"after":  func(q *Query, value string, not bool) bool { return q.added(value, not, true, false) },
	"before": func(q *Query, value string, not bool) bool { return q.added(value, not, false, true) },
}

// korean names of filters.
var korean = map[string]string{"제목": "title", "태그": "tag", "날짜": "date", "이후": "after", "이전": "before"}

// Parse takes a search apart. The quotes of a question, which ends in a question
// mark, name or cite: they are words, and narrow nothing.
func Parse(text string) *Query {
	q := &Query{}
	question := strings.HasSuffix(strings.TrimSpace(text), "?") || strings.HasSuffix(strings.TrimSpace(text), "？")
	var words []string
	for rest := text; ; {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			break
		}
		t := next(rest)
		rest = rest[t.length:]
		if t.quoted && t.value == "" {
			continue
		}
		if filter, ok := filters[t.filter]; ok {
			before := *q
			if filter(q, t.value, t.not) {
				continue
			}
			*q = before
			words = append(words, t.raw)
			continue
		}
		switch {
		case t.not:
			q.Excluded = append(q.Excluded, t.value)
		case t.quoted && question:
			words = append(words, t.raw)
		case t.quoted:
			q.Phrases = append(q.Phrases, t.value)
			words = append(words, t.value)
		default:
			words = append(words, t.raw)
		}
	}
	q.Words = strings.Join(words, " ")
	return q
}

// token is one part of a search.
type token struct {
	length int // in the text
	raw    string
	not    bool   // begins with a minus
	filter string // "" if none
	value  string // without minus, filter and quotes
	quoted bool
}

// next reads the token that a text begins with.
func next(s string) token {
	t := token{length: strings.IndexFunc(s, unicode.IsSpace)}
	if t.length < 0 {
		t.length = len(s)
	}
	t.raw, t.value = s[:t.length], s[:t.length]
	at := 0
	if s[0] == '-' && len(s) > 1 {
		// A minus before a number is its sign.
		if r, _ := utf8.DecodeRuneInString(s[1:]); unicode.IsLetter(r) || opens(s[1:]) > 0 {
			t.not, at = true, 1
			t.value = t.raw[1:]
		}
	}
	if name, rest, ok := strings.Cut(t.raw[at:], ":"); ok {
		name = strings.ToLower(name)
		if english, ok := korean[name]; ok {
			name = english
		}
		if _, ok := filters[name]; ok && rest != "" {
			t.filter, t.value = name, rest
			at = t.length - len(rest)
		}
	}
	open := opens(s[at:])
	if open == 0 {
		return t
	}
	inside, end := quotation(s[at+open:])
	if end == 0 {
		t.filter, t.not, t.value = "", false, t.raw
		return t
	}
	t.length = at + open + end
	t.raw, t.value, t.quoted = s[:t.length], strings.TrimSpace(inside), true
	return t
}

// opens returns the length of an opening quote at the beginning of s, or 0.
func opens(s string) int {
	for _, q := range []string{`"`, "“", "”", "„", "「", "«"} {
		if strings.HasPrefix(s, q) {
			return len(q)
		}
	}
	return 0
}

// quotation returns what stands before the closing quote, and where that ends; 0
// if there is none.
func quotation(s string) (inside string, end int) {
	at := strings.IndexAny(s, `"“”」»`)
	if at < 0 {
		return "", 0
	}
	_, n := utf8.DecodeRuneInString(s[at:])
	return s[:at], at + n
}
