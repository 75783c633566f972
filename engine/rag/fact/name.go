package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// findName reads Latin words that are written large, with the small words between
// them: Anna Berg, the University of Texas. A word that only begins a sentence is
// none, unless it is followed by another.
func findName(words []word, i int) (Fact, int) {
	if !large(words[i]) || common[strings.ToLower(words[i].text)] {
		return Fact{}, 0
	}
	n := 1
	for at := i + 1; at < len(words) && at < i+8; at++ {
		w := words[at]
		joined := w.start <= words[at-1].end+1 || w.start == words[at-1].end+2 && len(words[at-1].text) <= 3 // J. Smith
		if !joined {
			break
		}
		if large(w) || w.script == digits && w.end-w.start <= 4 && n == at-i {
			n = at - i + 1
		} else if !joins[w.text] {
			break
		}
	}
	if n == 1 && words[i].first && !allLarge(words[i].text) {
		return Fact{}, 0
	}
	var b strings.Builder
	for _, w := range words[i : i+n] {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(w.text, "'s"), "’s")))
	}
	f := Fact{Kind: Name, Value: b.String()}
	return f, n
}

func large(w word) bool {
	r, _ := utf8.DecodeRuneInString(w.text)
	return w.script == latin && unicode.IsUpper(r)
}

func allLarge(s string) bool { return len(s) > 1 && s == strings.ToUpper(s) }

// joins are the small words inside names.
var joins = set("of the de la du von van der den da di del and al bin")

// common words are written large without being names.
var common = set(`can could do does did is are was were has have had will would should shall may must am
	i a an the this that these those it he she they we you his her its their our my your and but or nor so if when while
	where who what which why how as at by for from in into of on to with after before during since until although though because
	however there here then thus yes no not also many most some all any each both few other another such
	one two three four five six seven eight nine ten first second third monday tuesday wednesday thursday friday saturday sunday`)

// sameName reports whether one name holds every word of the other.
func sameName(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	words := strings.Fields(b)
	for w := range strings.FieldsSeq(a) {
		found := false
		for _, v := range words {
			found = found || v == w
		}
		if !found {
			return false
		}
	}
	return true
}

// particles that may follow a Korean counter or name.
var particles = set(`은 는 이 가 을 를 의 에 에서 에게 과 와 도 만 로 으로 이다 이며 이고 인 이었다 였다 까지 부터 씩 이나 간 정도
	이상 이하 미만 동안 쯤 들이 들은 들을 들의 들 에는 으로는 이라는 이라고 입니다 이에요 예요 이던 이었던 마다 짜리 밖에`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
