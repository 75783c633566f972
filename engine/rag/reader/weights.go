package reader

// sentenceWeights were learned by tools/weigh on the visible half of SQuAD 2.0 and on
// XQuAD en. Two are set by hand, since those sets have no headings and no
// sentences that ask: heading and asks.
var sentenceWeights = Features{
	3.028,  // covered
	2.161,  // near
	1.642,  // pairs
	0.077,  // rarest
	2.856,  // before
	2.026,  // after
	1.058,  // earlier
	2.000,  // heading
	3.675,  // passage
	2.827,  // local
	0.496,  // noun
	0.973,  // shows
	1.329,  // when
	1.763,  // amount
	1.055,  // name
	0.864,  // close
	-0.436, // facts
	-1.887, // missing
	-0.318, // fresh
	-0.136, // length
	0.216,  // first
	-0.817, // short
	-2.000, // asks
	3.855,  // rank
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
