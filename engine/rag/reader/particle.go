package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// particleClass is what a Korean particle does beside its noun: what prepositions do in English.
func particleClass(particle string) uint16 {
	switch {
	case particle == "의":
		return of
	case particle == "와" || particle == "과":
		return conjunction
	case particle != "" && particle[0] >= utf8.RuneSelf:
		return preposition
	}
	return edge
}

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

// copulas end Korean nouns too, beside those of finals.
var copulas = strings.Fields(`입니다 이었습니다 였습니다 이에요 예요 에는 에만 에도 에서도 으로는 로는 께서 한테 마다 처럼 에게 에서 으로 까지 부터 에 를`)

// adnominals end Korean verbs before a noun, and predicates those at the end of a clause.
var (
	adnominals = strings.Fields(`한 된 던 하는 되는 있는 없는 지는 시키는 만드는 보내는 들어가는 할 될 있을 없을 만든 않는 않은`)
	predicates = strings.Fields(`은 는 다 고 며 여 요 오 죠 까 거나 으면 하면 되면 나면 뜨면 리면 가면 지만 는데 어서 아서 해서 려고 도록 면서 하기 하지 하게 되어 않게 으나 므로 는지 은지`)
)

// wordAt is the word that a text begins with, up to a space or a mark.
func wordAt(text string) string {
	if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }); i > 0 {
		return text[:i]
	}
	return text
}

// particleWeight is what a part gains in a Korean sentence that has the particle which the
// question gave to what asks: 누구에게 asks for X에게.
const particleWeight = 32

// adverbial particles follow no answer to a question that gave what asks none.
const adverbial = "로 으로 까지 부터 에서 에 보다 처럼 에게"

// askedParticles are the particles that follow the answer, or adverbial; "" if any may.
func (q *Question) askedParticles() string {
	for _, line := range strings.Split(particlesOf, "\n") {
		asks, particles, _ := strings.Cut(line, ":")
		if anyIn(strings.Split(asks, "|"), q.Text) != "" {
			return particles
		}
	}
	if q.Korean && q.Kind == What {
		return adverbial
	}
	return ""
}

// particlesOf are phrases that ask, and what follows their answers, a line a particle.
const particlesOf = `누구에게|누구한테|어디에게:에게 께 한테 에
무엇이라|뭐라|무엇으로 불:이라 라고 라는 라
무엇으로|뭘로|어디로:으로 로
누구와|누구랑|무엇과:와 과 랑
누가|무엇이 |뭐가|어디가:이 가 은 는 께서
누구를|누굴|무엇을|뭘|뭐를|무얼:을 를
어디에서|어디서:에서
어디에|무엇에:에 에만 에도 에는`

// opensWith reports whether a text begins with one of the particles.
func opensWith(text, particles string) bool {
	word := wordAt(text)
	for _, p := range strings.Fields(particles) {
		if word == p || strings.HasPrefix(word, p) && utf8.RuneCountInString(p) > 1 {
			return true
		}
	}
	return false
}
