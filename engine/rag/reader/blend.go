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
		0.000,  // head
	},
}

var withHead = Blend{
	Sentence: Features{
		covered: 3.009,
		near:    2.165,
		pairs:   1.649,
		rarest:  0.078,
		before:  2.859,
		after:   2.039,
		earlier: 1.069,
		heading: 2.000,
		passage: 3.659,
		local:   2.842,
		noun:    0.495,
		shows:   0.976,
		when:    1.327,
		amount:  1.761,
		name:    1.058,
		unit:    1.000,
		close:   0.867,
		facts:   -0.434,
		missing: -1.887,
		fresh:   -0.318,
		length:  -0.142,
		first:   0.218,
		short:   -0.820,
		title:   -4.000,
		asks:    -2.000,
		rank:    3.864,
		head:    8.000,
	},
	Confidence: [...]float64{
		-5.997, // bias
		1.289,  // covered
		3.069,  // context
		-1.387, // missing
		-2.715, // few
		0.205,  // typed
		0.500,  // unit
		-2.000, // silent
		4.000,  // head
	},
}
