package reader

// Written by tools/weigh: see its package comment.

var byWords = Blend{
	Sentence: Features{
		covered: 2.674,
		near:    2.076,
		pairs:   1.727,
		rarest:  0.077,
		before:  2.702,
		after:   1.699,
		earlier: 0.687,
		heading: -0.021,
		passage: 3.392,
		local:   2.609,
		noun:    0.502,
		shows:   1.027,
		when:    1.471,
		amount:  1.358,
		name:    1.165,
		unit:    1.652,
		close:   0.865,
		facts:   -0.425,
		missing: -1.680,
		fresh:   -0.296,
		length:  -0.172,
		first:   0.168,
		short:   -0.817,
		title:   -4.000,
		asks:    -2.000,
		rank:    3.889,
		head:    0.000,
	},
	Confidence: [...]float64{
		-2.699, // bias
		1.533,  // covered
		1.859,  // context
		-1.018, // missing
		-2.239, // few
		0.329,  // typed
		0.956,  // unit
		-1.946, // silent
		1.072,  // lead
	},
}

const headWeight = 1.000
