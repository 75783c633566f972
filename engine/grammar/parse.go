package grammar

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// node is a piece of a rule: one of the types below.
type node any

type (
	literal  string
	class    []span // characters that one may be
	sequence []node
	choice   []node
	ref      string // a rule
	repeat   struct {
		of       node
		min, max int // max infinite: no bound
	}
	// text is a text and what follows it, or one of others, a rule of
	// such that comes before.
	text struct {
		text string
		then node
		or   ref // "" for none
	}
)

// span is characters from low to high.
type span struct{ low, high rune }

// rules are what names stand for.
type rules struct {
	names []string // in the order of the text
	of    map[string]node
}

// parser reads GBNF.
type parser struct {
	text  string
	at    int
	depth int
	used  map[string]int // rules that are referred to, and where first
}

func parse(text string) (*rules, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("%d bytes; at most %d are read", len(text), maxText)
	}
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("the text is not UTF-8")
	}
	p := &parser{text: text, used: map[string]int{}}
	r := &rules{of: map[string]node{}}
	for p.space(true); p.at < len(text); p.space(true) {
		begin := p.at
		name := p.name()
		if name == "" {
			return nil, p.errorf(p.at, "a rule's name is missing before %q", p.rest())
		}
		if p.space(false); !p.take("::=") {
			return nil, p.errorf(p.at, "rule %s: ::= is missing before %q", name, p.rest())
		}
		p.space(true)
		n, err := p.choice(false)
		if err != nil {
			return nil, err
		}
		if _, twice := r.of[name]; twice {
			return nil, p.errorf(begin, "rule %s stands there twice", name)
		}
		r.names, r.of[name] = append(r.names, name), n
		if p.at < len(text) && text[p.at] != '\n' && text[p.at] != '\r' {
			return nil, p.errorf(p.at, "rule %s: %q is not understood", name, p.rest())
		}
	}
	if _, ok := r.of["root"]; !ok {
		return nil, fmt.Errorf("there is no rule root")
	}
	missing, first := "", len(text)
	for name, at := range p.used {
		if _, ok := r.of[name]; !ok && at < first {
			missing, first = name, at
		}
	}
	if missing != "" {
		return nil, p.errorf(first, "there is no rule %s", missing)
	}
	return r, nil
}

func (p *parser) errorf(at int, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", 1+strings.Count(p.text[:at], "\n"), fmt.Sprintf(format, args...))
}

// rest is the beginning of what is to come.
func (p *parser) rest() string {
	rest, _, _ := strings.Cut(p.text[p.at:], "\n")
	return rest[:min(len(rest), 20)]
}

func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

// space passes over spaces and comments, and over ends of lines if asked to.
func (p *parser) space(lines bool) {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r'):
			p.at++
		case c == '#':
			n := strings.IndexAny(p.text[p.at:], "\r\n")
			if n < 0 {
				n = len(p.text) - p.at
			}
			p.at += n
		default:
			return
		}
	}
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func (p *parser) name() string {
	begin := p.at
	for p.at < len(p.text) && isName(p.text[p.at]) {
		p.at++
	}
	return p.text[begin:p.at]
}

// choice reads alternatives. Within parentheses they may go over lines.
func (p *parser) choice(nested bool) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.errorf(p.at, "it nests deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	var all choice
	for {
		s, err := p.sequence(nested)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		if !p.take("|") {
			break
		}
		p.space(true)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) sequence(nested bool) (node, error) {
	var all sequence
	for p.at < len(p.text) {
		begin := p.at
		var n node
		var err error
		switch c := p.text[p.at]; {
		case c == '"':
			n, err = p.literal()
		case c == '[':
			n, err = p.class()
		case c == '.':
			p.at++
			n = class{{0, utf8.MaxRune}}
		case c == '(':
			p.at++
			p.space(true)
			if n, err = p.choice(true); err == nil && !p.take(")") {
				err = p.errorf(begin, "a parenthesis is not closed")
			}
		case isName(c):
			name := p.name()
			if _, ok := p.used[name]; !ok {
				p.used[name] = begin
			}
			n = ref(name)
		default:
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if n, err = p.repeats(n); err != nil {
			return nil, err
		}
		all = append(all, n)
		p.space(nested)
	}
	return all, nil
}

// repeats reads what says how often the piece before it comes.
func (p *parser) repeats(n node) (node, error) {
	begin := p.at
	for depth := p.depth; p.at < len(p.text); depth++ {
		if p.space(false); p.at == len(p.text) {
			break
		}
		if depth > maxDepth {
			return nil, p.errorf(begin, "it nests deeper than %d", maxDepth)
		}
		switch p.text[p.at] {
		case '*':
			n = repeat{n, 0, infinite}
		case '+':
			n = repeat{n, 1, infinite}
		case '?':
			n = repeat{n, 0, 1}
		case '{':
			var err error
			if n, err = p.counted(n); err != nil {
				return nil, err
			}
			continue
		default:
			return n, nil
		}
		p.at++
	}
	return n, nil
}

// counted reads {m}, {m,} or {m,n}.
func (p *parser) counted(of node) (node, error) {
	begin := p.at
	p.at++
	r := repeat{of: of}
	var ok bool
	if r.min, ok = p.number(); ok {
		r.max = r.min
		if p.take(",") {
			if r.max, ok = p.number(); !ok {
				r.max, ok = infinite, true
			}
		}
	}
	if !ok || !p.take("}") || r.max < r.min || r.min > maxCount || r.max != infinite && r.max > maxCount {
		return nil, p.errorf(begin, "a repetition is written {m}, {m,} or {m,n}, with at most %d", maxCount)
	}
	return r, nil
}

func (p *parser) number() (n int, ok bool) {
	for p.space(false); p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9'; p.at++ {
		n, ok = min(10*n+int(p.text[p.at]-'0'), infinite), true
	}
	p.space(false)
	return n, ok
}

func (p *parser) literal() (node, error) {
	begin := p.at
	p.at++
	var s strings.Builder
	for !p.take(`"`) {
		r, err := p.char(begin)
		if err != nil {
			return nil, err
		}
		s.WriteRune(r)
	}
	return literal(s.String()), nil
}

// class reads [a-z] or [^a-z].
func (p *parser) class() (node, error) {
	begin := p.at
	p.at++
	not := p.take("^")
	var c class
	for !p.take("]") {
		low, err := p.char(begin)
		if err != nil {
			return nil, err
		}
		high := low
		if strings.HasPrefix(p.text[p.at:], "-") && !strings.HasPrefix(p.text[p.at:], "-]") {
			p.at++
			if high, err = p.char(begin); err != nil {
				return nil, err
			}
		}
		if high < low {
			return nil, p.errorf(begin, "the characters %q to %q run backwards", low, high)
		}
		c = append(c, span{low, high})
	}
	if not {
		c = c.others()
	}
	return c, nil
}

// escapes are those of single characters.
var escapes = map[byte]rune{'t': '\t', 'r': '\r', 'n': '\n', '\\': '\\', '"': '"', '[': '[', ']': ']', '-': '-', '^': '^'}

// char reads a character of what began at begin.
func (p *parser) char(begin int) (rune, error) {
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	if n == 0 || r == '\n' {
		return 0, p.errorf(begin, "%c is not closed", p.text[begin])
	}
	p.at += n
	if r != '\\' {
		return r, nil
	}
	if p.at == len(p.text) {
		return 0, p.errorf(begin, "%c is not closed", p.text[begin])
	}
	c := p.text[p.at]
	p.at++
	if r, ok := escapes[c]; ok {
		return r, nil
	}
	if at := strings.IndexByte("xuU", c); at >= 0 {
		return p.hex([]int{2, 4, 8}[at])
	}
	return 0, p.errorf(begin, `the escape \%c is not known`, c)
}

func (p *parser) hex(digits int) (rune, error) {
	var r rune
	for i := range digits {
		at := -1
		if p.at < len(p.text) {
			at = strings.IndexByte("0123456789abcdef0123456789ABCDEF", p.text[p.at])
		}
		if at < 0 || r > utf8.MaxRune {
			return 0, p.errorf(p.at, "an escape has %d of its %d hexadecimal digits", i, digits)
		}
		r = r<<4 | rune(at&15)
		p.at++
	}
	if !utf8.ValidRune(r) {
		return 0, p.errorf(p.at, "%U is no character", r)
	}
	return r, nil
}
