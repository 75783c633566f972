package reader

// Blend is how what is known of a sentence makes its score, and what is known of the
// best one makes the log odds that it answers.
type Blend struct {
	Sentence   Features
	Confidence [len(EvidenceNames) + 1]float64 // the first is the bias, the others go by EvidenceNames
}

// Beside is how the score of a reading head stands beside the words.
type Beside struct {
	Sentence   float64    // what it counts for in the score of a sentence
	Confidence [3]float64 // what a bias, the log odds by words, and the head's score count for
}

// With is a blend by words that hears a reading head too.
func (b Blend) With(h Beside) Blend {
	b.Sentence[head] = h.Sentence
	for i := range b.Confidence {
		b.Confidence[i] *= h.Confidence[1]
	}
	b.Confidence[0] += h.Confidence[0]
	b.Confidence[len(EvidenceNames)] = h.Confidence[2]
	return b
}

// BlendOf is the blend in use: by words alone, or with the score of a reading head.
func BlendOf(head bool) Blend {
	if head {
		return byWords.With(withHead)
	}
	return byWords
}

// HeadBeside is how a reading head's score stands beside the words in that blend.
func HeadBeside() Beside { return withHead }
