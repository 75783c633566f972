package reader

// Written by tools/weigh: see its package comment.

var byWords = Blend{
	Sentence: Features{
		covered: 3.993,
		near:    1.021,
		pairs:   1.473,
		rarest:  0.033,
		before:  2.381,
		after:   0.691,
		earlier: 2.232,
		heading: 4.000,
		passage: 2.899,
		local:   2.883,
		noun:    0.449,
		shows:   1.003,
		when:    1.463,
		amount:  1.359,
		name:    1.135,
		unit:    1.513,
		close:   0.758,
		facts:   -0.398,
		missing: -1.489,
		fresh:   -0.205,
		length:  -0.263,
		first:   0.261,
		short:   -0.388,
		title:   -8.000,
		asks:    -2.000,
		after2:  2.881,
		early2:  -1.229,
		rank:    4.443,
		head:    0.000,
	},
	Confidence: [...]float64{
		-2.149, // bias
		1.068,  // covered
		1.814,  // context
		-0.531, // missing
		-2.202, // few
		0.358,  // typed
		1.046,  // unit
		-2.003, // silent
		-1.337, // lost
		-2.477, // unnamed
		1.036,  // lead
	},
}

const headWeight = 1.000
