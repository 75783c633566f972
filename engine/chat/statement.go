package chat

// tag compiles a statement; its {% is taken.
func (p *parser) tag() statement {
	switch x := p.expect(name); x.s {
	case "if":
		return p.ifTag()
	case "for":
		return p.forTag()
	case "set":
		return p.setTag()
	case "macro":
		return p.macroTag()
	case "filter":
		return p.filterTag()
	case "generation": // marks the model's own words, for training
		p.expect(blockEnd)
		body := p.body("endgeneration")
		p.end("endgeneration")
		return body
	case "break":
		p.expect(blockEnd)
		return func(*state) flow { return breaks }
	case "continue":
		p.expect(blockEnd)
		return func(*state) flow { return continues }
	case "do":
		e := p.expression()
		p.expect(blockEnd)
		return func(s *state) flow { e(s); return onward }
	default:
		p.at--
		p.fail("the tag %q is unknown", x.s)
		return nil
	}
}

func (p *parser) ifTag() statement {
	condition := p.expression()
	p.expect(blockEnd)
	then := p.body("elif", "else", "endif")
	var otherwise statement
	p.expect(blockStart)
	switch {
	case p.accept(name, "elif"):
		defer p.deeper()()
		otherwise = p.ifTag()
	case p.accept(name, "else"):
		p.expect(blockEnd)
		otherwise = p.body("endif")
		p.end("endif")
	default:
		p.expect(name, "endif")
		p.expect(blockEnd)
	}
	return func(s *state) flow {
		if truth(condition(s)) {
			return then(s)
		}
		if otherwise != nil {
			return otherwise(s)
		}
		return onward
	}
}

// targets reads the names before "in" or "=".
func (p *parser) targets() []string {
	paren := p.accept(operator, "(")
	names := []string{p.expect(name).s}
	for p.accept(operator, ",") {
		names = append(names, p.expect(name).s)
	}
	if paren {
		p.expect(operator, ")")
	}
	return names
}

// assign gives names a value, or the items of one.
func (s *state) assign(names []string, v value) {
	if len(names) == 1 {
		s.set(names[0], v)
		return
	}
	items := s.items(v)
	if len(items) != len(names) {
		s.fail("%d values for %d names", len(items), len(names))
	}
	for i, name := range names {
		s.set(name, items[i])
	}
}

func (p *parser) forTag() statement {
	names := p.targets()
	p.expect(name, "in")
	over := p.or()
	var filter expression
	if p.accept(name, "if") {
		filter = p.expression()
	}
	p.accept(name, "recursive")
	p.expect(blockEnd)
	body := p.body("else", "endfor")
	var otherwise statement
	p.expect(blockStart)
	if p.accept(name, "else") {
		p.expect(blockEnd)
		otherwise = p.body("endfor")
		p.expect(blockStart)
	}
	p.expect(name, "endfor")
	p.expect(blockEnd)
	return func(s *state) flow {
		defer s.deeper()()
		items := s.items(over(s))
		if filter != nil {
			var kept []value
			for _, item := range items {
				s.within(s.scope, func() {
					s.assign(names, item)
					if truth(filter(s)) {
						kept = append(kept, item)
					}
				})
			}
			items = kept
		}
		if len(items) == 0 && otherwise != nil {
			return otherwise(s)
		}
		for i, item := range items {
			s.steps += 16 // for loop
			s.step()
			var f flow
			s.within(s.scope, func() {
				s.assign(names, item)
				s.set("loop", loop(items, i))
				f = body(s)
			})
			if f == breaks {
				break
			}
		}
		return onward
	}
}

// loop is what a for's body knows of its place.
func loop(items []value, i int) value {
	at := func(i int) value {
		if i < 0 || i >= len(items) {
			return undefined{"loop item"}
		}
		return items[i]
	}
	return newDict(
		"index", i+1, "index0", i, "first", i == 0, "last", i == len(items)-1,
		"length", len(items), "revindex", len(items)-i, "revindex0", len(items)-1-i,
		"previtem", at(i-1), "nextitem", at(i+1),
		"cycle", &function{func(s *state, a args) value {
			if len(a.at) == 0 {
				s.fail("loop.cycle needs values")
			}
			return a.at[i%len(a.at)]
		}})
}

func (p *parser) setTag() statement {
	first := p.peek()
	names := p.targets()
	field := ""
	if p.accept(operator, ".") {
		field = p.expect(name).s
	}
	var v expression
	if p.accept(operator, "=") {
		v = p.tuple()
		p.expect(blockEnd)
	} else {
		var filters []func(expression) expression
		for p.is(operator, "|") {
			filters = append(filters, p.filter())
		}
		p.expect(blockEnd)
		body := p.body("endset")
		p.end("endset")
		v = func(s *state) value { return s.capture(func() { body(s) }) }
		for _, f := range filters {
			v = f(v)
		}
	}
	if field == "" {
		return func(s *state) flow { s.assign(names, v(s)); return onward }
	}
	return func(s *state) flow {
		d, ok := s.lookup(first.s).(*dict)
		if !ok {
			s.fail("%s is no namespace", first.s)
		}
		d.set(own(field), v(s))
		return onward
	}
}

func (p *parser) macroTag() statement {
	macro := p.expect(name).s
	p.expect(operator, "(")
	var names []string
	var defaults []expression
	for !p.accept(operator, ")") {
		names = append(names, p.expect(name).s)
		defaults = append(defaults, nil)
		if p.accept(operator, "=") {
			defaults[len(defaults)-1] = p.expression()
		}
		if !p.is(operator, ")") {
			p.expect(operator, ",")
		}
	}
	p.expect(blockEnd)
	body := p.body("endmacro")
	p.end("endmacro")
	return func(s *state) flow {
		home := s.scope
		s.set(macro, &function{func(s *state, a args) value {
			defer s.deeper()()
			var t text
			s.within(home, func() {
				for i, name := range names {
					v := a.get(i, name, undefined{name})
					if _, absent := v.(undefined); absent && defaults[i] != nil {
						v = defaults[i](s)
					}
					s.set(name, v)
				}
				t = s.capture(func() { body(s) })
			})
			return t
		}})
		return onward
	}
}

func (p *parser) filterTag() statement {
	p.at-- // a filter is read from its bar on
	p.lexemes[p.at] = lexeme{operator, "|", p.peek().line}
	filter := p.filter()
	p.expect(blockEnd)
	body := p.body("endfilter")
	p.end("endfilter")
	filtered := filter(func(s *state) value { return s.capture(func() { body(s) }) })
	return func(s *state) flow { s.write(s.str(filtered(s))); return onward }
}
