package reader

// Blend is how what is known of a sentence makes its score, and what is known of the
// best one makes the log odds that it answers.
type Blend struct {
	Sentence   Features
	Confidence [len(EvidenceNames) + 1]float64 // the first is the bias, the others go by EvidenceNames
}

// BlendOf is the blend in use: by words alone, or with the score of a reading head.
func BlendOf(head bool) Blend {
	if head {
		return withHead
	}
	return byWords
}
