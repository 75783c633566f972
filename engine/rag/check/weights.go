package check

// model holds the weights of the classes beside neither; the first is the bias, the
// others go by Names.
type model struct{ supported, contradicted [len(Names) + 1]float64 }

// weights were learned by tools/weigh on BEGIN dev, KLUE-NLI dev and KorNLI dev.
var weights = model{
	supported: [...]float64{
		-0.836, // bias
		0.342,  // words
		0.735,  // all
		2.098,  // bigrams
		0.878,  // sentence
		0.035,  // run
		0.816,  // pairs
		-0.134, // reverse
		-2.778, // novel
		-0.767, // length
		-1.609, // numbers
		0.524,  // opposed
		-0.599, // names
		-0.276, // negation
		-0.535, // antonym
		-0.144, // universal
		-1.749, // personal
		-2.748, // asks
	},
	contradicted: [...]float64{
		-1.915, // bias
		0.021,  // words
		-0.439, // all
		0.152,  // bigrams
		0.190,  // sentence
		-0.336, // run
		1.068,  // pairs
		0.303,  // reverse
		-2.658, // novel
		-0.718, // length
		-0.727, // numbers
		1.794,  // opposed
		-0.487, // names
		0.747,  // negation
		1.126,  // antonym
		1.405,  // universal
		-0.971, // personal
		-1.570, // asks
	},
}
