package rag

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
)

// follows begin or fill questions that lean on the turn before. English ones are
// whole words; Korean ones begin one.
var (
	opening  = []string{"and", "then", "so", "what about", "how about", "what else", "why", "그럼", "그러면", "그렇다면", "그런데", "그리고", "또", "왜"}
	pointing = []string{"it", "its", "they", "them", "their", "that", "those", "this", "these", "he", "him", "his", "she", "her", "there", "one", "ones", "same",
		"그것", "그거", "그건", "그게", "그걸", "이것", "이건", "이게", "그는", "그가", "그의", "그녀", "거기", "여기", "그곳", "그때", "그 ", "이 ", "저 ", "그중", "이중"}
)

// ordinals name one of several things that the last answer told.
var ordinals = []struct {
	words []string
	at    int // negative from the end
}{
	{[]string{"first one", "first", "첫 번째", "첫번째", "첫째"}, 0},
	{[]string{"second one", "second", "두 번째", "두번째", "둘째"}, 1},
	{[]string{"third one", "third", "세 번째", "세번째", "셋째"}, 2},
	{[]string{"fourth one", "fourth", "네 번째", "네번째", "넷째"}, 3},
	{[]string{"fifth one", "fifth", "다섯 번째", "다섯번째", "다섯째"}, 4},
	{[]string{"last one", "마지막"}, -1},
}

// fewWords is how many words a question may have that says little by itself.
const fewWords = 3

// resolve is a question that can be searched by itself: one that leans on earlier
// turns takes their subject along. What it gives takes the place of what was of its
// kind: a year that of a year, and a noun that of the noun with which the library
// knows the rest of the question. Without a library nouns are added.
func resolve(lib Library, question string, history []engine.Message) string {
	if len(history) == 0 || len(history) > maxHistory || len(question) > maxQuestion*utf8.UTFMax {
		return question
	}
	return resolved(lib, question, history, maxChain)
}

// maxChain is how many questions that lean on each other are searched for what the
// next means.
const maxChain = 4

func resolved(lib Library, question string, history []engine.Message, chain int) string {
	if !leans(question) {
		return question
	}
	if chain == 0 {
		lib = nil
	}
	before, answered := turnBefore(lib, history, max(0, chain-1))
	if before == "" {
		return question
	}
	if item := ordinal(question, answered); item != "" {
		return subject(before, question) + " " + item + " " + question
	}
	if replaced, ok := replace(before, question); ok {
		return replaced
	}
	if replaced, ok := swap(lib, before, question); ok {
		return replaced
	}
	asked := subject(before, question) + " " + question
	// "What is warm when it leaves the chimney?" leans on nothing but itself.
	if lib != nil && words(question) >= fewWords && sure(lib, question) > sure(lib, asked)+swapLead {
		return question
	}
	return asked
}

// sure is how surely the library answers a question; 0 if it cannot be asked.
func sure(lib Library, question string) float64 {
	hits, _, err := lib.Search(question, swapHits)
	if err != nil {
		return 0
	}
	_, c, err := reader.New(question, lib.Weights).Read(hits, reader.Hints{})
	if err != nil {
		return 0
	}
	return c
}

// turnBefore is the last question of a conversation, resolved by those before it, and
// its answer.
func turnBefore(lib Library, history []engine.Message, chain int) (question, answer string) {
	for i := len(history) - 1; i >= 0; i-- {
		m := history[i]
		switch m.Role {
		case "assistant":
			if answer == "" {
				answer = m.Content
			}
		case "user":
			return resolved(lib, m.Content, history[:i], chain), answer
		}
	}
	return "", ""
}

const (
	// maxSwapped is how many nouns of a question another is tried in the place of, and
	// swapHits how many passages each attempt is held against.
	maxSwapped, swapHits = 4, 3
	// swapLead is how much surer an answer must be for a noun later in the question,
	// and for a question by itself.
	swapLead = 0.02
)

// swap puts a noun that a question consists of in the place of a noun of the question
// before: the one that leaves the question which the library answers most surely.
func swap(lib Library, before, question string) (string, bool) {
	noun := reader.Noun(question, opening)
	if lib == nil || noun == "" {
		return "", false
	}
	best, surest := "", 0.0
	topics := reader.Topics(before)
	for _, t := range topics[:min(len(topics), maxSwapped)] {
		asked := before[:t.Start] + noun + before[t.End:]
		if c := sure(lib, asked); c > surest+swapLead {
			best, surest = asked, c
		}
	}
	return best, best != ""
}

// leans reports whether a question needs the turn before it.
func leans(question string) bool {
	lower := strings.ToLower(strings.TrimSpace(question))
	for _, w := range opening {
		if rest, ok := strings.CutPrefix(lower, w); ok && (w[0] >= utf8.RuneSelf || rest == "" || rest[0] == ' ' || rest[0] == ',' || rest[0] == '?') && (w != "why" && w != "왜" || len(strings.Fields(rest)) <= fewWords) {
			return true
		}
	}
	for _, w := range strings.Fields(lower) {
		w = strings.Trim(w, ".,?!\"'") + " "
		for _, p := range pointing {
			if p == w || p+" " == w || p[0] >= utf8.RuneSelf && strings.HasPrefix(w, p) {
				return true
			}
		}
	}
	n := words(question)
	return n < fewWords && ordinalOf(lower) != nil || n == 0 || n == 1 && !reader.Asks(question) || onlyFacts(question)
}

// words is how many words of a question say what it is about.
func words(question string) (n int) {
	for _, t := range analysis.Query(question) {
		if t[0] != analysis.Bigram {
			n++
		}
	}
	return n
}

// subject is what a question is about, without the words that ask, and without
// facts of the kinds that the next question gives.
func subject(before, question string) string {
	given := fact.Find(question)
	return reader.Subject(without(before, func(f fact.Fact) bool {
		return slices.ContainsFunc(given, func(g fact.Fact) bool { return g.Kind == f.Kind })
	}))
}

// replace puts the facts of a question that has little else in the place of those
// of the same kind in the question before.
func replace(before, question string) (string, bool) {
	if !onlyFacts(question) {
		return "", false
	}
	given := fact.Find(question)
	var b strings.Builder
	at, replaced := 0, false
	for _, f := range fact.Find(before) {
		i := slices.IndexFunc(given, func(g fact.Fact) bool { return g.Kind == f.Kind })
		if i < 0 {
			continue
		}
		b.WriteString(before[at:f.Start] + question[given[i].Start:given[i].End])
		at, replaced = f.End, true
	}
	return b.String() + before[at:], replaced
}

// onlyFacts reports whether a question says nothing but a fact, as "2023년은요?" does.
func onlyFacts(question string) bool {
	return len(fact.Find(question)) > 0 && reader.Bare(without(question, func(fact.Fact) bool { return true }))
}

// without is a text less some of its facts.
func without(text string, gone func(fact.Fact) bool) string {
	var b strings.Builder
	at := 0
	for _, f := range fact.Find(text) {
		if gone(f) {
			b.WriteString(text[at:f.Start])
			at = f.End
		}
	}
	return b.String() + text[at:]
}

// ordinal is the part of an answer that a question names by its place.
func ordinal(question, answer string) string {
	o := ordinalOf(strings.ToLower(question))
	if o == nil || answer == "" {
		return ""
	}
	var items []string
	for _, s := range chunk.Sentences(answer) {
		item := plain(answer[s.Start:s.End])
		if _, rest := marks(item); strings.TrimSpace(rest) != "" {
			items = append(items, item)
		}
	}
	if len(items) == 1 { // a list in one sentence
		items = strings.FieldsFunc(items[0], func(r rune) bool { return r == ',' || r == ';' || r == '、' || r == '·' })
	}
	at := *o
	if at < 0 {
		at += len(items)
	}
	if at < 0 || at >= len(items) {
		return ""
	}
	return strings.TrimSpace(items[at])
}

func ordinalOf(lower string) *int {
	for i, o := range ordinals {
		for _, w := range o.words {
			if strings.Contains(lower, w) {
				return &ordinals[i].at
			}
		}
	}
	return nil
}
