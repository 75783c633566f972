package analysis

import "github.com/ondol-rag/ondol/index"

func init() { register(hangul, koreanWord) }

const width = 3 // of a Hangul syllable or jamo in UTF-8, bytes

// koreanWord writes the terms of a run of Hangul, which may continue a word of
// another script: 3월, K8s를, 東京에서.
func koreanWord(a *analyzer, word []byte, span index.Span) {
	attached := a.last.end == span.Start
	if attached && isParticle(word) {
		return
	}
	if a.last.script == latin && len(a.last.number) > 0 {
		unit := unitOf(word)
		measure := measures[string(unit)]
		if measure != "" && (attached || a.last.end+1 == span.Start) {
			a.numbered(a.last.number, []byte(measure), index.Span{Start: a.last.start, End: span.End})
		}
		spaced := a.last.end+1 == span.Start && counters[string(unit)]
		if attached && len(unit) <= 3*width || spaced {
			a.numbered(a.last.number, unit, index.Span{Start: a.last.start, End: span.End})
		}
		if attached && len(unit) == width {
			a.last.tail = a.last.tail[:0]
			return
		}
	}
	a.spelled(word, span)
	a.koreanTerms(word, span)
}

// koreanTerms writes the stem of a word, its bigrams, and the bigram that joins
// it to the word before, if that one has no particle: 데이터 베이스 is one
// compound with 데이터베이스.
func (a *analyzer) koreanTerms(word []byte, span index.Span) {
	noun := bareNoun(word)
	stem := stemKorean(word)
	joins := a.last.script == hangul && a.last.end+1 == span.Start && len(a.last.tail) > 0
	if a.query && koreanFunction[string(stem)] {
		a.last.tail = a.last.tail[:0]
		return
	}
	if len(stem) <= maxTerm {
		a.emit(stem, span)
	}
	if joins {
		a.term = append(append(append(a.term[:0], Bigram), a.last.tail...), noun[:width]...)
		a.emit(a.term, span)
	}
	if len(noun) > width {
		a.bigrams(noun, span)
	}
	a.last.tail = a.last.tail[:0]
	if len(noun) == len(word) {
		a.last.tail = append(a.last.tail, noun[len(noun)-width:]...)
	}
}

// koreanFunction holds the stems of words that a question has and its answer
// need not.
var koreanFunction = set(`
	누구 누가 무엇 뭐 어디 어디서 언제 어느 어떤 무슨 몇 왜 어떻게 얼마 얼마나
	것 수 때 등 및 그 이 저 대해 대한 위해 위한 있는 하는`)
