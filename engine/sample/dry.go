package sample

// Breakers are sequences of tokens that no repetition goes beyond, by their
// first token; the rest of each may be empty.
type Breakers map[int32][][]int32

// SetBreakers tells DRY's breakers, as tokens.
func (s *Sampler) SetBreakers(b Breakers) { s.breakers = b }

// dry penalizes tokens that would go on with a repetition. c is in the order of
// tokens.
func (s *Sampler) dry(c []candidate) {
	o := s.o.DRY
	n := len(s.recent.tokens)
	if o.LastN >= 0 {
		n = min(n, o.LastN)
	}
	if o.Multiplier == 0 || o.Base < 1 || n <= o.AllowedLength {
		return
	}
	text := s.recent.tokens[len(s.recent.tokens)-n:]
	limit := s.unbroken(text)
	if limit < o.AllowedLength {
		return
	}
	clear(s.longest)
	for back, length := range s.repetitions(text) {
		if length = min(length, limit); back > 0 && length >= o.AllowedLength {
			// Once the text's end stood before this token.
			id := text[n-back]
			s.longest[id] = max(s.longest[id], length)
		}
	}
	for id, length := range s.longest {
		if id >= 0 && int(id) < len(c) {
			c[id].logit -= float32(o.Multiplier * power(o.Base, length-o.AllowedLength))
		}
	}
}

// unbroken is how many tokens at a text's end hold no breaker.
func (s *Sampler) unbroken(text []int32) int {
	for i := range text {
		at := len(text) - 1 - i
		longest := -1
		for _, rest := range s.breakers[text[at]] {
			if n := len(rest); n > longest && n <= i && equal(rest, text[at+1:at+1+n]) {
				longest = n
			}
		}
		if longest >= 0 {
			return i - longest
		}
	}
	return len(text)
}

func equal(a, b []int32) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// repetitions returns for each number of tokens back how many tokens before
// there equal those at the text's end: the Z function of the text read backwards
// (Gusfield, Algorithms on Strings, 1997).
func (s *Sampler) repetitions(text []int32) []int {
	n := len(text)
	if cap(s.z) < n {
		s.z = make([]int, n)
	}
	z := s.z[:n]
	at := func(i int) int32 { return text[n-1-i] }
	left, right := 0, 0 // the stretch found last that reaches farthest
	z[0] = 0
	for i := 1; i < n; i++ {
		z[i] = 0
		if i < right {
			z[i] = min(right-i, z[i-left])
		}
		for i+z[i] < n && at(z[i]) == at(i+z[i]) {
			z[i]++
		}
		if i+z[i] > right {
			left, right = i, i+z[i]
		}
	}
	return z
}

// power is base to the n, at most what a float32 holds.
func power(base float32, n int) float32 {
	p := float32(1)
	for ; n > 0 && p*base <= maxFloat; n-- {
		p *= base
	}
	return p
}
