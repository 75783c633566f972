//go:build !lean

package extract

import (
	"bytes"
	"errors"
	"strconv"
)

// PDF objects (ISO 32000-1, 7.3) are nil, bool, float64, string (of bytes),
// pdfName, []any, pdfDict, pdfRef and *pdfStream.
type (
	pdfName   string
	pdfDict   map[pdfName]any
	pdfRef    int    // generation is ignored: the last definition of a number holds
	pdfWord   string // an operator or a keyword
	pdfStream struct {
		pdfDict
		raw []byte
	}
)

// pdfLexer reads objects from bytes.
type pdfLexer struct {
	data []byte
	at   int
}

var errPDFEnd = errors.New("the end of the data")

// maxPDFDepth bounds the nesting of arrays and dictionaries.
const maxPDFDepth = 100

func pdfSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func pdfRegular(c byte) bool { return !pdfSpace(c) && bytes.IndexByte([]byte("()<>[]{}/%"), c) < 0 }

func (l *pdfLexer) space() {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; {
		case pdfSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// next returns the next object or word. Stray closing marks are words.
func (l *pdfLexer) next(depth int) (any, error) {
	l.space()
	if l.at >= len(l.data) {
		return nil, errPDFEnd
	}
	if depth > maxPDFDepth {
		return nil, errors.New("objects nested too deeply")
	}
	c := l.data[l.at]
	switch {
	case c == '/':
		l.at++
		return l.name(), nil
	case c == '(':
		return l.literal(), nil
	case c == '<' && l.at+1 < len(l.data) && l.data[l.at+1] == '<':
		l.at += 2
		return l.dict(depth)
	case c == '<':
		return l.hex(), nil
	case c == '[':
		l.at++
		list := []any{}
		for {
			v, err := l.next(depth + 1)
			if err != nil {
				return nil, err
			}
			switch v {
			case pdfWord("]"):
				return list, nil
			case pdfWord("R"):
				if n := len(list); n >= 2 {
					if id, ok := list[n-2].(float64); ok {
						list = append(list[:n-2], pdfRef(id))
					}
				}
			default:
				list = append(list, v)
			}
		}
	case c == '>' && l.at+1 < len(l.data) && l.data[l.at+1] == '>':
		l.at += 2
		return pdfWord(">>"), nil
	case !pdfRegular(c):
		l.at++
		return pdfWord(c), nil
	}
	start := l.at
	for l.at < len(l.data) && pdfRegular(l.data[l.at]) {
		l.at++
	}
	word := string(l.data[start:l.at])
	if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if f, err := strconv.ParseFloat(word, 64); err == nil {
			return f, nil
		}
	}
	switch word {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	return pdfWord(word), nil
}

func (l *pdfLexer) name() pdfName {
	var b []byte
	for ; l.at < len(l.data) && pdfRegular(l.data[l.at]); l.at++ {
		c := l.data[l.at]
		if c == '#' && l.at+2 < len(l.data) {
			if n, err := strconv.ParseUint(string(l.data[l.at+1:l.at+3]), 16, 8); err == nil {
				c = byte(n)
				l.at += 2
			}
		}
		b = append(b, c)
	}
	return pdfName(b)
}

func (l *pdfLexer) dict(depth int) (any, error) {
	d := pdfDict{}
	var key pdfName
	var values []any
	put := func() {
		if n := len(values); n == 3 && values[2] == pdfWord("R") {
			if id, ok := values[0].(float64); ok {
				d[key] = pdfRef(id)
			}
		} else if n > 0 && key != "" {
			d[key] = values[0]
		}
		values = values[:0]
	}
	for {
		v, err := l.next(depth + 1)
		if err != nil {
			return nil, err
		}
		name, isName := v.(pdfName)
		switch {
		case v == pdfWord(">>"):
			put()
			return d, nil
		case isName && (key == "" || len(values) > 0):
			put()
			key = name
		case len(values) < 3:
			values = append(values, v)
		}
	}
}

// literal reads a string in parentheses.
func (l *pdfLexer) literal() string {
	var b []byte
	depth := 0
	for l.at < len(l.data) {
		c := l.data[l.at]
		l.at++
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				return string(b)
			}
		case '\\':
			if l.at >= len(l.data) {
				return string(b)
			}
			c = l.data[l.at]
			l.at++
			switch c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			case 'b':
				c = '\b'
			case 'f':
				c = '\f'
			case '\r':
				if l.at < len(l.data) && l.data[l.at] == '\n' {
					l.at++
				}
				continue
			case '\n':
				continue
			default:
				if c >= '0' && c <= '7' {
					n := c - '0'
					for k := 0; k < 2 && l.at < len(l.data) && l.data[l.at] >= '0' && l.data[l.at] <= '7'; k++ {
						n = n<<3 | (l.data[l.at] - '0')
						l.at++
					}
					c = n
				}
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// hex reads a string of hexadecimal digits.
func (l *pdfLexer) hex() string {
	var b []byte
	half, n := byte(0), 0
	for l.at++; l.at < len(l.data) && l.data[l.at] != '>'; l.at++ {
		c := l.data[l.at]
		switch {
		case digit(c):
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			continue
		}
		if n++; n%2 == 0 {
			b = append(b, half<<4|c)
		}
		half = c
	}
	l.at = min(l.at+1, len(l.data))
	if n%2 == 1 {
		b = append(b, half<<4)
	}
	return string(b)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
