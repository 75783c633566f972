// Package check holds claims against evidence without a model: by the words that
// they share, and by those that decide, which are numbers, dates, names, negation
// and antonyms.
package check

import (
	"math"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine"
)

// Label is what the evidence says of a claim.
type Label string

const (
	Supported    Label = "supported"
	Partly       Label = "partly"       // the evidence says some of it
	Contradicted Label = "contradicted" // the evidence says something else
	Unsupported  Label = "unsupported"
)

// Word is a part of a claim that decided about it.
type Word struct {
	Kind     string `json:"kind"`               // "number", "date", "name", "negation", "antonym" or "word"
	Claim    string `json:"claim"`              // as the claim says it
	Evidence string `json:"evidence,omitempty"` // and the evidence, if it says something else
	Mild     bool   `json:"-"`                  // it may decide: the claim is not supported, nor is it opposed
}

// Finding is how evidence stands to a claim.
type Finding struct {
	engine.Entailment
	Words []Word // that decided
}

const (
	// Enough is the least support of a claim that counts as supported, partlyFrom
	// that of one of which the evidence says some.
	Enough     = 0.5
	partlyFrom = 0.25
)

// Label says in a word what was found. A contradiction has a word that shows it.
func (f Finding) Label() Label {
	switch {
	case opposes(f.Words) && f.Contradicted > f.Supported:
		return Contradicted
	case f.Supported >= Enough && len(f.Words) == 0:
		return Supported
	case f.Supported >= partlyFrom:
		return Partly
	}
	return Unsupported
}

// Check holds a claim against evidence. Evidence that holds the claim word for
// word supports it.
func Check(evidence, claim string) Finding {
	if c := bare(claim); c == "" || whole(bare(evidence), c) {
		return Finding{Entailment: engine.Entailment{Supported: 1}}
	}
	f, words := compare(evidence, claim)
	e := weights.entailment(f)
	if opposes(words) {
		// Nearly the same words are no support if one of them is the opposite: the
		// weights, which were learned on looser pairs, do not go so far.
		moved := round(e.Supported * opposition)
		e.Supported, e.Contradicted = round(e.Supported-moved), round(e.Contradicted+moved)
	}
	return Finding{e, words}
}

// opposition is the part of a claim's support that a word takes for which the
// evidence has another.
const opposition = 0.8

// opposes reports whether the evidence says something else in place of a word.
func opposes(words []Word) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return w.Evidence != "" && !w.Mild })
}

// bare is a text in which only the words count.
func bare(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(text), ".。!"))), " ")
}

// entailment is a multinomial logistic regression over the features.
func (w model) entailment(f Features) engine.Entailment {
	s, c := w.supported.score(f), w.contradicted.score(f)
	top := max(s, c, 0)
	es, ec, en := math.Exp(s-top), math.Exp(c-top), math.Exp(-top)
	sum := es + ec + en
	supported, contradicted := round(es/sum), round(ec/sum)
	return engine.Entailment{Supported: supported, Contradicted: contradicted, Neither: max(0, round(1-supported-contradicted))}
}

// round drops what exponentials of different machines disagree on.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// headShare is what a verifying head counts beside the features.
const headShare = 0.5

// With is what was found, with what a verifying head says.
func (f Finding) With(e engine.Entailment) Finding {
	blend := func(features, head float64) float64 {
		return round(float64((1-headShare)*features) + float64(headShare*head))
	}
	f.Supported, f.Contradicted, f.Neither = blend(f.Supported, e.Supported), blend(f.Contradicted, e.Contradicted), blend(f.Neither, e.Neither)
	return f
}
