package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/tokenizer"
)

// text is a string that remembers who wrote each byte: the template's makers, or
// a person or a document. Whatever a template does with a message (strip, split,
// slice, replace, join), only the former may be read as special tokens.
type text struct {
	s    string
	mark string // a byte per byte of s: ours or theirs; "" if all is ours
}

const (
	ours   = '\x00'
	theirs = '\x01'
)

// own is text of the template's makers.
func own(s string) text { return text{s: s} }

// foreign is text of others.
func foreign(s string) text { return text{s, strings.Repeat(string(theirs), len(s))} }

func (t text) slice(from, to int) text {
	if t.mark == "" {
		return text{s: t.s[from:to]}
	}
	return text{t.s[from:to], t.mark[from:to]}
}

func (t text) isForeign() bool { return strings.IndexByte(t.mark, theirs) >= 0 }

// like is a new string made of t as a whole: foreign if any of t is.
func (t text) like(s string) text {
	if t.isForeign() {
		return foreign(s)
	}
	return own(s)
}

// trim cuts characters off the ends; nil stands for whitespace.
func (t text) trim(cutset *text, left, right bool) text {
	in := unicode.IsSpace
	if cutset != nil {
		in = func(r rune) bool { return strings.ContainsRune(cutset.s, r) }
	}
	from, to := 0, len(t.s)
	if left {
		from = len(t.s) - len(strings.TrimLeftFunc(t.s, in))
	}
	if right {
		to = max(from, len(strings.TrimRightFunc(t.s, in)))
	}
	return t.slice(from, to)
}

// split cuts at a separator, at most n times if n is not negative; at runs of
// whitespace if the separator is nil.
func (t text) split(separator *text, n int) []text {
	var parts []text
	rest := t
	if separator == nil {
		for rest = rest.trim(nil, true, false); rest.s != ""; rest = rest.trim(nil, true, false) {
			to := strings.IndexFunc(rest.s, unicode.IsSpace)
			if to < 0 || n == 0 {
				return append(parts, rest.trim(nil, false, n == 0))
			}
			parts = append(parts, rest.slice(0, to))
			rest = rest.slice(to, len(rest.s))
			n--
		}
		return parts
	}
	for n != 0 {
		at := strings.Index(rest.s, separator.s)
		if at < 0 {
			break
		}
		parts = append(parts, rest.slice(0, at))
		rest = rest.slice(at+len(separator.s), len(rest.s))
		n--
	}
	return append(parts, rest)
}

// each maps every character to a string.
func (t text) each(f func(i int, r rune) string) text {
	var b builder
	for i := 0; i < len(t.s); {
		r, n := utf8.DecodeRuneInString(t.s[i:])
		b.add(t.slice(i, i+n).like(f(i, r)))
		i += n
	}
	return b.text()
}

// builder puts texts together.
type builder struct {
	s, mark strings.Builder
	marked  bool
}

func (b *builder) add(t text) {
	if t.mark != "" && !b.marked {
		b.marked = true
		b.mark.WriteString(strings.Repeat(string(ours), b.s.Len()))
	}
	b.s.WriteString(t.s)
	switch {
	case t.mark != "":
		b.mark.WriteString(t.mark)
	case b.marked:
		b.mark.WriteString(strings.Repeat(string(ours), len(t.s)))
	}
}

func (b *builder) text() text { return text{b.s.String(), b.mark.String()} }

// join puts a separator between texts.
func join(parts []text, separator text) text {
	var b builder
	for i, p := range parts {
		if i > 0 {
			b.add(separator)
		}
		b.add(p)
	}
	return b.text()
}

// parts are the stretches of one writer each.
func (t text) parts() []tokenizer.Part {
	var parts []tokenizer.Part
	for from := 0; from < len(t.s); {
		to := len(t.s)
		if t.mark != "" {
			to = from + 1
			for to < len(t.s) && t.mark[to] == t.mark[from] {
				to++
			}
		}
		parts = append(parts, tokenizer.Part{Text: t.s[from:to], Special: t.mark == "" || t.mark[from] == ours})
		from = to
	}
	return parts
}
