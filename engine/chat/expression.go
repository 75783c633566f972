package chat

import (
	"math"
	"strconv"
	"strings"
)

// tuple is an expression, or several with commas between: a list.
func (p *parser) tuple() expression {
	first := p.expression()
	if !p.is(operator, ",") {
		return first
	}
	all := []expression{first}
	for p.accept(operator, ",") && !p.is(blockEnd) && !p.is(operator, ")") {
		all = append(all, p.expression())
	}
	return listOf(all)
}

func listOf(all []expression) expression {
	return func(s *state) value {
		items := make([]value, len(all))
		for i, e := range all {
			items[i] = e(s)
		}
		return &list{items}
	}
}

// expression is an "or", or one of two of them by a condition.
func (p *parser) expression() expression {
	defer p.deeper()()
	then := p.or()
	for p.accept(name, "if") {
		yes, condition := then, p.or()
		no := expression(func(*state) value { return undefined{"else"} })
		if p.accept(name, "else") {
			no = p.expression()
		}
		then = func(s *state) value {
			if truth(condition(s)) {
				return yes(s)
			}
			return no(s)
		}
	}
	return then
}

func (p *parser) or() expression {
	left := p.and()
	for p.accept(name, "or") {
		a, b := left, p.and()
		left = func(s *state) value {
			if v := a(s); truth(v) {
				return v
			}
			return b(s)
		}
	}
	return left
}

func (p *parser) and() expression {
	left := p.not()
	for p.accept(name, "and") {
		a, b := left, p.not()
		left = func(s *state) value {
			if v := a(s); !truth(v) {
				return v
			}
			return b(s)
		}
	}
	return left
}

func (p *parser) not() expression {
	if p.accept(name, "not") {
		defer p.deeper()()
		e := p.not()
		return func(s *state) value { return !truth(e(s)) }
	}
	return p.comparison()
}

func (p *parser) comparison() expression {
	left := p.binary(0)
	var chain []expression // each compares its own pair, as Python's a < b < c
	for {
		op := p.peek().s
		switch {
		case p.accept(operator, "==", "!=", "<", ">", "<=", ">="), p.accept(name, "in"):
		case p.is(name, "not") && p.lexemes[p.at+1].s == "in":
			p.at += 2
			op = "not in"
		default:
			switch len(chain) {
			case 0:
				return left
			case 1:
				return chain[0]
			}
			return func(s *state) value {
				for _, c := range chain {
					if !truth(c(s)) {
						return false
					}
				}
				return true
			}
		}
		a, b := left, p.binary(0)
		left = b
		chain = append(chain, func(s *state) value { return s.compare(op, a(s), b(s)) })
	}
}

func (s *state) compare(op string, a, b value) bool {
	s.step()
	switch op {
	case "==":
		return s.equal(a, b)
	case "!=":
		return !s.equal(a, b)
	case "in":
		return s.contains(b, a)
	case "not in":
		return !s.contains(b, a)
	}
	c := s.order(a, b)
	switch op {
	case "<":
		return c < 0
	case ">":
		return c > 0
	case "<=":
		return c <= 0
	}
	return c >= 0
}

// order is negative, zero or positive.
func (s *state) order(a, b value) int {
	if x, ok := a.(text); ok {
		if y, ok := b.(text); ok {
			return strings.Compare(x.s, y.s)
		}
	}
	x, ok := number(a)
	y, ok2 := number(b)
	if !ok || !ok2 {
		s.fail("%s and %s have no order", kindOf(a), kindOf(b))
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (s *state) contains(in, v value) bool {
	switch in := in.(type) {
	case text:
		s.made(len(in.s))
		t, ok := v.(text)
		return ok && strings.Contains(in.s, t.s)
	case *list:
		for _, item := range in.items {
			if s.equal(item, v) {
				return true
			}
		}
	case *dict:
		t, ok := v.(text)
		if ok {
			_, ok = in.at[t.s]
		}
		return ok
	case undefined:
	default:
		s.fail("a %s contains nothing", kindOf(in))
	}
	return false
}

// levels of operators, loosest first.
var levels = [][]string{{"+", "-"}, {"~"}, {"*", "/", "//", "%"}, {"**"}}

func (p *parser) binary(level int) expression {
	if level == len(levels) {
		return p.unary(true)
	}
	left := p.binary(level + 1)
	for p.is(operator, levels[level]...) {
		op := p.next().s
		a, b := left, p.binary(level+1)
		left = func(s *state) value { return s.operate(op, a(s), b(s)) }
	}
	return left
}

func (s *state) operate(op string, a, b value) value {
	s.step()
	if op == "~" {
		return s.concat(s.str(a), s.str(b))
	}
	if x, ok := a.(text); ok {
		switch y := b.(type) {
		case text:
			if op == "+" {
				return s.concat(x, y)
			}
		case int:
			if op == "*" {
				return s.repeat(x, y)
			}
		}
	}
	if x, ok := a.(*list); ok && op == "+" {
		if y, ok := b.(*list); ok {
			s.made(16 * (len(x.items) + len(y.items)))
			return &list{append(append([]value{}, x.items...), y.items...)}
		}
	}
	m, isInt := a.(int)
	n, isInt2 := b.(int)
	if isInt && isInt2 && op != "/" && op != "**" {
		return s.integers(op, m, n)
	}
	x, ok := number(a)
	y, ok2 := number(b)
	if !ok || !ok2 {
		s.fail("%s %s %s cannot be reckoned", kindOf(a), op, kindOf(b))
	}
	switch op {
	case "+":
		return float64(x) + y
	case "-":
		return float64(x) - y
	case "*":
		return float64(x) * y
	case "**":
		z := math.Pow(x, y)
		if isInt && isInt2 && n >= 0 && math.Abs(z) < 1<<53 {
			return int(z)
		}
		return z
	}
	if y == 0 {
		s.fail("division by zero")
	}
	switch op {
	case "//":
		return math.Floor(x / y)
	case "%":
		return x - y*math.Floor(x/y)
	}
	return x / y
}

// integers rounds quotients down, as Python does.
func (s *state) integers(op string, m, n int) value {
	switch op {
	case "+":
		return m + n
	case "-":
		return m - n
	case "*":
		return m * n
	}
	if n == 0 {
		s.fail("division by zero")
	}
	q, r := m/n, m%n
	if r != 0 && r < 0 != (n < 0) {
		q, r = q-1, r+n
	}
	if op == "%" {
		return r
	}
	return q
}

func (s *state) concat(a, b text) value {
	s.made(len(a.s) + len(b.s))
	return join([]text{a, b}, text{})
}

func (s *state) repeat(t text, n int) value {
	n = max(n, 0)
	if n > 0 && len(t.s) > maxBytes/n {
		s.fail("a string times %d is too long", n)
	}
	s.made(n * len(t.s))
	return text{strings.Repeat(t.s, n), strings.Repeat(t.mark, n)}
}

func (p *parser) unary(filters bool) expression {
	defer p.deeper()()
	var e expression
	if p.is(operator, "-", "+") {
		op := p.next().s
		of := p.unary(false)
		e = func(s *state) value { return s.operate(op, 0, of(s)) }
	} else {
		e = p.primary()
	}
	for {
		switch {
		case p.is(operator, ".", "[", "("):
			e = p.postfix(e)
		case filters && p.is(operator, "|"):
			e = p.filter()(e)
		case filters && p.accept(name, "is"):
			e = p.test(e)
		default:
			return e
		}
	}
}

func (p *parser) primary() expression {
	x := p.next()
	switch {
	case x.kind == quoted:
		for p.is(quoted) {
			x.s += p.next().s
		}
		v := value(own(x.s))
		return func(*state) value { return v }
	case x.kind == integer, x.kind == decimal:
		if n, err := strconv.Atoi(x.s); err == nil {
			return func(*state) value { return n }
		}
		f, _ := strconv.ParseFloat(x.s, 64)
		return func(*state) value { return f }
	case x.kind == name:
		switch x.s {
		case "true", "True":
			return func(*state) value { return true }
		case "false", "False":
			return func(*state) value { return false }
		case "none", "None":
			return func(*state) value { return nil }
		}
		return func(s *state) value { s.step(); return s.lookup(x.s) }
	case x.kind == operator && x.s == "(":
		if p.accept(operator, ")") {
			return listOf(nil)
		}
		e := p.tuple()
		p.expect(operator, ")")
		return e
	case x.kind == operator && x.s == "[":
		return listOf(p.items("]"))
	case x.kind == operator && x.s == "{":
		return p.dict()
	}
	if x.kind != endOfTemplate {
		p.at--
	}
	p.fail("%s where a value should be", p.describe())
	return nil
}

func (p *parser) items(closer string) []expression {
	var all []expression
	for !p.accept(operator, closer) {
		all = append(all, p.expression())
		if !p.is(operator, closer) {
			p.expect(operator, ",")
		}
	}
	return all
}

func (p *parser) dict() expression {
	var keys, values []expression
	for !p.accept(operator, "}") {
		keys = append(keys, p.expression())
		p.expect(operator, ":")
		values = append(values, p.expression())
		if !p.is(operator, "}") {
			p.expect(operator, ",")
		}
	}
	return func(s *state) value {
		d := newDict()
		for i := range keys {
			d.set(s.str(keys[i](s)), values[i](s))
		}
		return d
	}
}
