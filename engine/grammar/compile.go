package grammar

import (
	"container/heap"
	"fmt"
	"slices"
)

// compiler makes states of rules, from the end of each to its beginning.
type compiler struct {
	Grammar
	end   int32            // of every part
	rules map[string]int32 // where they start
	full  bool             // there are too many states
}

func compile(r *rules) (*Grammar, error) {
	c := &compiler{rules: map[string]int32{}}
	c.end = c.add(state{enter: absent})
	// Rules refer to each other: each begins with a state of its own.
	for _, name := range r.names {
		c.rules[name] = c.add(state{enter: absent})
	}
	for _, name := range r.names {
		c.states[c.rules[name]].next = []int32{c.node(r.of[name], c.end)}
		if c.full {
			return nil, fmt.Errorf("rule %s makes it too large: more than %d states", name, maxStates)
		}
	}
	c.start = c.rules["root"]
	c.measure()
	for i := range c.states {
		// What may be empty has come often enough however often it came.
		if s := &c.states[i]; s.max > 0 && c.states[s.enter].length == 0 {
			s.min = 0
		}
	}
	if name, ok := c.leftRecursive(r.names); ok {
		return nil, fmt.Errorf("rule %s begins with itself; put what it begins with first", name)
	}
	for _, name := range r.names {
		if c.states[c.rules[name]].length >= infinite {
			return nil, fmt.Errorf("rule %s can never end", name)
		}
	}
	return &c.Grammar, nil
}

func (c *compiler) add(s state) int32 {
	if len(c.states) >= maxStates {
		c.full = true
		return c.end
	}
	c.states = append(c.states, s)
	return int32(len(c.states) - 1)
}

// node returns where a piece begins that is followed by next.
func (c *compiler) node(n node, next int32) int32 {
	if c.full {
		return next
	}
	switch n := n.(type) {
	case literal:
		for i := len(n) - 1; i >= 0; i-- {
			next = c.add(state{edges: []edge{{n[i], n[i], next}}, enter: absent})
		}
		return next
	case class:
		return c.class(n, next)
	case sequence:
		for i := len(n) - 1; i >= 0; i-- {
			next = c.node(n[i], next)
		}
		return next
	case choice:
		s := state{enter: absent}
		for _, x := range n {
			s.next = append(s.next, c.node(x, next))
		}
		return c.add(s)
	case ref:
		return c.add(state{enter: c.rules[string(n)], next: []int32{next}})
	case repeat:
		return c.repeat(n, next)
	case text:
		return c.text(n, next)
	}
	panic(fmt.Sprintf("grammar: a node of %T", n))
}

func (c *compiler) repeat(r repeat, next int32) int32 {
	switch {
	case r.max == 0:
		return next
	case r.min == 0 && r.max == 1:
		return c.add(state{enter: absent, next: []int32{c.node(r.of, next), next}})
	case r.min <= 1 && r.max == infinite:
		loop := c.add(state{enter: absent})
		begin := c.node(r.of, loop)
		c.states[loop].next = []int32{begin, next}
		if r.min == 0 {
			return loop
		}
		return begin
	}
	return c.add(state{enter: c.node(r.of, c.end), min: int32(r.min), max: int32(r.max), next: []int32{next}})
}

// text returns where a text, or one of others, begins. They make a tree of bytes, so
// that what is read is in one place of it however many there are: that of the
// others with one path more, and all else is theirs.
func (c *compiler) text(n text, next int32) int32 {
	others := c.end // none
	if n.or != "" {
		others = c.states[c.rules[string(n.or)]].next[0]
	}
	then := c.node(n.then, next)
	var begin int32
	at := &begin
	for i := 0; !c.full; i++ {
		s := c.states[others]
		if i == len(n.text) {
			s.next = append([]int32{then}, s.next...)
			*at = c.add(s)
			break
		}
		b, k := n.text[i], 0
		for k < len(s.edges) && s.edges[k].low != b {
			k++
		}
		s.edges = append([]edge{}, s.edges...)
		if k == len(s.edges) {
			s.edges = append(s.edges, edge{b, b, c.end})
		}
		*at = c.add(s)
		at = &s.edges[k].to
		others = *at
	}
	return begin
}

// class returns a state that any character of a class leads on from. Sequences
// that begin alike share what begins them.
func (c *compiler) class(n class, next int32) int32 {
	begin := state{enter: absent}
	type tail struct {
		byteRange
		to int32
	}
	tails := map[tail]int32{}
	for _, s := range n.sorted() {
		s.encodings(func(bytes []byteRange) {
			to := next
			for i := len(bytes) - 1; i > 0; i-- {
				t := tail{bytes[i], to}
				at, ok := tails[t]
				if !ok {
					at = c.add(state{edges: []edge{{t.low, t.high, to}}, enter: absent})
					tails[t] = at
				}
				to = at
			}
			begin.edges = append(begin.edges, edge{bytes[0].low, bytes[0].high, to})
		})
	}
	if len(begin.edges) == 0 { // no character: a state that leads nowhere
		begin.edges = []edge{{1, 0, next}}
	}
	return c.add(begin)
}

// measure sets the length of each state, the shortest first: once it is known, those
// that lead to it may be (Knuth, A Generalization of Dijkstra's Algorithm, 1977).
func (c *compiler) measure() {
	before := make([][]int32, len(c.states)) // the states that lead to each
	todo := &byLength{}
	for i := range c.states {
		s := &c.states[i]
		s.length = infinite
		if s.isEnd() {
			heap.Push(todo, measured{0, int32(i)})
		}
		for _, e := range s.edges {
			before[e.to] = append(before[e.to], int32(i))
		}
		for _, to := range s.next {
			before[to] = append(before[to], int32(i))
		}
		if s.enter != absent {
			before[s.enter] = append(before[s.enter], int32(i))
		}
	}
	for len(*todo) > 0 {
		m := heap.Pop(todo).(measured)
		if c.states[m.state].length < infinite {
			continue
		}
		c.states[m.state].length = m.length
		for _, i := range before[m.state] {
			if s := &c.states[i]; s.length == infinite {
				if n := c.shortest(s); n < infinite {
					heap.Push(todo, measured{n, i})
				}
			}
		}
	}
}

// measured is a state and a length that it may have.
type measured struct {
	length int
	state  int32
}

// byLength is a heap of them.
type byLength []measured

func (h byLength) Len() int           { return len(h) }
func (h byLength) Less(i, j int) bool { return h[i].length < h[j].length }
func (h byLength) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byLength) Push(m any)        { *h = append(*h, m.(measured)) }
func (h *byLength) Pop() any {
	last := len(*h) - 1
	m := (*h)[last]
	*h = (*h)[:last]
	return m
}

func (c *compiler) shortest(s *state) int {
	switch {
	case s.isEnd():
		return 0
	case s.enter != absent:
		times := 1
		if s.max > 0 {
			times = int(s.min)
		}
		return min(infinite, times*c.states[s.enter].length+c.states[s.next[0]].length)
	}
	n := infinite
	for _, e := range s.edges {
		if e.low <= e.high {
			n = min(n, 1+c.states[e.to].length)
		}
	}
	for _, to := range s.next {
		n = min(n, c.states[to].length)
	}
	return n
}

// leftRecursive finds a rule that comes to its own beginning without a byte.
func (c *compiler) leftRecursive(names []string) (string, bool) {
	// begins returns the parts that a part may begin with.
	begins := func(part int32) (entered []int32) {
		seen := map[int32]bool{}
		todo := []int32{part}
		for len(todo) > 0 {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if seen[at] {
				continue
			}
			seen[at] = true
			s := &c.states[at]
			if s.enter == absent {
				todo = append(todo, s.next...)
				continue
			}
			entered = append(entered, s.enter)
			if c.states[s.enter].length == 0 || s.max > 0 && s.min == 0 {
				todo = append(todo, s.next...)
			}
		}
		return entered
	}
	const entered, left = 1, 2
	mark := make([]byte, len(c.states))
	var cyclic func(part int32) bool
	cyclic = func(part int32) bool {
		if mark[part] != 0 {
			return mark[part] == entered
		}
		mark[part] = entered
		found := slices.ContainsFunc(begins(part), cyclic)
		mark[part] = left
		return found
	}
	for _, name := range names {
		if cyclic(c.rules[name]) {
			return name, true
		}
	}
	return "", false
}
