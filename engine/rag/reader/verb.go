package reader

import (
	"strings"
	"unicode/utf8"
)

// verbEndings follow the stem of a Korean verb, after what it contracts with the
// last syllable: 낸다 is 내 and ㄴ다. Those of plainEndings end nouns of two
// syllables too (사고, 가게, 수도), so they follow a stem of two or more.
var (
	verbEndings = wordSet(`다 다고 다는 는다 습니다 니다 습니까 니까 까 까요 나요 는가 는가요 은가요 요 어요 아요 여요 세요 으세요 네요 죠 지요 시오 십시오
		는 는데 며 으며 면 으면 면서 으면서 려고 려면 으려면 으려고 어서 아서 어야 아야 어도 아도 도록 지만 던 었던 았던 거나
		었다 았다 었는가 았는가 었나요 았나요 었습니다 았습니다 었어요 았어요 을까요 을까
		야 가요 줘 줘요 주세요 주나요 줍니다 준다 줬다 봐 봐요 보세요`)
	plainEndings = wordSet(`고 기 게 지 도 나 니 자 서 야 은 을 어 아`)
	// askingEndings are of verbs at the end of a question.
	askingEndings = strings.Fields(`요 까 는가 은가 던가 나 니 냐 죠 다`)
)

// lightWords say too little to be looked for: 출근은 몇 시에 하나요, how many days do
// I get. They are rare only where the library is small. The Korean are stems.
var lightWords = wordSet(`하 되 이 있 주 보 싶 않 알리 말하 가능하 필요하 어떻 이렇 그렇
	get got gets mean means cost costs take takes need needs happen happens
	go goes going come comes put puts keep keeps look looks looking make makes give gives want wants like likes
	use uses used let lets find know tell tells say says think see feel feels try ask become bring hold holds show seem stay stays own owns belong belongs
	ready okay ok good able sure fine easy possible available necessary important whole full kind sort thing things way lot people person
	someone somebody anybody anyone everyone everybody exactly usually normally actually really still already yet please ever
	가 오 놓 넣 나오 나가 챙기 나 조건 방법 절차 내용 정보 관련 사항 terms conditions details info information`)

const longestEnding = 4 // syllables

// verbStem is the stem of a Korean verb, the same for all that it becomes: 내 of
// 내나요, 낸다, 냈다 and 낼, 오 of 와요, 쓰 of 썼다. It is "" if the word does not end as
// a verb does. Stems that differ in a contracted final alone fall together.
func verbStem(word string) string {
	if r, n := utf8.DecodeRuneInString(word); !syllable(r) {
		return ""
	} else if n == len(word) {
		if final := (r - firstSyllable) % finalCount; final == 4 || final == 8 || final == 20 {
			return string(uncontracted(r)) // 낸, 낼
		}
		return ""
	}
	for n := min(longestEnding, utf8.RuneCountInString(word)-1); n > 0; n-- {
		cut := len(word) - n*syllableBytes
		if cut < syllableBytes {
			continue
		}
		ending := word[cut:]
		if !verbEndings[ending] && (cut == syllableBytes || !plainEndings[ending]) {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(word[:cut]); !syllable(last) {
			return ""
		}
		return regular(word[:cut])
	}
	return ""
}

// attributive is the stem of a Korean verb that stands before a noun, 넘기 of 넘길 수; ""
// if the word cannot be one. Many nouns look like one.
func attributive(word string) string {
	r, n := utf8.DecodeLastRuneInString(word)
	if final := (r - firstSyllable) % finalCount; n == len(word) || !syllable(r) || final != 4 && final != 8 {
		return ""
	}
	return regular(word)
}

// regular is a stem before an ending as it is before others: without what it contracts
// with, 오르 for 올라, 누르 for 눌러.
func regular(stem string) string {
	last, size := utf8.DecodeLastRuneInString(stem)
	before, last := stem[:len(stem)-size], uncontracted(last)
	if r, n := utf8.DecodeLastRuneInString(before); (last == '라' || last == '르') && syllable(r) && (r-firstSyllable)%finalCount == 8 {
		return before[:len(before)-n] + string(r-8) + "르"
	}
	return before + string(last)
}

const (
	firstSyllable, lastSyllable = 0xAC00, 0xD7A3
	syllableBytes               = 3  // in UTF-8
	finalCount                  = 28 // final consonants of a syllable, none included
	vowelCount                  = 21
)

func syllable(r rune) bool { return r >= firstSyllable && r <= lastSyllable }

// uncontracted is the last syllable of a stem without the ending that it was drawn
// together with: ㄴ, ㄹ, ㅁ, ㅂ and ㅆ go, and ㅘ, ㅝ, ㅕ, ㅙ, ㅓ become ㅗ, ㅜ, ㅣ, ㅚ, ㅡ.
func uncontracted(r rune) rune {
	i := r - firstSyllable
	initial, vowel, final := i/finalCount/vowelCount, i/finalCount%vowelCount, i%finalCount
	switch final {
	case 0, 4, 8, 16, 17, 20:
		final = 0
		switch vowel {
		case 9: // ㅘ
			vowel = 8
		case 14: // ㅝ
			vowel = 13
		case 6: // ㅕ
			vowel = 20
		case 10: // ㅙ
			vowel = 11
		case 4: // ㅓ
			vowel = 18
		case 1: // ㅐ of 해, 했
			if initial == 18 {
				vowel = 0
			}
		}
	}
	return firstSyllable + (initial*vowelCount+vowel)*finalCount + final
}

// asksVerb reports whether a word ends a Korean question as a verb does.
func asksVerb(word string) bool { return endsIn(word, askingEndings) }

func endsIn(word string, endings []string) bool {
	for _, e := range endings {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

// helped reports whether a verb has an auxiliary behind it: 내야 하나요, 피워도 돼요,
// 쓸 수 있나요.
func helped(word, rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return strings.HasSuffix(word, "야") || strings.HasPrefix(rest, "수 ") ||
		strings.HasSuffix(word, "도") && (strings.HasPrefix(rest, "되") || strings.HasPrefix(rest, "돼") || strings.HasPrefix(rest, "될"))
}

// verb reports whether a sentence ends in a Korean verb: it is whole, however short.
func (s sentence) verb() bool {
	words := strings.Fields(strings.TrimRight(s.text, ".!?"))
	return len(words) > 0 && verbStem(words[len(words)-1]) != ""
}

// light reports whether a word says too little to be looked for, with its stem if
// it is a Korean verb.
func light(word, stem string) bool {
	for _, asks := range []string{"무엇", "뭐", "뭔", "뭘"} {
		if strings.HasPrefix(word, asks) {
			return true
		}
	}
	return lightWords[stem] || lightWords[strings.ToLower(word)]
}

// wordSet is a lookup table of words between spaces.
func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
