package grammar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formats are the texts of a format of JSON Schema. Others say nothing.
var formats = map[string]node{}

func init() {
	const date = `([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|[0-9][0-9](0[48]|[2468][048]|[13579][26])-02-29)`
	const time = `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{3})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
	for name, pattern := range map[string]string{
		"date": date, "time": time, "date-time": date + "T" + time,
		"uuid": `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`,
		"ipv4": `((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`,
	} {
		n, err := parsePattern("^(" + pattern + ")$")
		if err != nil {
			panic(err)
		}
		formats[name] = n
	}
}

// patternParser reads a regular expression of ECMA-262 and makes of it what may
// stand in a JSON string.
type patternParser struct {
	text  string
	at    int
	depth int
}

var (
	errPattern = errors.New("it is not understood")
	errDeep    = errors.New("it nests too deep")
)

func parsePattern(text string) (node, error) {
	p := &patternParser{text: text}
	n, err := p.choice(true)
	if err == nil && p.at < len(text) {
		err = errPattern
	}
	if err != nil {
		return nil, fmt.Errorf("at %q: %w", text[min(p.at, len(text)):], err)
	}
	return n, nil
}

func (p *patternParser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

// choice reads alternatives. Those of the whole expression may be anchored, and
// stand anywhere in the text where they are not.
func (p *patternParser) choice(whole bool) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	anything := repeat{ref("character"), 0, infinite}
	var all choice
	for {
		var s sequence
		if whole && !p.take("^") {
			s = append(s, anything)
		}
		for p.at < len(p.text) && !strings.ContainsRune("|)$", rune(p.text[p.at])) {
			n, err := p.repeated()
			if err != nil {
				return nil, err
			}
			s = append(s, n)
		}
		if whole && !p.take("$") {
			s = append(s, anything)
		}
		all = append(all, s)
		if !p.take("|") {
			return all, nil
		}
	}
}

func (p *patternParser) repeated() (node, error) {
	n, err := p.one()
	if err != nil {
		return nil, err
	}
	for depth := p.depth; ; depth++ {
		if depth > maxDepth {
			return nil, errDeep
		}
		switch {
		case p.take("*"):
			n = repeat{n, 0, infinite}
		case p.take("+"):
			n = repeat{n, 1, infinite}
		case p.take("?"):
			n = repeat{n, 0, 1}
		case p.take("{"):
			bounds, rest, ok := strings.Cut(p.text[p.at:], "}")
			low, high, several := strings.Cut(bounds, ",")
			least, err := strconv.Atoi(low)
			most := least
			if several {
				if most = infinite; high != "" && err == nil {
					most, err = strconv.Atoi(high)
				}
			}
			if !ok || err != nil || least < 0 || most < least || least > maxCount || most != infinite && most > maxCount {
				return nil, errors.New("a repetition is written {m}, {m,} or {m,n}")
			}
			n = repeat{n, least, most}
			p.at = len(p.text) - len(rest)
		default:
			return n, nil
		}
		p.take("?") // the shortest first: the texts are the same
	}
}

func (p *patternParser) one() (node, error) {
	switch c := p.text[p.at]; c {
	case '(':
		p.at++
		if p.take("?") && !p.take(":") {
			name, rest, ok := strings.Cut(p.text[p.at:], ">")
			if !ok || len(name) < 2 || name[0] != '<' || !isName(name[1]) {
				return nil, errors.New("no looking ahead or back is known")
			}
			p.at = len(p.text) - len(rest)
		}
		n, err := p.choice(false)
		if err == nil && !p.take(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return n, err
	case '[':
		p.at++
		return p.class()
	case '.':
		p.at++
		return inString(class{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}.others()), nil
	case '^', '$', '*', '+', '?', '{':
		return nil, errPattern
	case '\\':
		c, err := p.escape()
		return inString(c), err
	}
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += n
	return inString(class{{r, r}}), nil
}

func (p *patternParser) class() (node, error) {
	not := p.take("^")
	var all class
	for !p.take("]") {
		low, err := p.member()
		if err != nil {
			return nil, err
		}
		if len(low) == 1 && low[0].low == low[0].high && strings.HasPrefix(p.text[p.at:], "-") && !strings.HasPrefix(p.text[p.at:], "-]") {
			p.at++
			high, err := p.member()
			if err != nil {
				return nil, err
			}
			if len(high) != 1 || high[0].low < low[0].low {
				return nil, errPattern
			}
			low[0].high = high[0].high
		}
		all = append(all, low...)
	}
	if not {
		all = all.others()
	}
	return inString(all), nil
}

func (p *patternParser) member() (class, error) {
	if p.at == len(p.text) {
		return nil, errors.New("[ is not closed")
	}
	if p.text[p.at] == '\\' {
		if p.take(`\b`) {
			return class{{'\b', '\b'}}, nil
		}
		return p.escape()
	}
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += n
	return class{{r, r}}, nil
}

// shorthands are the classes that have letters.
var shorthands = map[byte]class{
	'd': {{'0', '9'}},
	'w': {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
	's': {{'\t', '\r'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}},
	'n': {{'\n', '\n'}}, 'r': {{'\r', '\r'}}, 't': {{'\t', '\t'}}, 'f': {{'\f', '\f'}}, 'v': {{'\v', '\v'}},
}

func (p *patternParser) escape() (class, error) {
	p.at++
	if p.at == len(p.text) {
		return nil, errPattern
	}
	c := p.text[p.at]
	p.at++
	if set, ok := shorthands[c]; ok {
		return append(class{}, set...), nil
	}
	if set, ok := shorthands[c|0x20]; ok && (c == 'D' || c == 'W' || c == 'S') {
		return set.others(), nil
	}
	if c == 'x' || c == 'u' {
		digits := 2
		if c == 'u' {
			digits = 4
		}
		if p.at+digits <= len(p.text) {
			if r, err := strconv.ParseUint(p.text[p.at:p.at+digits], 16, 32); err == nil {
				p.at += digits
				return class{{rune(r), rune(r)}}, nil
			}
		}
		return nil, errPattern
	}
	if c >= utf8.RuneSelf || isName(c) && c != '-' && c != '_' {
		return nil, fmt.Errorf(`the escape \%c is not known`, c)
	}
	return class{{rune(c), rune(c)}}, nil
}

// inString are characters as a JSON string holds them.
func inString(c class) node {
	all := choice{class{}}
	if plain := c.without(unescaped.others()); len(plain) > 0 {
		all[0] = plain
	}
	for _, short := range []struct {
		r    rune
		text literal
	}{{'"', `\"`}, {'\\', `\\`}, {'\n', `\n`}, {'\r', `\r`}, {'\t', `\t`}, {'\b', `\b`}, {'\f', `\f`}} {
		if c.has(short.r) {
			all = append(all, short.text)
		}
	}
	return all
}
