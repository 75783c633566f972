package reader

// sentenceWeights were learned by tools/weigh on the visible half of SQuAD 2.0 and on
// XQuAD en. Two are set by hand, since those sets have no headings and no
// sentences that ask: heading and asks.
var sentenceWeights = Features{
	covered: 3.028,
	near:    2.161,
	pairs:   1.642,
	rarest:  0.077,
	before:  2.856,
	after:   2.026,
	earlier: 1.058,
	heading: 2.000,
	passage: 3.675,
	local:   2.827,
	noun:    0.496,
	shows:   0.973,
	when:    1.329,
	amount:  1.763,
	name:    1.055,
	close:   0.864,
	facts:   -0.436,
	missing: -1.887,
	fresh:   -0.318,
	length:  -0.136,
	first:   0.216,
	short:   -0.817,
	asks:    -2.000,
	rank:    3.855,
}

// confidenceWeights were learned on the same sets; the first is the bias, the others
// go by EvidenceNames.
var confidenceWeights = [len(EvidenceNames) + 1]float64{
	-3.297, // bias
	1.745,  // covered
	-0.721, // near
	-0.044, // pairs
	0.199,  // rarest
	0.060,  // shows
	-0.190, // close
	-0.162, // facts
	-1.633, // missing
	2.780,  // context
	-0.402, // passage
	0.145,  // uncovered
	0.389,  // typed
	0.108,  // margin
	-0.400, // rank
	-2.864, // few
	3.467,  // rare
}
