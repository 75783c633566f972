package reader

// sentenceWeights were learned by tools/weigh on the visible half of SQuAD 2.0 and on
// XQuAD en. Three are set by hand, since those sets have no headings and no
// sentences that ask: heading, title and asks.
var sentenceWeights = Features{
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
}

// confidenceWeights were learned on the same sets; the first is the bias, the others
// go by EvidenceNames. silent is set by hand: the sets ask no question of one word.
var confidenceWeights = [len(EvidenceNames) + 1]float64{
	-1.997, // bias
	1.289,  // covered
	3.069,  // context
	-1.387, // missing
	-2.715, // few
	0.205,  // typed
	-2.000, // silent
}
