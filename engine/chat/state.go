package chat

import (
	"fmt"
)

// Bounds of one rendering. A template is a program out of a downloaded file.
const (
	maxSteps = 1 << 20  // evaluations
	maxBytes = 64 << 20 // of text made
	maxDepth = 100      // of nesting: source, calls, values
	maxText  = 1 << 20  // bytes of a template
)

// state is a rendering under way. Failing unwinds to Render by a panic.
type state struct {
	scope *scope
	out   *builder
	line  int
	depth int
	steps int
	bytes int
	now   func() int64
}

type scope struct {
	vars   map[string]value
	parent *scope
}

// failure is what unwinds.
type failure struct{ err error }

// errRaised is what a template itself objects to.
type errRaised struct{ message string }

func (e errRaised) Error() string { return "the model's chat template refuses: " + e.message }

func (s *state) fail(format string, a ...any) {
	panic(failure{fmt.Errorf("line %d: "+format, append([]any{s.line}, a...)...)})
}

// step counts work.
func (s *state) step() {
	if s.steps++; s.steps > maxSteps {
		s.fail("it does not end within %d steps", maxSteps)
	}
}

// made counts bytes of text.
func (s *state) made(bytes int) {
	s.step()
	if s.bytes += bytes; s.bytes > maxBytes {
		s.fail("it makes more than %d bytes of text", maxBytes)
	}
}

// deeper enters a level; what it returns leaves it.
func (s *state) deeper() func() {
	s.step()
	if s.depth++; s.depth > maxDepth {
		s.fail("it nests deeper than %d", maxDepth)
	}
	return func() { s.depth-- }
}

func (s *state) lookup(name string) value {
	for c := s.scope; c != nil; c = c.parent {
		if v, ok := c.vars[name]; ok {
			return v
		}
	}
	return undefined{name}
}

func (s *state) set(name string, v value) { s.scope.vars[name] = v }

// within runs f in a new scope inside another.
func (s *state) within(parent *scope, f func()) {
	saved := s.scope
	s.scope = &scope{map[string]value{}, parent}
	f()
	s.scope = saved
}

// capture returns what f writes.
func (s *state) capture(f func()) text {
	saved := s.out
	s.out = &builder{}
	f()
	t := s.out.text()
	s.out = saved
	s.made(len(t.s))
	return t
}
