package check

import (
	"math"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
)

// Features of a claim beside its evidence, by Names; all lie near 0 to 1.
type Features [len(Names)]float64

// Names of the features, in order.
var Names = [...]string{
	"words",     // share of the claim's words that the evidence has
	"all",       // the same with function words
	"bigrams",   // share of the claim's Hangul and CJK bigrams; of its words if it has none
	"sentence",  // share of the words that one sentence of the evidence has
	"run",       // share of the words that stand together in the evidence, in order
	"pairs",     // share of neighbouring words that are neighbours there
	"reverse",   // share of that sentence's words that the claim has
	"novel",     // words that the evidence lacks, by their number
	"length",    // of the claim, in words
	"numbers",   // numbers and dates that the evidence lacks
	"opposed",   // and for which it has others of the same unit
	"names",     // names that the evidence lacks
	"polarity",  // one of the two is negated
	"negation",  // and they say nearly the same otherwise
	"antonym",   // the evidence has the opposite of a word
	"universal", // the claim says all, only, never, where the evidence does not
	"personal",  // the claim speaks of the speaker or the listener
	"asks",      // the claim is a question
}

const (
	words = iota
	all
	bigrams
	sentence
	run
	pairs
	reverse
	novel
	length
	numbers
	opposed
	names
	polarity
	negation
	antonym
	universal
	personal
	asks
)

// loosely, closely and nearly are the least shares of their words that a claim and a
// sentence have in common which may be about the same, are, and say the same or its
// opposite.
const loosely, closely, nearly = 0.5, 0.6, 0.75

// Compare returns the features of a claim beside its evidence.
func Compare(evidence, claim string) Features {
	f, _ := compare(evidence, claim)
	return f
}

func compare(evidence, claim string) (f Features, deciding []Word) {
	c, e := read(claim), read(evidence)
	f[words], f[all], f[bigrams] = share(c.words, e.set), share(c.all, e.set), share(c.bigrams, e.set)
	if len(c.bigrams) == 0 {
		f[bigrams] = f[words]
	}
	var sentences []string
	for _, s := range chunk.Sentences(evidence) {
		sentences = append(sentences, evidence[s.Start:s.End])
	}
	best := nearestOf(sentences, c)
	f[sentence], f[reverse] = share(c.words, best.set), share(best.words, c.set)
	f[run] = float64(longestRun(c.words, e.words)) / float64(max(1, len(c.words)))
	f[pairs] = neighbours(c.words, e.words)
	missing := 0
	for _, w := range c.words {
		if !e.set[w] {
			missing++
		}
	}
	f[novel] = math.Min(1, float64(missing)/10)
	f[length] = math.Min(1, float64(len(c.words))/20)
	close := f[sentence] >= closely
	for _, w := range differences(evidence, sentences, claim) {
		switch {
		case w.Kind == string(fact.Name):
			f[names] = 1
		case w.Evidence != "" && close:
			f[opposed], f[numbers] = 1, 1
		default:
			w.Evidence = "" // it speaks of something else
			f[numbers] = 1
		}
		deciding = append(deciding, w)
	}
	if w, ok := negated(best.text, claim); ok {
		f[polarity] = f[sentence]
		if f[sentence] >= nearly && f[reverse] >= closely {
			f[negation] = 1
			deciding = append(deciding, w)
		}
	}
	if w, ok := denied(sentences, claim, c); ok && f[negation] == 0 {
		deciding = append(deciding, w)
	}
	if w, ok := opposite(best.text, claim); ok && close {
		f[antonym] = 1
		deciding = append(deciding, w)
	}
	if f[sentence] >= nearly {
		if w := exchanged(c, best); w != nil {
			deciding = append(deciding, *w)
		}
	}
	if any(claim, universals) && !any(best.text, universals) {
		f[universal] = 1
	}
	if any(claim, persons) && !any(evidence, persons) {
		f[personal] = 1
	}
	if strings.HasSuffix(strings.TrimSpace(claim), "?") {
		f[asks] = 1
	}
	return f, deciding
}

// text is what the comparison knows of a text.
type text struct {
	text                string
	words, all, bigrams []string // terms in order: without function words, with them, bigrams
	set                 map[string]bool
	spans               []index.Span // of words, in the text
}

func read(s string) *text {
	t := &text{text: s, set: map[string]bool{}}
	content := map[string]bool{}
	for _, term := range analysis.Query(s) {
		content[term] = true
	}
	analysis.Analyze(s, func(term []byte, span index.Span) {
		w := string(term)
		t.set[w] = true
		if term[0] == analysis.Bigram {
			t.bigrams = append(t.bigrams, w)
			return
		}
		t.all = append(t.all, w)
		if content[w] {
			t.words, t.spans = append(t.words, w), append(t.spans, span)
		}
	})
	return t
}

func share(terms []string, set map[string]bool) float64 {
	n := 0
	for _, t := range terms {
		if set[t] {
			n++
		}
	}
	return float64(n) / float64(max(1, len(terms)))
}

// nearestOf is the one of some texts that has most of the claim.
func nearestOf(texts []string, claim *text) *text {
	best, top := &text{}, -1.0
	for _, s := range texts {
		t := read(s)
		if v := share(claim.words, t.set) + share(claim.bigrams, t.set)/2; v > top {
			best, top = t, v
		}
	}
	return best
}

// denied finds a clause that has as much of the claim as any, half of it at least, and
// is negated where the claim is not, or the other way round: it may be about the same.
func denied(sentences []string, claim string, c *text) (w Word, found bool) {
	most := loosely
	for _, s := range sentences {
		for _, clause := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;:()|", r) }) {
			v := share(c.words, read(clause).set)
			if v < most {
				continue
			}
			if v > most {
				most, found = v, false
			}
			if n, ok := negated(clause, claim); ok {
				w, found = n, true
			}
		}
	}
	w.Mild = true
	return w, found
}

// longestRun is the length of the longest part of a that stands in b as it is.
func longestRun(a, b []string) (longest int) {
	row := make([]int, len(b)+1) // run that ends at each place of b
	for i := range a {
		for j := len(b); j > 0; j-- {
			row[j] = 0
			if a[i] == b[j-1] {
				if row[j] = 1; j > 1 {
					row[j] += row[j-1]
				}
				longest = max(longest, row[j])
			}
		}
	}
	return longest
}

// neighbours is the share of the pairs of neighbours in a that are at most two
// words apart in b.
func neighbours(a, b []string) float64 {
	n := 0
	for i := 1; i < len(a); i++ {
		for j := range b {
			if b[j] == a[i-1] && slices.Contains(b[j+1:min(j+3, len(b))], a[i]) {
				n++
				break
			}
		}
	}
	return float64(n) / float64(max(1, len(a)-1))
}
