// Package reader finds, without a model, the sentences of passages that answer a
// question, and within them the part that answers by itself.
//
// A sentence is scored by what it shares with the question, weighed by how rare
// that is in the library, and by what the question asks for. The weights were
// learned; see weights.go and RATIONALE.md.
package reader

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

// Question is what the reader knows of a question.
type Question struct {
	Text    string
	Korean  bool
	Kind    Kind
	terms   []string // distinct, sorted
	words   []word
	of      []int   // the word that each term belongs to
	total   float64 // of the words' weights
	head    int     // the word that names what is asked for; -1 if none
	facts   []fact.Fact
	units   map[string]bool // of the number that is asked for; nil if any will do
	counted int             // the word that names what is counted; -1 if none
	bare    bool            // it names what it is about, and asks nothing: 보증금 반환 조건
	asking  []string        // the terms of what asks, such as "what size"
}

// word is one of the question's words, by its terms' places in Question.terms.
type word struct {
	weight  float64
	terms   []int
	bigrams []int
	prefix  string   // by which other forms are known; in Korean of the last word alone, which is the verb
	stem    string   // of the verb that a Korean question ends in; "" of all else
	stems   []string // by which a Korean verb is met: its own, and its kin's
	text    string
	start   int  // byte of the question without what asks
	light   bool // it says little; an answer need not have it
}

// Weigh returns how rare each term is: its inverse document frequency.
type Weigh func(terms []string) []float64

// New reads a question.
func New(text string, weigh Weigh) *Question {
	q := &Question{Text: text, Korean: strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })}
	kind, phrase := kindOf(text)
	if last := lastWord(text); kind == What && phrase == "" && !Asks(text) && (verbStem(last) == "" || !asksVerb(last)) {
		q.bare = true
		kind = cmp.Or(valueOf(last, q.Korean), kind) // 영업 시간 asks when
	}
	q.Kind, q.asking = kind, analysis.Query(phrase)
	asked := text
	if phrase != "" {
		// What kind of answer is asked for says nothing of where it stands.
		if rest := without(text, phrase); len(analysis.Query(rest)) > 0 {
			asked = rest
		}
	}
	q.facts = fact.Find(text)
	own := map[string]bool{}
	terms := analysis.Query(asked)
	for _, t := range terms {
		own[t] = true
	}
	for t := range own {
		for _, k := range kinOf(t) {
			if !strings.HasSuffix(k, "-") {
				terms = append(terms, plainTerm(k))
			}
		}
	}
	q.terms = slices.Compact(slices.Sorted(slices.Values(terms)))
	q.of = make([]int, len(q.terms))
	weights := weigh(q.terms)
	last := index.Span{End: -1}
	analysis.Analyze(asked, func(term []byte, span index.Span) {
		at, ok := q.find(term)
		if !ok || !own[string(term)] {
			return
		}
		if span.Start >= last.End {
			q.words = append(q.words, word{start: span.Start, text: asked[span.Start:span.End], prefix: prefix(asked[span.Start:span.End])})
			last = span
		}
		w := &q.words[len(q.words)-1]
		q.of[at] = len(q.words) - 1
		if term[0] == analysis.Bigram {
			w.bigrams = append(w.bigrams, at)
			return
		}
		w.terms = append(w.terms, at)
		w.weight = max(w.weight, weights[at])
	})
	counter := -1 // where the counter of 몇 stands: 몇 마리
	if phrase == "몇" {
		counter = strings.Index(strings.ToLower(text), phrase) + len(" ")
	}
	final := -1 // the last word that is not light
	for i, w := range q.words {
		if w.start != counter && !light(w.text, verbStem(w.text)) {
			final = i
		}
	}
	for i := range q.words {
		w := &q.words[i]
		if len(w.terms) == 0 {
			for _, b := range w.bigrams {
				w.weight += weights[b] / float64(len(w.bigrams))
			}
		}
		last := i == len(q.words)-1
		if q.Korean && !last {
			w.prefix = ""
		}
		stem := verbStem(w.text)
		if q.Korean && i == final && (last && asksVerb(w.text) || helped(w.text, asked[w.start+len(w.text):])) {
			w.stem = stem
		}
		if w.light = light(w.text, stem) || w.start == counter; w.light {
			w.prefix, w.stem = "", ""
			w.weight *= lightWeight
		} else {
			q.widen(i, stem, own, weights)
		}
		q.total += w.weight
	}
	q.units, q.counted = unitsOf(kind, text, phrase), -1
	if phrase == "how many" && q.units != nil {
		at := strings.Index(strings.ToLower(text), phrase)
		q.counted = slices.IndexFunc(q.words, func(w word) bool { return at >= 0 && w.start >= at })
	}
	q.head = q.headOf(asked)
	return q
}

// lastWord is a text's last word, in lower case.
func lastWord(text string) string {
	lower := strings.ToLower(strings.TrimRight(text, "\"'”’?？.! "))
	return strings.TrimLeft(lower[strings.LastIndexByte(lower, ' ')+1:], "\"'“‘")
}

// lightWeight is what a word that says little weighs of what its rarity gives it.
const lightWeight = 0.25

// widen lets a word be met by its kin too. It weighs what the least rare of them
// does.
func (q *Question) widen(i int, stem string, own map[string]bool, weights []float64) {
	w := &q.words[i]
	if stem != "" {
		w.stems = append(w.stems, stem)
	}
	kin := slices.Clip(kinOf(stem + "-"))
	for _, t := range w.terms {
		kin = append(kin, kinOf(q.terms[t])...)
	}
	for _, k := range kin {
		if stem, ok := strings.CutSuffix(k, "-"); ok {
			w.stems = append(w.stems, stem)
			continue
		}
		t := plainTerm(k)
		at, ok := q.find([]byte(t))
		if !ok || own[t] || slices.Contains(w.terms, at) {
			continue
		}
		q.of[at] = i
		w.terms = append(w.terms, at)
		w.weight = min(w.weight, weights[at])
	}
}

// headOf finds the noun that is asked for: in Korean the last word (엔진은?), in
// English the first one of a question that began with what or which.
func (q *Question) headOf(asked string) int {
	switch {
	case len(q.words) == 0 || q.Kind != What && q.Kind != Who && q.Kind != Where:
		return -1
	case q.Korean:
		return len(q.words) - 1
	case anyIn([]string{"what", "which"}, strings.ToLower(asked)) != "":
		return 0
	}
	return -1
}

// find is a term's place in q.terms.
func (q *Question) find(term []byte) (at int, ok bool) {
	return slices.BinarySearchFunc(q.terms, term, func(t string, b []byte) int { return strings.Compare(t, string(b)) })
}

// bigramCredit is what a word counts of which only the bigrams are met: a verb in
// another form, a compound written apart; prefixCredit one of which only the
// beginning is.
const (
	bigramCredit = 0.9
	prefixCredit = 0.5
	prefixLength = 5
)

// prefix is the beginning of a word, by which other forms of it and its kin are
// known; "" if it is too short. Of a Hangul word it is two syllables, the second
// without its final consonant: 열리나요 begins like 열린다.
func prefix(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	if r < 0xAC00 || r > 0xD7A3 {
		if len(word) <= prefixLength || r >= utf8.RuneSelf {
			return ""
		}
		return strings.ToLower(word[:prefixLength])
	}
	second, _ := utf8.DecodeRuneInString(word[n:])
	if second < 0xAC00 || second > 0xD7A3 {
		return ""
	}
	return string([]rune{r, second - (second-0xAC00)%28})
}

// credit is how far a text that has some of the question's terms has a word.
func (w word) credit(has []bool) float64 {
	if slices.ContainsFunc(w.terms, func(t int) bool { return has[t] }) {
		return 1
	}
	met, all := 0, 0
	for i, b := range w.bigrams {
		n := 1
		if i == 0 {
			n = 2 // the stem comes first
		}
		if all += n; has[b] {
			met += n
		}
	}
	if met == 0 || 2*met < all {
		return 0
	}
	return bigramCredit * float64(met) / float64(all)
}

// without is a text less the first place of a phrase, whatever its case.
func without(text, phrase string) string {
	lower := strings.ToLower(text)
	at := strings.Index(lower, phrase)
	if at < 0 || len(lower) != len(text) {
		return text
	}
	end := at + len(phrase)
	// A Korean phrase takes the rest of its word along: 얼마인가요.
	for end < len(text) && phrase[0] >= utf8.RuneSelf && !strings.ContainsRune(" \t\n?,.!", rune(text[end])) {
		end++
	}
	return text[:at] + text[end:]
}

// Subject is a question without the phrase that asks.
func Subject(question string) string {
	_, phrase := kindOf(question)
	s := question
	if phrase != "" {
		s = without(question, phrase)
	}
	return strings.Join(strings.Fields(strings.TrimRight(s, "?？ ")), " ")
}

// Topics are the nouns of a question, and what else says what it is about: not what
// asks, verbs that say little, the verb that a Korean question ends in, and English
// participles.
func Topics(question string) (list []index.Span) {
	asked := index.Span{}
	if _, phrase := kindOf(question); phrase != "" {
		if at := strings.Index(strings.ToLower(question), phrase); at >= 0 {
			asked = index.Span{Start: at, End: at + len(phrase)}
		}
	}
	analysis.AnalyzeQuery(question, func(_ []byte, s index.Span) {
		n := len(list)
		if n > 0 && s.Start < list[n-1].End || s.Start < asked.End && asked.Start < s.End {
			return
		}
		list = append(list, s)
	})
	n := 0
	for i, s := range list {
		word := question[s.Start:s.End]
		stem := verbStem(word)
		verb := i == len(list)-1 && stem != "" && asksVerb(word) || len(list) > 1 && strings.HasSuffix(word, "ed") // elected
		if !verb && !light(word, stem) {
			list[n] = s
			n++
		}
	}
	list = list[:n]
	return list
}

// longestNoun is how many words a noun may have that stands for a question.
const longestNoun = 3

// Noun is what a question names that consists of a noun and words that open it: 부산
// of 그럼 부산은요?, the chair of And the chair? It is "" of other questions.
func Noun(question string, opening []string) string {
	rest := strings.TrimRight(strings.TrimSpace(question), "?？.! ")
	lower := strings.ToLower(rest)
	for _, w := range opening {
		if strings.HasPrefix(lower, w+" ") {
			rest = strings.TrimLeft(rest[len(w):], " ,")
			break
		}
	}
	words := strings.Fields(rest)
	if len(words) == 0 || len(words) > longestNoun || Asks(rest) {
		return ""
	}
	last := len(words) - 1
	bare := strings.TrimSuffix(words[last], "요")
	for _, p := range []string{"은", "는", "이", "가", "도", "에서는", "에는", "의"} {
		if noun, ok := strings.CutSuffix(bare, p); ok && utf8.RuneCountInString(noun) >= 2 {
			words[last] = noun
			break
		}
	}
	return strings.Join(words, " ")
}

// Asks reports whether a text has a word that asks.
func Asks(text string) bool {
	lower := strings.ToLower(text)
	return anyIn(interrogatives, lower) != "" || anyIn([]string{"what", "which", "who", "whose", "whom", "when", "where", "why", "how"}, lower) != ""
}

// Bare reports whether a text says nothing that a passage could have: And? 그럼 은?
func Bare(text string) bool {
	for _, w := range strings.Fields(text) {
		w = strings.ToLower(strings.Trim(w, ".,?!"))
		if w != "" && !bareWords[w] {
			return false
		}
	}
	return true
}

var bareWords = wordSet("and what about how in on for then so of 그럼 그러면 그렇다면 그리고 또 은 는 은요 는요 이요 요 에는 에는요 에 은? 이 가 도 도요 엔 엔요")
