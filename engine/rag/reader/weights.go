package reader

// Blend is how what is known of a sentence makes its score, and what is known of the
// best one makes the log odds that it answers.
type Blend struct {
	Sentence   Features
	Confidence [len(EvidenceNames) + 1]float64 // the first is the bias, the others go by EvidenceNames
}

// BlendOf is the blend in use: by words alone, or with the score of a reading head.
func BlendOf(withHead bool) Blend {
	b := byWords
	if withHead {
		b.Sentence[head] = headWeight
	}
	return b
}

// HeadWeight is what a reading head's score counts for in that blend.
func HeadWeight() float64 { return headWeight }
