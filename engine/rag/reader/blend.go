package reader

// Written by tools/weigh: see its package comment.

var byWords = Blend{
	Sentence: Features{
		covered: 2.702,
		near:    2.082,
		pairs:   1.663,
		rarest:  0.121,
		before:  2.863,
		after:   1.733,
		earlier: 0.616,
		heading: -0.019,
		passage: 3.489,
		local:   2.638,
		noun:    0.473,
		shows:   0.956,
		when:    1.188,
		amount:  1.293,
		name:    1.071,
		unit:    1.580,
		close:   0.822,
		facts:   -0.401,
		missing: -1.800,
		fresh:   -0.233,
		length:  -0.168,
		first:   0.168,
		short:   -0.756,
		title:   -4.000,
		asks:    -2.000,
		rank:    4.030,
		head:    0.000,
	},
	Confidence: [...]float64{
		-1.615, // bias
		1.577,  // covered
		2.723,  // context
		-1.370, // missing
		-4.655, // few
		0.111,  // typed
		1.150,  // unit
		-2.000, // silent
	},
}

const headWeight = 1.000
