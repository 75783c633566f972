package sample

import "math"

// mirostat draws a candidate and learns from its surprise.
func (s *Sampler) mirostat(c []candidate) int32 {
	o := s.o.Mirostat
	if s.mu == 0 {
		s.mu = float64(2 * o.Tau)
	}
	c = best(c, len(c))
	if o.Version == 1 {
		c = c[:s.zipf(c)]
	} else {
		_, surprise := s.surprises(c)
		c = keep(c, func(x candidate) bool { return x == c[0] || float64(surprise(x)/math.Ln2) <= s.mu })
	}
	x := s.draw(c)
	_, surprise := s.surprises(c)
	s.mu -= float64(float64(o.Eta) * (float64(surprise(x)/math.Ln2) - float64(o.Tau)))
	return x.id
}

// zipf is how many of the likeliest to keep so that the surprise to be expected
// is mu, were their probabilities to fall as Zipf has it. The exponent is
// estimated from the first.
func (s *Sampler) zipf(c []candidate) int {
	const most = 100
	_, surprise := s.surprises(c)
	var products, squares float64
	for i := range min(most, len(c)) - 1 {
		if c[i+1].p == 0 {
			break
		}
		t := log(float64(i+2) / float64(i+1))
		products += float64(t * (surprise(c[i+1]) - surprise(c[i])))
		squares += float64(t * t)
	}
	if products <= 0 || squares == 0 {
		return len(c) // all are as likely
	}
	exponent := products / squares
	epsilon := exponent - 1
	k := pow(epsilon*pow(2, s.mu)/(1-pow(float64(len(c)), -epsilon)), 1/exponent)
	if !(k >= 1) {
		return 1
	}
	return int(min(k, float64(len(c))))
}
