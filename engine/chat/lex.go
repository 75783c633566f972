package chat

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind of a lexeme.
type kind int

const (
	endOfTemplate kind = iota
	data               // text between tags
	outputStart        // {{
	outputEnd          // }}
	blockStart         // {%
	blockEnd           // %}
	name
	integer
	decimal
	quoted // string literal
	operator
)

// lexeme is a token of the template language.
type lexeme struct {
	kind kind
	s    string
	line int
}

// operators, longest first.
var operators = []string{"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|"}

// lexer cuts a template. Whitespace around tags goes as Transformers sets up
// Jinja: trim_blocks and lstrip_blocks.
type lexer struct {
	src       string
	at        int
	lineStart bool // what comes next begins a line
	lexemes   []lexeme
	line      int
}

func lex(src string) ([]lexeme, error) {
	l := &lexer{src: strings.TrimSuffix(strings.ReplaceAll(src, "\r\n", "\n"), "\n"), lineStart: true, line: 1}
	for l.at < len(l.src) {
		if err := l.next(); err != nil {
			return nil, fmt.Errorf("line %d: %w", l.line, err)
		}
	}
	l.add(endOfTemplate, "")
	return l.lexemes, nil
}

func (l *lexer) add(k kind, s string) { l.lexemes = append(l.lexemes, lexeme{k, s, l.line}) }

// skip moves on by n bytes.
func (l *lexer) skip(n int) {
	l.line += strings.Count(l.src[l.at:l.at+n], "\n")
	l.at += n
}

// next reads text up to a tag, and the tag.
func (l *lexer) next() error {
	tag := l.at
	for ; tag < len(l.src); tag++ {
		if l.src[tag] == '{' && tag+1 < len(l.src) && strings.IndexByte("{%#", l.src[tag+1]) >= 0 {
			break
		}
	}
	s := l.src[l.at:tag]
	if tag == len(l.src) {
		l.add(data, s)
		l.skip(len(s))
		return nil
	}
	opener, sign := l.src[tag+1], byte(0)
	if tag+2 < len(l.src) {
		sign = l.src[tag+2]
	}
	kept := s
	switch {
	case sign == '-':
		kept = strings.TrimRight(s, " \t\n\r\v\f")
	case sign != '+' && opener != '{':
		line := strings.LastIndexByte(s, '\n') + 1
		if (line > 0 || l.lineStart) && strings.Trim(s[line:], " \t") == "" {
			kept = s[:line]
		}
	}
	if kept != "" {
		l.add(data, kept)
	}
	l.skip(len(s) + 2)
	if opener == '#' {
		end := strings.Index(l.src[l.at:], "#}")
		if end < 0 {
			return fmt.Errorf("a comment is not closed")
		}
		strip := end > 0 && l.src[l.at+end-1] == '-'
		l.skip(end + 2)
		l.afterTag(strip, true)
		return nil
	}
	if sign == '-' || sign == '+' {
		l.skip(1)
	}
	if opener == '{' {
		l.add(outputStart, "")
		return l.inside("}}", outputEnd)
	}
	l.add(blockStart, "")
	return l.inside("%}", blockEnd)
}

// afterTag takes away what a tag's end strips.
func (l *lexer) afterTag(strip, trimLine bool) {
	from := l.at
	switch {
	case strip:
		l.skip(len(l.src[l.at:]) - len(strings.TrimLeft(l.src[l.at:], " \t\n\r\v\f")))
	case trimLine && strings.HasPrefix(l.src[l.at:], "\n"):
		l.skip(1)
	}
	l.lineStart = l.at > from && l.src[l.at-1] == '\n'
}

// inside reads lexemes up to the closing of a tag.
func (l *lexer) inside(closer string, end kind) error {
	for braces := 0; ; {
		l.skip(len(l.src[l.at:]) - len(strings.TrimLeft(l.src[l.at:], " \t\n\r\v\f")))
		rest := l.src[l.at:]
		if rest == "" {
			return fmt.Errorf("a tag is not closed by %s", closer)
		}
		if braces == 0 {
			strip := rest[0] == '-' && strings.HasPrefix(rest[1:], closer)
			keep := rest[0] == '+' && strings.HasPrefix(rest[1:], closer)
			if strip || keep || strings.HasPrefix(rest, closer) {
				l.skip(len(closer))
				if strip || keep {
					l.skip(1)
				}
				l.add(end, "")
				l.afterTag(strip, end == blockEnd && !keep)
				return nil
			}
		}
		c := rest[0]
		switch {
		case c == '\'' || c == '"':
			if err := l.literal(c); err != nil {
				return err
			}
		case letter(c):
			n := 1
			for n < len(rest) && (letter(rest[n]) || digit(rest[n])) {
				n++
			}
			l.add(name, rest[:n])
			l.skip(n)
		case digit(c):
			l.number(rest)
		default:
			op := ""
			for _, o := range operators {
				if strings.HasPrefix(rest, o) {
					op = o
					break
				}
			}
			switch op {
			case "":
				return fmt.Errorf("unexpected %q", c)
			case "{":
				braces++
			case "}":
				braces--
			}
			l.add(operator, op)
			l.skip(len(op))
		}
	}
}

func (l *lexer) number(rest string) {
	n, k := 0, integer
	for n < len(rest) && digit(rest[n]) {
		n++
	}
	if n+1 < len(rest) && rest[n] == '.' && digit(rest[n+1]) {
		k = decimal
		for n++; n < len(rest) && digit(rest[n]); n++ {
		}
	}
	l.add(k, rest[:n])
	l.skip(n)
}

// literal reads a string with Python's escapes.
func (l *lexer) literal(quote byte) error {
	var b strings.Builder
	s := l.src
	for i := l.at + 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			l.add(quoted, b.String())
			l.skip(i + 1 - l.at)
			return nil
		case s[i] != '\\' || i+1 == len(s):
			b.WriteByte(s[i])
		default:
			i++
			if n := len(unescape(s[i:], &b)); n > 0 {
				i += n - 1
			}
		}
	}
	return fmt.Errorf("a string is not closed by %c", quote)
}

// unescape writes what an escape stands for, and returns its letters.
func unescape(s string, to *strings.Builder) string {
	if at := strings.IndexByte(`ntrbf0\'"`, s[0]); at >= 0 {
		to.WriteByte("\n\t\r\b\f\x00\\'\""[at])
		return s[:1]
	}
	for i, size := range []int{2, 4, 8} {
		if s[0] != "xuU"[i] || len(s) <= size {
			continue
		}
		if r, err := strconv.ParseUint(s[1:1+size], 16, 32); err == nil {
			to.WriteRune(rune(min(r, utf8.MaxRune+1))) // beyond Unicode: U+FFFD
			return s[:1+size]
		}
	}
	to.WriteByte('\\')
	to.WriteByte(s[0])
	return s[:1]
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
