package check

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

// differences are the facts of a claim that its evidence lacks, with the evidence's own
// where it has another of the same kind and unit. A fact has to stand in the sentence that
// says the rest of the claim, if that has another in its place: it was not Ama who was
// elected treasurer where the sentence before is about her.
func differences(evidence string, sentences []string, claim string) (found []Word) {
	there, claimed := fact.Find(evidence), fact.Find(claim)
	lower := strings.ToLower(evidence)
	for _, c := range claimed {
		said := claim[c.Start:c.End]
		if !has(there, lower, c, said) {
			w := Word{Kind: string(c.Kind), Claim: said}
			if i := slices.IndexFunc(there, func(e fact.Fact) bool { return c.Kind != fact.Name && replaces(e, c) }); i >= 0 {
				w.Evidence = evidence[there[i].Start:there[i].End]
			}
			found = append(found, w)
			continue
		}
		rest := read(claim[:c.Start] + claim[c.End:])
		best := nearestOf(sentences, rest)
		beside := fact.Find(best.text)
		if len(rest.words) < 2 || share(rest.words, best.set) < closely || has(beside, strings.ToLower(best.text), c, said) {
			continue
		}
		for _, e := range beside {
			if own := best.text[e.Start:e.End]; replaces(e, c) && !has(claimed, strings.ToLower(claim), e, own) {
				found = append(found, Word{Kind: string(c.Kind), Claim: said, Evidence: own})
				break
			}
		}
	}
	return found
}

// has reports whether a text in lower case, with some facts, says one of another text.
func has(there []fact.Fact, lower string, f fact.Fact, said string) bool {
	return slices.ContainsFunc(there, func(e fact.Fact) bool { return f.Kind == e.Kind && f.Same(e) }) ||
		whole(lower, strings.ToLower(said)) || f.Kind == fact.Name && strings.Contains(lower, f.Value)
}

// replaces reports whether two facts are of one kind, and numbers of one unit.
func replaces(e, c fact.Fact) bool {
	return c.Kind == e.Kind && c.Unit == e.Unit && (c.Kind != fact.Number || c.Unit != "")
}

// whole reports whether a text has some words, not as a part of a longer one or of a
// longer number: £2 is no part of £27. What follows a Hangul word may be a particle.
func whole(text, words string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(words)
		at = end
		if !joined(text[:start], words) && !joined(words, text[end:]) {
			return true
		}
	}
}

// joined reports whether a word or a number goes on from one text into the next.
func joined(before, after string) bool {
	if before == "" || after == "" {
		return false
	}
	a, b := before[len(before)-1], after[0]
	if strings.IndexByte(".,:", b) >= 0 && len(after) > 1 {
		b = after[1]
		return digit(a) && digit(b)
	}
	if strings.IndexByte(".,:", a) >= 0 && len(before) > 1 {
		a = before[len(before)-2]
		return digit(a) && digit(b)
	}
	return digit(a) && digit(b) || latin(a) && latin(b)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func latin(c byte) bool { return 'a' <= c && c <= 'z' }

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
				return Word{Kind: "antonym", Claim: c, Evidence: e}, true
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
