package sample

import "math"

// topK keeps the k likeliest, sorted; all if k is 0 or less.
func topK(c []candidate, k int) []candidate {
	if k <= 0 || k >= len(c) {
		return c
	}
	return best(c, k)
}

// topP keeps the fewest of the likeliest that have the probability p together
// (Holtzman et al., The Curious Case of Neural Text Degeneration, 2019).
func topP(c []candidate, p float32) []candidate {
	if p >= 1 {
		return c
	}
	sum := softmax(c)
	// Mostly a few are enough: sort no more than needed.
	for n := 64; ; n *= 4 {
		n = min(n, len(c))
		top := best(c, n)
		reached := float32(0)
		for i, x := range top {
			if reached += x.p; reached >= p*sum {
				return top[:i+1]
			}
		}
		if n == len(c) {
			return top
		}
	}
}

// minP keeps those that are at least p times as likely as the likeliest (Nguyen
// et al., Turning Up the Heat, 2024).
func minP(c []candidate, p float32) []candidate {
	if p <= 0 {
		return c
	}
	highest := highest(c)
	n := 0
	for _, x := range c {
		if x.logit == highest || exp(x.logit-highest) >= p {
			c[n] = x
			n++
		}
	}
	return c[:n]
}

func highest(c []candidate) float32 {
	top := float32(math.Inf(-1))
	for _, x := range c {
		top = max(top, x.logit)
	}
	return top
}

// softmax sets each p, relative to the likeliest, and returns their sum.
func softmax(c []candidate) (sum float32) {
	highest := highest(c)
	for i := range c {
		c[i].p = exp(c[i].logit - highest)
		sum += c[i].p
	}
	return sum
}
