package rag

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
)

// question is what the reader knows of a question.
type question struct {
	text   string
	korean bool
	terms  []string // distinct, sorted
	words  []word
	total  float64 // of the words' weights
	kind   *kind
}

// word is one of the question's words, by its terms' places in question.terms.
type word struct {
	weight  float64
	terms   []int
	bigrams []int
}

// bigramCredit is what a word counts of which only the bigrams are met: a verb in
// another form, a compound written apart.
const bigramCredit = 0.9

func newQuestion(text string, lib Library) question {
	q := question{text: text, korean: strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })}
	asked := text
	for i := range kinds {
		if phrase := anyIn(kinds[i].asks, strings.ToLower(text)); phrase != "" {
			q.kind = &kinds[i]
			// What kind of answer is asked for says nothing of where it stands.
			if rest := without(text, phrase); len(analysis.Query(rest)) > 0 {
				asked = rest
			}
			break
		}
	}
	q.terms = slices.Sorted(slices.Values(analysis.Query(asked)))
	q.terms = slices.Compact(q.terms)
	weights := lib.Weights(q.terms)
	last := index.Span{End: -1}
	analysis.Analyze(asked, func(term []byte, span index.Span) {
		at, ok := q.find(term)
		if !ok {
			return
		}
		if span.Start >= last.End {
			q.words = append(q.words, word{})
			last = span
		}
		w := &q.words[len(q.words)-1]
		if term[0] == analysis.Bigram {
			w.bigrams = append(w.bigrams, at)
			return
		}
		w.terms = append(w.terms, at)
		w.weight = max(w.weight, weights[at])
	})
	for i := range q.words {
		w := &q.words[i]
		if len(w.terms) == 0 {
			for _, b := range w.bigrams {
				w.weight += weights[b] / float64(len(w.bigrams))
			}
		}
		q.total += w.weight
	}
	return q
}

// find is a term's place in q.terms.
func (q question) find(term []byte) (at int, ok bool) {
	return slices.BinarySearchFunc(q.terms, term, func(t string, b []byte) int { return strings.Compare(t, string(b)) })
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

// kind is what a question asks for, and what a sentence that answers it shows.
// Phrases are in lower case; an English one stands between word boundaries, a
// Korean one anywhere.
type kind struct {
	name   string
	asks   []string
	shows  []string
	digits bool // a digit shows it too
}

var kinds = []kind{
	{"when",
		[]string{"when", "what year", "what date", "what day", "what month", "what time", "언제", "며칠", "몇 년", "몇년", "몇 월", "몇월", "몇 시", "날짜", "기한"},
		[]string{"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
			"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "요일", "매년", "매월", "매일"}, true},
	{"how many",
		[]string{"how many", "how much", "how long", "how far", "how often", "how old", "how big", "how high", "how large", "how hot", "how fast",
			"what percent", "what percentage", "what number", "what amount", "what temperature", "what price", "몇", "얼마", "어느 정도", "비율", "퍼센트"},
		[]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty", "hundred", "thousand", "half", "twice", "once",
			"만 원", "천 원", "하나", "둘", "셋", "절반", "두 ", "세 ", "네 ", "다섯", "여섯"}, true},
	{"who",
		[]string{"who", "whose", "whom", "누구", "누가", "누굴"},
		[]string{"mr", "mrs", "ms", "dr", "씨", "님", "담당", "대표"}, false},
	{"where",
		[]string{"where", "어디", "어느 곳", "어느 나라", "어느 도시", "장소"},
		[]string{"in the", "at the", "on the", "near", "from the", "에서", "위치", "안에", "옆"}, false},
	{"why",
		[]string{"why", "왜", "이유", "원인", "까닭"},
		[]string{"because", "since", "due to", "so that", "reason", "caused", "therefore", "때문", "위해", "위하여", "므로", "인해", "까닭", "이유", "덕분", "탓"}, false},
	{"how",
		[]string{"how", "어떻게", "방법", "어떤 식"},
		[]string{"by", "using", "first", "then", "press", "turn", "하여", "해서", "한다", "하십시오", "하세요", "누르", "넣"}, false},
}

// showIn reports whether a sentence shows what the question asks for.
func (k *kind) showIn(text string) bool {
	return k.digits && strings.ContainsAny(text, "0123456789") || anyIn(k.shows, strings.ToLower(text)) != ""
}

// anyIn returns the first of the phrases that stands in a text in lower case.
func anyIn(phrases []string, text string) string {
	for _, p := range phrases {
		for from := 0; ; {
			at := strings.Index(text[from:], p)
			if at < 0 {
				break
			}
			at += from
			end := at + len(p)
			if p[0] >= utf8.RuneSelf || (at == 0 || !isASCIILetter(text[at-1])) && (end == len(text) || !isASCIILetter(text[end])) {
				return p
			}
			from = end
		}
	}
	return ""
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// notFound says that the documents do not answer, and what was looked at.
func (q question) notFound(t index.Trace, hits []index.Hit) string {
	var near []string
	for _, h := range hits {
		if !slices.Contains(near, h.Document) && len(near) < 3 {
			near = append(near, h.Document)
		}
	}
	if q.korean {
		s := fmt.Sprintf("문서에서 답을 찾지 못했습니다. 문서 %d개의 구절 %d개를 살펴보았습니다.", t.Documents, t.Chunks)
		if len(near) > 0 {
			s += " 가장 가까운 문서: " + strings.Join(near, ", ")
		}
		return s
	}
	s := fmt.Sprintf("Your documents do not answer this. %d passages of %d documents were searched.", t.Chunks, t.Documents)
	if len(near) > 0 {
		s += " The nearest are in: " + strings.Join(near, ", ")
	}
	return s
}
