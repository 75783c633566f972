package reader

import (
	"cmp"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
)

// Focused finds in candidates that are to be quoted the parts that answer, where a
// reading head did not.
func (q *Question) Focused(list []Candidate) []Candidate {
	for i := range list {
		if list[i].Focus == nil {
			list[i].Focus = q.focus(&list[i])
		}
	}
	return list
}

// focus finds the part of a sentence that answers by itself: in a table the cell of the
// column that is asked for; a number or date that is; else the run of words that a
// linear model likes best (candidate spans as in Rajpurkar et al., SQuAD, 2016, without
// a parser). It is a range of the document, or nil.
func (q *Question) focus(c *Candidate) *index.Span {
	if s := q.cell(*c); s != nil {
		return &index.Span{Start: c.Span.Start + s.Start, End: c.Span.Start + s.End}
	}
	var best index.Span
	top := math.MinInt
	asked := q.askedParticles()
	q.Parts(c, func(s index.Span, known []uint16) {
		score := 0
		for _, k := range known {
			score += int(spanWeights[k])
		}
		if asked != "" && opensWith(c.Text[s.End-c.Span.Start:], asked) {
			if asked == adverbial {
				return
			}
			score += particleWeight
		}
		if score > top {
			best, top = s, score
		}
	})
	if top == math.MinInt {
		return nil
	}
	return &best
}

// longestPart is how many words a part may have.
const longestPart = 7

// Classes of words, and of the marks between them. A part neither begins nor ends with a
// word of those from of to pronoun.
const (
	edge    = iota
	ownWord // of the question
	number
	date
	capital
	of
	by
	place
	preposition
	determiner
	conjunction
	relative // no part goes on into its clause
	verbal
	pronoun
	plain
	derived
	comma
	opening
	closing
	classes
)

// Groups of questions.
const (
	others    = iota
	namedNoun // what or which, and a noun
	who
	where
	groups
)

// Places in spanWeights of what is known of a part: where it begins and ends, how long
// it is, what it holds, and what of the question stands around it.
const (
	firstAt  = 0 // class of its first word
	afterAt  = firstAt + classes
	beforeAt = afterAt + classes // by group, as is the next
	lastAt   = beforeAt + groups*classes
	lengthAt = lastAt + groups*classes
	nearAt   = lengthAt + longestPart // before it, then after it
	ownAt    = nearAt + 2*nearest
	orderAt  = ownAt + 4
	clauseAt = orderAt + 5
	wholeAt  = clauseAt + 2 // no fact, one, a name that is asked for
	Known    = wholeAt + 3  // how many places there are
)

// nearest is the best degree of nearness, and one more.
const nearest = 8

// token is a word of a sentence as a border of parts.
type token struct {
	end         int
	class       uint16
	left, right uint16 // what stands there: a mark, a word's class, in Korean a particle
	fact        int    // it is in; -1 if none
	name        bool   // the fact is one
	begins      bool   // the fact begins with it
	ends        bool   // the fact ends with it
	apart       bool   // from what precedes it: no part has both
	open        bool   // no part ends with it
	inside      bool   // it stands within a word: no part begins with it
}

// Parts calls emit with the parts of a candidate that may answer, ranges of the document,
// and with the places of what is known of each, valid until the next. Reasons, ways,
// lists and yes or no have none, nor has a question for a number or date that the
// sentence does not give.
func (q *Question) Parts(c *Candidate, emit func(s index.Span, known []uint16)) {
	row := q.Kind.row()
	if row != nil && len(row.facts) == 0 && q.Kind != Naming {
		return
	}
	if q.Kind == When || q.Kind == HowMany {
		q.value(c, row.facts[0], emit)
		return
	}
	s := &c.looked
	tokens := q.tokens(s)
	group := uint16(others)
	switch {
	case row != nil && q.Kind != Naming:
		group = where
		if q.Kind == Who {
			group = who
		}
	case q.head == 0 && !q.Korean:
		group = namedNoun
	}
	named := group >= who
	before, behind := q.nearness(s, false), q.nearness(s, true)
	all := 0
	for _, w := range s.at {
		if w >= 0 {
			all++
		}
	}
	if q.Kind == What && (all == 0 || anyIn([]string{"happens", "happen", "should i do", "can i do", "어떻게"}, strings.ToLower(q.Text)) != "") {
		return
	}
	passed := 0 // of all that the sentence has of the question, before i
	var known []uint16
	for i := range tokens {
		a := &tokens[i]
		own, clauses, figures := 0, uint16(0), named
		for j := i; j < len(tokens) && j-i < longestPart && !bound(a.class) && !a.inside && !(named && a.left == relative) && !(q.Korean && a.class == derived && a.apart); j++ {
			b := &tokens[j]
			if j > i && (b.class == relative || b.left == comma && bound(b.class) && b.class != conjunction || b.apart && (b.fact < 0 || b.fact != tokens[j-1].fact) || tail(tokens, j)) {
				break
			}
			if b.class == verbal {
				clauses = 1
			}
			if s.at[j] >= 0 {
				own++
			}
			figures = figures && (numeral(b.class) || endsIn(s.text[s.start[j]:b.end], weekdays))
			if bound(b.class) || b.open || figures || own > j-i || a.name && !a.begins || b.name && !b.ends {
				continue
			}
			side := uint16(0)
			switch after := all - passed - own; {
			case q.Korean:
			case passed == 0:
				side = 1
			case after == 0:
				side = 2
			case passed > after:
				side = 3
			default:
				side = 4
			}
			whole := uint16(0)
			if a.begins && b.ends && a.fact == b.fact {
				whole = 1
				if named && a.name {
					whole = 2
				}
			}
			known = append(known[:0], firstAt+a.class, afterAt+b.right, beforeAt+group*classes+a.left, lastAt+group*classes+b.class,
				lengthAt+uint16(j-i), nearAt+before[i], nearAt+nearest+behind[j], ownAt+uint16(min(own, 3)), orderAt+side, clauseAt+clauses, wholeAt+whole)
			part := s.withSign(index.Span{Start: s.start[i], End: b.end})
			if named && part.Start < s.start[i] {
				continue
			}
			emit(index.Span{Start: c.Span.Start + part.Start, End: c.Span.Start + part.End}, known)
		}
		if s.at[i] >= 0 {
			passed++
		}
	}
}

// tail reports whether a part that holds word j goes on behind a number or date that is all
// of an answer: £30 for the gate key.
func tail(tokens []token, j int) bool {
	a, b := &tokens[j-1], &tokens[j]
	if !numeral(a.class) || !bound(b.class) || b.class == determiner || a.fact >= 0 && b.fact == a.fact {
		return false
	}
	for k := j + 1; k < min(j+3, len(tokens)); k++ {
		if c := tokens[k].class; c == a.class || c == ownWord {
			return false
		}
	}
	return true
}

// currencies are signs before a number that are part of it.
const currencies = "$€£₩¥"

// withSign is a part of a sentence with the currency sign before it, if there is one.
func (s *sentence) withSign(part index.Span) index.Span {
	if r, n := utf8.DecodeLastRuneInString(s.text[:part.Start]); strings.ContainsRune(currencies, r) {
		part.Start -= n
	}
	return part
}

// value emits the number or date that is asked for: in the unit, if one is, and nearest to the
// question's words.
func (q *Question) value(c *Candidate, kind fact.Kind, emit func(index.Span, []uint16)) {
	s := &c.looked
	var best index.Span
	top := -1.0
	for _, f := range s.facts {
		v := s.closest(f.Span)
		if q.units[f.Unit] {
			v++
		}
		if f.Kind == kind && v > top {
			best, top = s.withSign(f.Span), v
		}
	}
	if top >= 0 {
		emit(index.Span{Start: c.Span.Start + best.Start, End: c.Span.Start + best.End}, nil)
	}
}

func numeral(class uint16) bool { return class == number || class == date }

func bound(class uint16) bool { return class >= of && class <= pronoun }

// tokens are the words of a sentence.
func (q *Question) tokens(s *sentence) []token {
	tokens := make([]token, len(s.start))
	f := 0
	for i, start := range s.start {
		t := &tokens[i]
		t.end, t.fact = s.end(i), -1
		for f < len(s.facts) && s.facts[f].End <= start {
			f++
		}
		next := len(s.text)
		if i+1 < len(tokens) {
			next = s.start[i+1]
		}
		kind := fact.Kind("")
		if f < len(s.facts) && s.facts[f].Start <= start {
			in := &s.facts[f]
			t.fact, kind = f, in.Kind
			if in.End <= next && !(in.Unit == "" && kind == fact.Number && q.Korean) {
				t.end = in.End
			}
			t.name, t.begins, t.ends = kind == fact.Name, in.Start >= start, in.End <= t.end
		}
		word := s.text[start:t.end]
		full := word
		if q.Korean {
			full = wordAt(s.text[start:next])
			if t.fact < 0 && len(word) == len(full) {
				for _, p := range copulas {
					if bare, ok := strings.CutSuffix(full, p); ok && bare != "" {
						word, t.end = bare, start+len(bare)
						break
					}
				}
			}
		}
		r, _ := utf8.DecodeRuneInString(word)
		spaced := " " + strings.ToLower(word) + " "
		for k, words := range wordClasses {
			if strings.Contains(words, spaced) {
				t.class = of + uint16(k)
			}
		}
		switch {
		case s.at[i] >= 0:
			t.class = ownWord
		case kind == fact.Date:
			t.class = date
		case t.class > 0:
		case kind == fact.Number || r <= '9':
			t.class = number
		case kind == fact.Name || unicode.IsUpper(r) && (i > 0 || q.Korean):
			t.class = capital
		case endsIn(word, derivations):
			t.class = derived
		default:
			t.class = plain
		}
		if q.Korean && t.fact < 0 {
			switch {
			case endsIn(full, adnominals):
				word, t.end, t.open = full, start+len(full), true
				if t.class != ownWord {
					t.class = derived
				}
			case word == full && endsIn(full, predicates):
				t.open, t.class = true, verbal
			}
		}
		gap := s.text[t.end:next]
		switch {
		case i+1 == len(tokens):
		case strings.ContainsAny(gap, "(\"“‘《「"):
			t.right = opening
		case strings.ContainsAny(gap, ")”》」"):
			t.right = closing
		case strings.ContainsAny(gap, ",;:—–-"):
			t.right = comma
		}
		if i > 0 && tokens[i-1].right == edge {
			tokens[i-1].right = t.class
		}
		if t.right == edge && q.Korean {
			particle, _, _ := strings.Cut(gap, " ")
			t.right = particleClass(particle)
		}
		if i+1 < len(tokens) {
			stop := strings.HasPrefix(gap, ". ")
			tokens[i+1].inside = gap == ""
			t.open = t.open || q.Korean && !t.ends && t.right == edge && r >= utf8.RuneSelf || i == 0 && t.class == number && stop
			tokens[i+1].apart = strings.ContainsAny(gap, "|\n") || stop && t.open || q.Korean && (stop || t.class == verbal || t.right == preposition)
			tokens[i+1].left = cmp.Or(t.right, t.class)
		}
	}
	return tokens
}

// nearness is, for each word, how much of the question lies before it, or behind it if
// back: what its words weigh, less the farther they are.
func (q *Question) nearness(s *sentence, back bool) []uint16 {
	list := make([]uint16, len(s.at))
	seen := make([]int, len(q.words)) // how many words in; 0 if not yet
	for k := range s.at {
		i := k
		if back {
			i = len(s.at) - 1 - k
		}
		sum := 0.0
		for w, at := range seen {
			if at > 0 {
				sum += float64(q.words[w].weight * 4 / float64(4+k-at))
			}
		}
		if q.total > 0 {
			list[i] = uint16(min(nearest-1, 10*sum/q.total))
		}
		if s.at[i] >= 0 {
			seen[s.at[i]] = k + 1
		}
	}
	return list
}

// derivations end English words that are made of others, weekdays the days of both
// languages.
var derivations, weekdays = []string{"ed", "ing", "ly"}, []string{"day", "요일"}

// wordClasses are words that are no answer, or not all of one, by class from of on.
var wordClasses = []string{
	" of ",
	" by as like ",
	" in on at near ",
	" for from with to into through during about between among after before against under over than since until without within 및 ",
	" a an the his her its their my our your this that these those some any each every no 그 이 그의 ",
	" and or 또는 그리고 ",
	" who whom whose which where when while because although if so but nor ",
	" is are was were be been being has have had do does did can could will would may might must should became become came went made took gave said began ",
	" it he she they him them we you i there here not also only then such 것 수 등 때 안 뒤 전 후 동안 중 가운데 그는 이는 ",
}
