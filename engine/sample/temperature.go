package sample

// expectation is what a choice is like.
type expectation struct {
	sum     float32 // of the p's of softmax
	entropy float64 // in nats
}

// surprises returns what a choice is like, and the surprise of each candidate:
// minus the logarithm of its probability.
func (s *Sampler) surprises(c []candidate) (e expectation, surprise func(candidate) float64) {
	e.sum = softmax(c)
	highest, all := float64(highest(c)), log(float64(e.sum))
	surprise = func(x candidate) float64 { return highest - float64(x.logit) + all }
	for _, x := range c {
		if x.p > 0 {
			e.entropy += float64(float64(x.p/e.sum) * surprise(x))
		}
	}
	return e, surprise
}

// temper divides logits by the temperature, which may go with the entropy.
func (s *Sampler) temper(c []candidate) []candidate {
	t := s.o.Temperature
	if s.o.Dynamic.Range > 0 && len(c) > 1 {
		e, _ := s.surprises(c)
		share := e.entropy / log(float64(len(c)))
		low, high := max(0, t-s.o.Dynamic.Range), t+s.o.Dynamic.Range
		t = low + float32((high-low)*float32(pow(share, float64(s.o.Dynamic.Exponent))))
	}
	if t <= 0 {
		return best(c, 1)
	}
	for i := range c {
		c[i].logit /= t
	}
	return c
}
