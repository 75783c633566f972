package check

import (
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

// differences are the facts of a claim that its evidence lacks; with the evidence's
// own where it has another of the same kind and unit.
func differences(evidence, claim string) (found []Word) {
	there := fact.Find(evidence)
	lower := strings.ToLower(evidence)
next:
	for _, c := range fact.Find(claim) {
		said := claim[c.Start:c.End]
		other := ""
		for _, e := range there {
			if c.Kind == e.Kind && c.Same(e) {
				continue next
			}
			if c.Kind == e.Kind && c.Kind != fact.Name && c.Unit == e.Unit && (c.Kind == fact.Date || c.Unit != "") && other == "" {
				other = evidence[e.Start:e.End]
			}
		}
		if strings.Contains(lower, strings.ToLower(said)) || c.Kind == fact.Name && strings.Contains(lower, c.Value) {
			continue
		}
		found = append(found, Word{string(c.Kind), said, other})
	}
	return found
}

// negations by language: words in English, parts of words in Korean.
var negations = []string{"not", "n't", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "hardly", "unable",
	"않", "없", "아니", "아닌", "못하", "못했", "못한", "불가", "안 되", "안 됐", "안 된", "안 하", "안 했", "안 한", "못 하", "못 했", "지 마", "지 말"}

// negated tells whether a claim is negated and its evidence is not, or the other
// way round.
func negated(evidence, claim string) (Word, bool) {
	c, e := find(claim, negations), find(evidence, negations)
	switch {
	case c != "" && e == "":
		return Word{Kind: "negation", Claim: c, Evidence: "-"}, true
	case c == "" && e != "":
		return Word{Kind: "negation", Claim: "-", Evidence: e}, true
	}
	return Word{}, false
}

// opposite finds a word of the claim whose antonym the evidence has in its place:
// neither text has both.
func opposite(evidence, claim string) (Word, bool) {
	for _, pair := range antonyms {
		for _, p := range [][2][]string{{pair[0], pair[1]}, {pair[1], pair[0]}} {
			c, e := find(claim, p[0]), find(evidence, p[1])
			if c != "" && e != "" && find(claim, p[1]) == "" && find(evidence, p[0]) == "" {
				return Word{"antonym", c, e}, true
			}
		}
	}
	return Word{}, false
}

var universals = []string{"all", "every", "always", "only", "never", "none", "everyone", "must", "모든", "모두", "항상", "언제나", "절대", "오직", "반드시", "유일", "전부", "아무"}

var persons = []string{"i", "i'm", "i've", "my", "me", "you", "your", "we", "our", "저는", "제가", "나는", "내가", "당신"}

func any(text string, phrases []string) bool { return find(text, phrases) != "" }

// find returns the first of some phrases that a text has. English ones are whole
// words, or begin one where they end in an asterisk; Korean ones begin a word or
// are parts of one where they are negations.
func find(text string, phrases []string) string {
	lower := strings.ToLower(text)
	for _, p := range phrases {
		stem, open := strings.CutSuffix(p, "*")
		for at := 0; ; {
			i := strings.Index(lower[at:], stem)
			if i < 0 {
				break
			}
			i += at
			end := i + len(stem)
			if stem[0] >= 0x80 && !open || (i == 0 || !letter(lower[i-1]) || stem == "n't") && (open || end == len(lower) || !letter(lower[end])) {
				return stem
			}
			at = end
		}
	}
	return ""
}

// letter reports whether a byte belongs to a word.
func letter(c byte) bool { return c >= 0x80 || c == '\'' || unicode.IsLetter(rune(c)) }
