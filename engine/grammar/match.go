package grammar

// frame is a part that is stood in: what follows its end.
type frame struct {
	above  *frame
	back   int32 // the state that entered the part
	count  int32 // how often it is gone through, with this time, if it is counted
	born   int   // the step that made it
	length int   // the fewest bytes from the part's end to the text's
	hash   uint64
}

// config is a place in the machine, whose state leads on by bytes.
type config struct {
	state int32
	stack *frame
}

// places are all that a text may have come to.
type places struct {
	configs []config
	atEnd   bool // the text may end here
}

// length is the fewest bytes that complete the text.
func (g *Grammar) length(p *places) int {
	if p.atEnd {
		return 0
	}
	n := infinite
	for _, c := range p.configs {
		n = min(n, g.states[c.state].length+c.stack.rest())
	}
	return n
}

func (f *frame) rest() int {
	if f == nil {
		return 0
	}
	return f.length
}

// walker finds places. What it holds is scratch.
type walker struct {
	*Grammar
	todo []config
	seen seen
	now  int // steps so far
}

// begin writes the places of an empty text.
func (w *walker) begin(to *places) {
	w.reset(to)
	w.push(w.start, nil)
	w.settle(to)
}

// step writes the places after one more byte. Too many of them count as none.
func (w *walker) step(to, from *places, b byte) {
	w.reset(to)
	for _, c := range from.configs {
		for _, e := range w.states[c.state].edges {
			if b >= e.low && b <= e.high {
				w.push(e.to, c.stack)
			}
		}
	}
	w.settle(to)
}

func (w *walker) reset(to *places) {
	to.configs, to.atEnd = to.configs[:0], false
	w.todo = w.todo[:0]
	w.seen.clear()
	w.now++
}

func (w *walker) push(state int32, stack *frame) {
	w.todo = append(w.todo, config{state, stack})
}

// settle goes all the free ways from what was pushed.
func (w *walker) settle(to *places) {
	for len(w.todo) > 0 {
		c := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		if !w.seen.add(mix(uint64(c.state), c.stack)) {
			continue
		}
		if w.seen.n > maxConfigs {
			to.configs, to.atEnd = to.configs[:0], false
			return
		}
		s := &w.states[c.state]
		if len(s.edges) > 0 {
			to.configs = append(to.configs, c)
		}
		switch {
		case s.isEnd() && c.stack == nil:
			to.atEnd = true
		case s.isEnd():
			f := c.stack
			// A part that took no byte need not be gone through once more.
			if back := &w.states[f.back]; back.max > 0 && f.born < w.now {
				w.count(f.back, f.above, f.count)
			} else {
				w.push(back.next[0], f.above)
			}
		case s.max > 0:
			w.count(c.state, c.stack, 0)
		case s.enter != absent:
			// What returns to an end need not return at all.
			if w.states[s.next[0]].isEnd() {
				w.push(s.enter, c.stack)
			} else {
				w.push(s.enter, w.frame(c.state, c.stack, 0))
			}
		default:
			for _, next := range s.next {
				w.push(next, c.stack)
			}
		}
	}
}

// count goes on from a counted part that was gone through so many times.
func (w *walker) count(at int32, stack *frame, times int32) {
	s := &w.states[at]
	if times >= s.min {
		w.push(s.next[0], stack)
	}
	if times < s.max {
		if s.max < infinite || times < s.min {
			times++
		}
		w.push(s.enter, w.frame(at, stack, times))
	}
}

func (w *walker) frame(back int32, above *frame, count int32) *frame {
	s := &w.states[back]
	f := &frame{above: above, back: back, count: count, born: w.now}
	f.length = w.states[s.next[0]].length + above.rest()
	if s.max > 0 {
		f.length += int(max(0, s.min-count)) * w.states[s.enter].length
	}
	f.length = min(f.length, infinite)
	f.hash = mix(uint64(back)<<32|uint64(count), above)
	return f
}

// mix tells configs apart. Two that it confuses cost a way to read a text, and
// never let one pass.
func mix(x uint64, stack *frame) uint64 {
	if stack != nil {
		x += stack.hash
	}
	x = (x + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Matches says whether a whole text has the form of the grammar.
func (g *Grammar) Matches(text string) bool {
	w := &walker{Grammar: g}
	var at, next places
	w.begin(&at)
	for i := range len(text) {
		w.step(&next, &at, text[i])
		at, next = next, at
	}
	return at.atEnd
}
