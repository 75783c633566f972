package chat

import "unicode/utf8"

// postfix is an attribute, an item, a slice or a call.
func (p *parser) postfix(of expression) expression {
	line := p.peek().line
	switch p.next().s {
	case ".":
		if p.is(integer) {
			i, _ := p.primary()(nil).(int)
			return func(s *state) value { return s.index(of(s), i) }
		}
		key := p.expect(name).s
		return func(s *state) value { return s.attribute(of(s), key) }
	case "[":
		return p.subscript(of)
	}
	a := p.arguments()
	return func(s *state) value {
		s.step()
		f, ok := of(s).(*function)
		s.line = line
		if !ok {
			s.fail("what is called is no function")
		}
		return f.call(s, a(s))
	}
}

func (p *parser) subscript(of expression) expression {
	var bounds [3]expression
	n := 0
	for ; n < 3; n++ {
		if !p.is(operator, ":", "]") {
			bounds[n] = p.expression()
		}
		if !p.accept(operator, ":") {
			break
		}
	}
	p.expect(operator, "]")
	if n == 0 {
		key := bounds[0]
		if key == nil {
			p.fail("an index is missing")
		}
		return func(s *state) value { return s.index(of(s), key(s)) }
	}
	return func(s *state) value {
		v := of(s)
		var b [3]value
		for i, e := range bounds {
			if e != nil {
				b[i] = e(s)
			}
		}
		return s.slice(v, b)
	}
}

// arguments reads a call's; its ( is taken.
func (p *parser) arguments() func(*state) args {
	var at []expression
	named := map[string]expression{}
	for !p.accept(operator, ")") {
		if next := p.lexemes[min(p.at+1, len(p.lexemes)-1)]; p.is(name) && next.kind == operator && next.s == "=" {
			key := p.next().s
			p.next()
			named[key] = p.expression()
		} else {
			at = append(at, p.expression())
		}
		if !p.is(operator, ")") {
			p.expect(operator, ",")
		}
	}
	return func(s *state) args {
		a := args{at: make([]value, len(at))}
		for i, e := range at {
			a.at[i] = e(s)
		}
		if len(named) > 0 {
			a.named = map[string]value{}
			for key, e := range named {
				a.named[key] = e(s)
			}
		}
		return a
	}
}

// attribute is a method, or an item of a dict.
func (s *state) attribute(v value, key string) value {
	s.step()
	if m := methodOf(v, key); m != nil {
		return m
	}
	switch v := v.(type) {
	case *dict:
		if x, ok := v.at[key]; ok {
			return x
		}
	case undefined:
		s.fail("%s is undefined, and so has no %s", v.name, key)
	}
	return undefined{key}
}

// index is an item by its key or its place, counted from the end if negative.
func (s *state) index(v, key value) value {
	s.step()
	switch v := v.(type) {
	case *dict:
		if t, ok := key.(text); ok {
			if x, ok := v.at[t.s]; ok {
				return x
			}
			return undefined{t.s}
		}
	case *list:
		if i, ok := key.(int); ok {
			if i < 0 {
				i += len(v.items)
			}
			if i >= 0 && i < len(v.items) {
				return v.items[i]
			}
		}
	case text:
		if i, ok := key.(int); ok {
			s.made(len(v.s))
			c := characters(v)
			if i < 0 {
				i += len(c)
			}
			if i >= 0 && i < len(c) {
				return c[i]
			}
		}
	case undefined:
		s.fail("%s is undefined, and so has no items", v.name)
	}
	if t, ok := key.(text); ok {
		return s.attribute(v, t.s)
	}
	return undefined{"item"}
}

func characters(t text) []text {
	c := make([]text, 0, len(t.s))
	for i := 0; i < len(t.s); {
		_, n := utf8.DecodeRuneInString(t.s[i:])
		c = append(c, t.slice(i, i+n))
		i += n
	}
	return c
}

// slice is Python's v[from:to:step].
func (s *state) slice(v value, bounds [3]value) value {
	step := 1
	if n, ok := bounds[2].(int); ok {
		step = n
	}
	if step == 0 {
		s.fail("a slice with the step 0")
	}
	if l, ok := v.(*list); ok {
		return &list{stride(s, l.items, bounds, step)}
	}
	t := s.str(v)
	return join(stride(s, characters(t), bounds, step), text{})
}

func stride[T any](s *state, items []T, bounds [3]value, step int) []T {
	n := len(items)
	low, high := 0, n // what the bounds are held to
	from, to := 0, n
	if step < 0 {
		low, high = -1, n-1
		from, to = n-1, -1
	}
	hold := func(v value, absent int) int {
		i, ok := v.(int)
		if !ok {
			return absent
		}
		if i < 0 {
			i += n
		}
		return max(low, min(high, i))
	}
	from, to = hold(bounds[0], from), hold(bounds[1], to)
	s.made(n)
	var out []T
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		out = append(out, items[i])
		if step > n || -step > n {
			break
		}
	}
	return out
}

// items are what a for runs over.
func (s *state) items(v value) []value {
	switch v := v.(type) {
	case *list:
		s.made(16 * len(v.items))
		return v.items
	case *dict:
		s.made(16 * len(v.keys))
		return values(v.keys)
	case text:
		s.made(32 * len(v.s))
		return values(characters(v))
	case undefined, nil:
		return nil
	}
	s.fail("a %s has no items", kindOf(v))
	return nil
}

func values[T any](in []T) []value {
	out := make([]value, len(in))
	for i, x := range in {
		out[i] = x
	}
	return out
}
