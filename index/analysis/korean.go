package analysis

import "github.com/ondol-rag/ondol/index"

func init() { register(hangul, koreanWord) }

// koreanWord writes the word without its particle and the bigrams of the rest.
func koreanWord(a *analyzer, word []byte, span index.Span) {
	stem := stripParticle(word)
	if len(stem) <= maxTerm {
		a.emit(stem, span)
	}
	if len(stem) > 3 {
		a.bigrams(stem, span)
	}
}

// need says which final consonant a particle asks of the syllable before it.
type need uint8

const (
	any_           need = iota
	final               // a final consonant: 을, 은, 이, 과
	open                // none: 를, 는, 가, 와
	noFinalOrRieul      // none, or ㄹ: 로
	finalNotRieul       // one, but not ㄹ: 으로
)

// particles by their last syllables, longest first within a length.
var particles = map[string]need{
	"을": final, "를": open, "이": final, "가": open, "은": final, "는": open, "과": final, "와": open,
	"의": any_, "에": any_, "도": any_, "만": any_, "로": noFinalOrRieul, "으로": finalNotRieul,
	"에서": any_, "에게": any_, "에는": any_, "에도": any_, "에서는": any_, "에게는": any_, "에서도": any_,
	"부터": any_, "까지": any_, "까지는": any_, "보다": any_, "처럼": any_, "마다": any_, "조차": any_,
	"이라고": final, "라고": open, "이라는": final, "라는": open, "이란": final, "란": open,
	"으로서": finalNotRieul, "로서": noFinalOrRieul, "으로써": finalNotRieul, "로써": noFinalOrRieul,
	"으로는": finalNotRieul, "로는": noFinalOrRieul, "으로부터": finalNotRieul, "로부터": noFinalOrRieul,
	"와의": open, "과의": final, "와는": open, "과는": final, "에서의": any_, "에게서": any_,
	"이다": final, "이며": final, "이고": final, "이나": final, "나": open, "인": final, "이었다": final, "였다": open,
}

// stripParticle returns the word without its longest particle. At least one
// syllable stays.
func stripParticle(word []byte) []byte {
	for n := min(4, len(word)/3-1); n > 0; n-- {
		cut := len(word) - 3*n
		if rule, ok := particles[string(word[cut:])]; ok && rule.holds(word[cut-3:cut]) {
			return word[:cut]
		}
	}
	return word
}

// holds reports whether the syllable may stand before the particle.
func (n need) holds(syllable []byte) bool {
	r := rune(syllable[0]&0x0F)<<12 | rune(syllable[1]&0x3F)<<6 | rune(syllable[2]&0x3F)
	if r < 0xAC00 || r > 0xD7A3 {
		return n == any_
	}
	const rieul = 8
	switch tail := (r - 0xAC00) % 28; n {
	case final:
		return tail != 0
	case open:
		return tail == 0
	case noFinalOrRieul:
		return tail == 0 || tail == rieul
	case finalNotRieul:
		return tail != 0 && tail != rieul
	}
	return true
}
