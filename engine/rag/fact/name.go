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
	if words[i].script == hangul {
		return koreanName(words, i)
	}
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

// koreanName reads a Korean name of three syllables beside what its bearer is, with a
// space or a particle between: 회장 문상철, 예약자는 정은주, 오세라 선생님이. Alone it looks
// like any other word.
func koreanName(words []word, i int) (Fact, int) {
	const size = 3 * len("가")
	text := words[i].text
	if len(text) < size || !strings.Contains(surnames, text[:len("가")]) || len(text) > size && !particles[text[size:]] {
		return Fact{}, 0
	}
	isRole := func(w string) bool {
		for n := len(w); n > 0; n -= len("가") {
			if roles[w[:n]] && (n == len(w) || particles[w[n:]]) {
				return true
			}
		}
		return false
	}
	if isRole(text) {
		return Fact{}, 0
	}
	before := i > 0 && words[i].start <= words[i-1].end+2 && isRole(words[i-1].text)
	after := len(text) == size && spaced(words, i) && (titles[words[i+1].text] || isRole(words[i+1].text))
	if !before && !after {
		return Fact{}, 0
	}
	f := Fact{Kind: Name, Value: text[:size]}
	f.End = words[i].start + size
	return f, 1
}

// surnames are nearly all of Korea's; roles what a person may be beside a name, titles
// what follows one.
const surnames = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"

var (
	roles = set(`회장 부회장 총무 대표 사장 이사 이사장 부장 차장 과장 팀장 실장 국장 장관 총리 대통령 시장 의원 위원장 위원 교수 교사 선생 선생님 감독 작가 저자 배우
		가수 선수 기자 박사 원장 소장 교장 담임 담당자 책임자 임대인 임차인 예약자 신청자 신청인 발표자 진행자 사회자 작성자 기록 사회 강사 주장 반장 간사 서기 회계 이름 성명
		아들 딸 아내 남편 어머니 아버지 형 동생 누나 오빠 언니 친구 화가 시인 소설가 의사 변호사 주임 대리 관장 지휘자`)
	titles = set(`씨 씨가 씨는 씨의 씨를 님 님이 님은 군 양`)
)

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
	for _, w := range strings.Fields(a) {
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
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
