package chat

import (
	"fmt"
	"slices"
)

// A template is compiled to closures: expressions give a value, statements write
// and say how to go on.
type (
	expression func(*state) value
	statement  func(*state) flow
)

// flow is how a statement ends.
type flow int

const (
	onward flow = iota
	breaks
	continues
)

type parser struct {
	lexemes []lexeme
	at      int
	depth   int
}

// parse compiles a template.
func parse(src string) (run statement, err error) {
	if len(src) > maxText {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(src), maxText)
	}
	lexemes, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{lexemes: lexemes}
	defer func() {
		if f, ok := recover().(failure); ok {
			err = f.err
		}
	}()
	run = p.body()
	if p.peek().kind != endOfTemplate {
		p.fail("unexpected %s", p.describe())
	}
	return run, nil
}

func (p *parser) fail(format string, a ...any) {
	panic(failure{fmt.Errorf("line %d: "+format, append([]any{p.peek().line}, a...)...)})
}

func (p *parser) peek() lexeme { return p.lexemes[p.at] }

func (p *parser) next() lexeme {
	x := p.lexemes[p.at]
	if x.kind != endOfTemplate {
		p.at++
	}
	return x
}

func (p *parser) describe() string {
	x := p.peek()
	switch x.kind {
	case endOfTemplate:
		return "end of the template"
	case outputEnd, blockEnd:
		return "end of a tag"
	case outputStart, blockStart:
		return "a tag"
	}
	return fmt.Sprintf("%q", x.s)
}

// is says whether a lexeme comes next; accept takes it.
func (p *parser) is(k kind, s ...string) bool {
	x := p.peek()
	return x.kind == k && (len(s) == 0 || slices.Contains(s, x.s))
}

func (p *parser) accept(k kind, s ...string) bool {
	if p.is(k, s...) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(k kind, s ...string) lexeme {
	if !p.is(k, s...) {
		want := "a name"
		if len(s) > 0 {
			want = fmt.Sprintf("%q", s[0])
		} else if k != name {
			want = "the end of the tag"
		}
		p.fail("%s where %s should be", p.describe(), want)
	}
	return p.next()
}

// deeper guards the parser's own recursion.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail("it nests deeper than %d", maxDepth)
	}
	return func() { p.depth-- }
}

// body compiles up to the end or to a tag that is none of its own.
func (p *parser) body(until ...string) statement {
	defer p.deeper()()
	var all []statement
	for {
		switch x := p.peek(); x.kind {
		case data:
			p.next()
			t := own(x.s)
			all = append(all, func(s *state) flow { s.write(t); return onward })
		case outputStart:
			p.next()
			e := p.expression()
			p.expect(outputEnd)
			all = append(all, func(s *state) flow { s.line = x.line; s.write(s.str(e(s))); return onward })
		case blockStart:
			if tag := p.lexemes[p.at+1]; tag.kind == name && slices.Contains(until, tag.s) {
				return sequence(all)
			}
			p.next()
			run := p.tag()
			all = append(all, func(s *state) flow { s.line = x.line; return run(s) })
		default:
			if len(until) > 0 {
				p.fail("%s where the tag %q should be", p.describe(), until[0])
			}
			return sequence(all)
		}
	}
}

func sequence(all []statement) statement {
	return func(s *state) flow {
		for _, run := range all {
			s.step()
			if f := run(s); f != onward {
				return f
			}
		}
		return onward
	}
}

func (s *state) write(t text) {
	s.made(len(t.s))
	s.out.add(t)
}

// end takes a closing tag.
func (p *parser) end(tag string) {
	p.expect(blockStart)
	p.expect(name, tag)
	p.accept(name) // endmacro may repeat the macro's name
	p.expect(blockEnd)
}
