package analysis

import "strings"

// A rule says what a suffix asks of the word before it.
type rule struct {
	final    final
	least    int  // syllables that must remain
	particle bool // follows a noun; otherwise an ending of a verb or a copula
}

// final is what the last syllable of the word must end in.
type final uint8

const (
	whatever   final = iota
	consonant        // 을 은 이 과
	vowel            // 를 는 가 와
	vowelOrL         // 로
	otherThanL       // 으로: a consonant, not ㄹ
)

// maxSuffix is the longest suffix, in syllables.
const maxSuffix = 5

// verb is the rule of what makes a verb of a noun: 개발하다, 개발되다, 개발시키다.
var verb = rule{whatever, 2, false}

// suffixRules holds particles and common endings. A row with stems joins each
// stem with each suffix. Those that often end a noun of two syllables (국가, 도로,
// 회의) leave at least two.
var suffixRules = []struct {
	rule
	stems, suffixes string
}{
	{rule{consonant, 1, true}, "", "을 은"},
	{rule{vowel, 1, true}, "", "를 는"},
	{rule{whatever, 1, true}, "", `에 에는 에도 에만 에의 에서 에서는 에서도 에서의 에서만 에게 에게는 에게도 에게서
		까지 까지는 까지의 까진 부터 부터는 부터의 부턴 처럼 보다 마다 조차 한테 한테는 한텐 한테서 께서 엔 에선 에겐`},
	{rule{consonant, 2, true}, "", "이 과 과의 과는 과도 이나 이란 이라고 이라는 이라도 이랑"},
	{rule{vowel, 2, true}, "", "가 와 와의 와는 와도 나 란 라고 라는 라도 랑"},
	{rule{vowelOrL, 2, true}, "", "로 로는 로도 로의 로서 로써 로부터"},
	{rule{otherThanL, 1, true}, "", "으로 으로는 으로도 으로의 으로서 으로써 으로부터"},
	{rule{whatever, 2, true}, "", "의 도 만 들"},
	{rule{consonant, 2, false}, "", "이다 이며 이고 인 이었다 이었나 이었는가 이라"},
	{rule{vowel, 2, false}, "", "였다 였나 였는가 라"},
	{rule{whatever, 2, false}, "", `인가 인가요 인지 일까 일까요 입니까 입니다 이에요 예요 적인 적으로
		는가 는다 었다 았다 었는가 았는가 습니다 습니까 니다 니까 나요 까 요`},
	{verb, "하 되", `다 는 고 며 면 지 기 던 게 도록 려고 려면 여 여서 자 니 나 는데 는가 는지 거나 면서 므로 기로 기에 기도
		지만 지는 지도 고자 세요 였다 였던 였고 였으며 였는가 였으나 였는데 였을 였음 였나
		었다 었던 었고 었으며 었는가 었으나 었는데 었을 었음 었나 어 어서`},
	{verb, "했 됐", "다 던 고 으며 는가 으나 는데 을 음 나 습니다"},
	{verb, "한 된", "다 다고 다는 지"},
	{verb, "할 될", "지 까"},
	{verb, "", `한 된 할 될 합니다 해 해서 해야 해도 됩니다 돼 돼서 됨 시킨 시켰다 시키는 시키고 시킬
		당한 당했다 받은 받는 받았다`},
}

// suffixes finds the rule of a suffix.
var suffixes = func() map[string]rule {
	m := map[string]rule{}
	for _, row := range suffixRules {
		stems := strings.Fields(row.stems)
		if len(stems) == 0 {
			stems = []string{""}
		}
		for _, stem := range stems {
			for _, suffix := range strings.Fields(row.suffixes) {
				m[stem+suffix] = row.rule
			}
		}
	}
	return m
}()

// lastSyllables is the set of syllables that end a suffix: most words end in
// none of them.
var lastSyllables = func() (s [11172/64 + 1]uint64) {
	for suffix := range suffixes {
		i := syllableIndex([]byte(suffix[len(suffix)-width:]))
		s[i/64] |= 1 << (i % 64)
	}
	return s
}()

// stemKorean returns a word without its particles and endings.
func stemKorean(word []byte) []byte {
	for {
		n := suffix(word, false)
		if n == 0 {
			return word
		}
		word = word[:len(word)-n]
	}
}

// bareNoun returns a word without its particle.
func bareNoun(word []byte) []byte { return word[:len(word)-suffix(word, true)] }

// isParticle reports whether the whole word is a particle, as after a word of
// another script.
func isParticle(word []byte) bool {
	switch string(word) {
	case "이", "가", "과", "와", "의", "로":
		return true
	case "도", "만", "들", "나", "란": // units and nouns too
		return false
	}
	return suffixes[string(word)].particle
}

// suffix returns the length in bytes of the longest suffix of a word that its
// rule allows, or 0.
func suffix(word []byte, particle bool) int {
	syllables := len(word) / width
	if syllables < 2 {
		return 0
	}
	if i := syllableIndex(word[len(word)-width:]); i < 0 || lastSyllables[i/64]>>(i%64)&1 == 0 {
		return 0
	}
	for n := min(maxSuffix, syllables-1); n > 0; n-- {
		cut := len(word) - n*width
		r, ok := suffixes[string(word[cut:])]
		if ok && (r.particle || !particle) && syllables-n >= r.least && r.final.holds(word[cut-width:cut]) {
			return n * width
		}
	}
	return 0
}

// holds reports whether a syllable ends as the suffix asks.
func (f final) holds(syllable []byte) bool {
	if f == whatever {
		return true
	}
	i := syllableIndex(syllable)
	if i < 0 {
		return false
	}
	const rieul = 8
	switch tail := i % 28; f {
	case consonant:
		return tail != 0
	case vowel:
		return tail == 0
	case vowelOrL:
		return tail == 0 || tail == rieul
	default:
		return tail != 0 && tail != rieul
	}
}

// syllableIndex numbers the precomposed syllables from 0, by initial, vowel and final;
// anything else is negative.
func syllableIndex(s []byte) int {
	r := int(s[0]&0x0F)<<12 | int(s[1]&0x3F)<<6 | int(s[2]&0x3F)
	if r < 0xAC00 || r > 0xD7A3 {
		return -1
	}
	return r - 0xAC00
}
