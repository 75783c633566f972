package reader

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
)

// focus finds the part of a sentence that answers by itself: in a table the cell of the
// column that is asked for; a fact of the kind that is asked for, the nearest to the question's words; else, where a thing is
// asked for, a name or the words beside the noun that names it. It is a range of
// the document, or nil.
func (q *Question) focus(c Candidate) *index.Span {
	if s := q.cell(c); s != nil {
		return &index.Span{Start: c.Span.Start + s.Start, End: c.Span.Start + s.End}
	}
	row := q.Kind.row()
	wanted := []fact.Kind{fact.Name}
	if row != nil {
		wanted = row.facts
	}
	var best *index.Span
	top := -1.0
	for _, f := range c.looked.facts {
		if v := c.looked.closest(f.Span); slices.Contains(wanted, f.Kind) && v > top {
			best, top = &f.Span, v
		}
	}
	if best == nil && (row == nil || slices.Contains(row.facts, fact.Name) || q.Kind == Naming) {
		best = q.phrase(c.looked)
	}
	if best == nil {
		return nil
	}
	return &index.Span{Start: c.Span.Start + best.Start, End: c.Span.Start + best.End}
}

// longestPhrase is how many words a phrase may have.
const longestPhrase = 4

// phrase is the run of words that the question does not have which lies nearest to
// those that it has; nil if there is none.
func (q *Question) phrase(s sentence) *index.Span {
	var best *index.Span
	top := 0.0
	for i := 0; i < len(s.at); {
		if s.at[i] >= 0 || !q.content(s, i) {
			i++
			continue
		}
		end := i
		for end < len(s.at) && s.at[end] < 0 && q.content(s, end) && end-i < longestPhrase && !parted(s.text[s.start[i]:s.start[end]]) {
			end++
		}
		end = max(end, i+1)
		span := index.Span{Start: s.start[i], End: s.end(end - 1)}
		if v := s.closest(span); v > top {
			best, top = &span, v
		}
		i = end
	}
	return best
}

// content reports whether word i of a sentence may be of a name or a noun phrase.
func (q *Question) content(s sentence, i int) bool {
	w := s.text[s.start[i]:s.end(i)]
	r, _ := utf8.DecodeRuneInString(w)
	if r < utf8.RuneSelf {
		return !functionWords[strings.ToLower(w)]
	}
	return !strings.HasSuffix(w, "다") && !strings.HasSuffix(w, "고") && !strings.HasSuffix(w, "며") && !strings.HasSuffix(w, "여")
}

// parted reports whether a mark stands in a text that parts phrases.
func parted(text string) bool { return strings.ContainsAny(text, ",.;:()[]\"“”") }

// end is where word i ends: letters and digits, and in Korean without a particle.
func (s sentence) end(i int) int {
	start, limit := s.start[i], len(s.text)
	if i+1 < len(s.start) {
		limit = s.start[i+1]
	}
	word := strings.TrimRightFunc(s.text[start:limit], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if cut := strings.IndexFunc(word, unicode.IsSpace); cut > 0 {
		word = word[:cut]
	}
	for _, p := range finals {
		if bare, ok := strings.CutSuffix(word, p); ok && utf8.RuneCountInString(bare) >= 2 {
			return start + len(bare)
		}
	}
	return start + len(word)
}

// finals are the particles and copulas that end a Korean noun, longer ones first.
var finals = strings.Fields(`이라고 으로부터 에서는 이었다 이라는 에게서 으로 에서 에게 까지 부터 이며 이다 였다 라고 라는 과의 와의 은 는 이 가 을 를 의 에 와 과 도 로`)

// functionWords cannot be all of an answer.
var functionWords = wordSet(`a an the and or but of in on at by to for from with as is are was were be been being has have had do does did
		it its he she they his her their this that these those which who whom whose when where while also not no than then so such into
		can could will would may might must should there here i you we`)
