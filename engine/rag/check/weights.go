package check

// model holds the weights of the classes beside neither.
type model struct{ supported, contradicted class }

type class struct {
	bias float64
	by   Features
}

// score is the log odds of the class against neither.
func (c class) score(f Features) float64 {
	s := c.bias
	for i, v := range f {
		s += float64(c.by[i] * v)
	}
	return s
}

// weights were learned by tools/weigh on BEGIN dev, KLUE-NLI dev and KorNLI dev.
var weights = model{
	supported: class{bias: -0.829, by: Features{
		words:     0.321,
		all:       0.694,
		bigrams:   2.086,
		sentence:  0.909,
		run:       0.007,
		pairs:     0.872,
		reverse:   -0.115,
		novel:     -2.835,
		length:    -0.755,
		numbers:   -1.399,
		opposed:   0.238,
		names:     -0.565,
		polarity:  -0.319,
		negation:  -0.857,
		antonym:   -0.426,
		universal: -0.152,
		personal:  -1.724,
		asks:      -2.740,
	}},
	contradicted: class{bias: -1.958, by: Features{
		words:     0.026,
		all:       -0.435,
		bigrams:   0.191,
		sentence:  0.166,
		run:       -0.267,
		pairs:     0.835,
		reverse:   0.337,
		novel:     -2.403,
		length:    -0.749,
		numbers:   -0.205,
		opposed:   1.959,
		names:     -0.461,
		polarity:  1.523,
		negation:  -0.339,
		antonym:   1.349,
		universal: 1.365,
		personal:  -1.001,
		asks:      -1.588,
	}},
}
