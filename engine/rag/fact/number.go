package fact

import (
	"strconv"
	"strings"
)

// findNumber reads 3,000만 원, 1.5 bar, $2 million, twenty-five, 세 명.
func findNumber(words []word, i int) (Fact, int) {
	value, n := figures(words, i)
	if n == 0 {
		value, n = spelledEnglish(words, i)
	}
	if n == 0 {
		return spelledKorean(words, i)
	}
	if more := half(words, i+n-1); more > 0 { // two and a half hours
		value += 0.5
		n += more
	}
	f := Fact{Kind: Number, Value: plainNumber(value)}
	last := words[i+n-1]
	if words[i].first && n == 1 && (last.after == '.' || last.after == ')') && words[i].script == digits {
		return Fact{}, 0 // the number of a list item
	}
	switch {
	case strings.ContainsRune("$€£₩", words[i].before):
		f.Unit = string(words[i].before)
	case last.sign != "":
		f.Unit, f.End = strings.TrimPrefix(last.sign, " "), last.end+len(last.sign)
		if at := i + n; f.Unit == "°" && at < len(words) && words[at].start == f.End && len(words[at].text) == 1 {
			f.End = words[at].end // °C
			n++
		}
	case !spaced(words, i+n-1):
	case words[i+n].script == hangul:
		// The unit is the word without its particle: 3명이, 5년간.
		if u, end := counter(words[i+n].text); end > 0 {
			f.Unit, f.End = u, words[i+n].start+end
			n++
			if end := halfAfter(words, i+n-1, f.End); end > 0 {
				f.Value, f.End = plainNumber(value+0.5), end
				n++
			}
		}
	case words[i+n].script == latin:
		if u := strings.ToLower(words[i+n].text); !notUnits[u] {
			if u == "percent" || u == "per" {
				u = "%"
			}
			f.Unit = strings.TrimSuffix(u, "s")
			n++
		}
	}
	return f, n
}

// half is how many words behind word i add a half to it: two and a half.
func half(words []word, i int) int {
	for n, w := range []string{"and", "a", "half"} {
		if i+n+1 >= len(words) || words[i+n+1].text != w {
			return 0
		}
	}
	return 3
}

// halfAfter is where 반 ends that follows a counter, which ends in word i: 세 시간 반; 0
// if none does.
func halfAfter(words []word, i, end int) int {
	if words[i].end != end || !spaced(words, i) {
		return 0
	}
	rest, ok := strings.CutPrefix(words[i+1].text, "반")
	if !ok || rest != "" && !particles[rest] {
		return 0
	}
	return words[i+1].start + len("반")
}

// notUnits follow a number without being what it counts.
var notUnits = set(`and or of to in on at by for from with as is was are were the a an but than that which who when
	had has have also it he she they while until`)

// figures reads digits with what scales them, 3,000만 or 2.5 million.
func figures(words []word, i int) (value float64, n int) {
	if words[i].script != digits {
		return 0, 0
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(words[i].text, ",", ""), 64)
	if err != nil {
		return 0, 0 // 1.2.3
	}
	n = 1
	if !spaced(words, i) {
		return value, n
	}
	next := words[i+1].text
	if s, ok := englishScales[strings.ToLower(next)]; ok {
		return value * s, 2
	}
	if words[i+1].script != hangul {
		return value, n
	}
	// 3억 5,000만: each scale is smaller than the one before.
	total, scale := 0.0, 1e18
	for at := i; at+1 < len(words) && words[at].script == digits && spaced(words, at); {
		v, err := strconv.ParseFloat(strings.ReplaceAll(words[at].text, ",", ""), 64)
		s, whole := koreanScale(words[at+1].text)
		if err != nil || s == 1 || s >= scale {
			break
		}
		total, scale = total+v*s, s
		at += 2
		n = at - i
		if !whole {
			n-- // the unit is in the same word: 3만원
			break
		}
		if at < len(words) && words[at].start > words[at-1].end+1 {
			break
		}
	}
	if total > 0 {
		return total, n
	}
	return value, n
}

// koreanScale reads the scale at the beginning of a word, and whether it is the
// whole word.
func koreanScale(word string) (scale float64, whole bool) {
	scale = 1
	for _, r := range word {
		s, ok := koreanScales[r]
		if !ok {
			return scale, false
		}
		scale *= s
	}
	return scale, true
}

var (
	englishScales = map[string]float64{"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
	koreanScales  = map[rune]float64{'십': 1e1, '백': 1e2, '천': 1e3, '만': 1e4, '억': 1e8, '조': 1e12}
)

// plainNumber writes a number so that equal ones are equal texts.
func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// counters are the Korean words that follow a number, longer ones first where one
// begins another.
var counters = strings.Fields(`퍼센트 프로 킬로미터 제곱미터 평방미터 센티미터 밀리미터 미터 킬로그램 그램 달러 유로 시간 개월 개국 년간 년대
	년도 명 개 권 번째 번 층 세기 세 살 위 회 차례 차 대 원 도 호 장 쪽 페이지 가지 마리 사람 곳 채 잔 병 달 주 일 분 초 년 월 시
	인 석 점 골 편 곡 부 척 문 조 항 평 배 킬로 톤 리 바 엔 표 석 군데 단계 종 건 인분 그루 자루`)

// counter is the counter that a word begins with, past its scale, and where it
// ends; 0 if there is none.
func counter(word string) (unit string, end int) {
	rest := strings.TrimLeft(word, "십백천만억조")
	for _, c := range counters {
		if strings.HasPrefix(rest, c) {
			return c, len(word) - len(rest) + len(c)
		}
	}
	return "", 0
}

func counted(word string) bool {
	_, end := counter(word)
	return end > 0
}

var (
	units = map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
	tens = map[string]float64{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
)

// spelledEnglish reads two hundred and six, twenty-five. One alone is a pronoun.
func spelledEnglish(words []word, i int) (value float64, n int) {
	total := 0.0
	for at := i; at < len(words) && words[at].script == latin && (at == i || spaced(words, at-1)); at++ {
		w := strings.ToLower(words[at].text)
		a, b, _ := strings.Cut(w, "-")
		scale := englishScales[w]
		switch {
		case units[w] > 0:
			value += units[w]
		case tens[a] > 0 && (b == "" || units[b] > 0):
			value += tens[a] + units[b]
		case scale == 100 && value > 0:
			value *= 100
		case scale > 100 && value > 0:
			total, value = total+value*scale, 0
		default:
			if total+value == 1 {
				return 0, 0
			}
			return total + value, n
		}
		n = at - i + 1
	}
	return total + value, n
}

var koreanUnits = map[string]float64{"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
	"열한": 11, "열두": 12, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50}

// koreanDays are words for so many days; one is any day too.
var koreanDays = [...]string{2: "이틀", 3: "사흘", 4: "나흘", 5: "닷새", 6: "엿새", 7: "이레", 8: "여드레", 9: "아흐레", 10: "열흘", 15: "보름"}

const sinoDigits = "일이삼사오육칠팔구"

// spelledKorean reads 세 명, 오천만 원, 삼백 개: with a counter, or it is not a
// number but a word like one.
func spelledKorean(words []word, i int) (Fact, int) {
	w := words[i]
	if w.script != hangul {
		return Fact{}, 0
	}
	for days, word := range koreanDays {
		if rest, ok := strings.CutPrefix(w.text, word); ok && word != "" && (rest == "" || particles[rest]) {
			return Fact{Kind: Number, Value: strconv.Itoa(days), Unit: "일", Span: spanTo(w.start + len(word))}, 1
		}
	}
	v, ok := koreanUnits[w.text]
	length := len(w.text)
	if !ok {
		if v, length = sino(w.text); length == 0 {
			return Fact{}, 0
		}
	}
	counted, n := words[i], 1
	if length == len(w.text) && spaced(words, i) && words[i+1].script == hangul {
		counted, n, length = words[i+1], 2, 0
	}
	u, end := counter(counted.text[length:])
	if rest := counted.text[length+end:]; end == 0 || rest != "" && !particles[rest] {
		return Fact{}, 0
	}
	end += counted.start + length
	if at := halfAfter(words, i+n-1, end); at > 0 {
		v, n, end = v+0.5, n+1, at
	}
	return Fact{Kind: Number, Value: plainNumber(v), Unit: u, Span: spanTo(end)}, n
}

// sino reads a number of the Chinese kind that has a scale, such as 오천만, and
// returns its length in bytes.
func sino(s string) (value float64, length int) {
	var total, section, current float64
	scaled := false
	for i, r := range s {
		if d := strings.IndexRune(sinoDigits, r); d >= 0 {
			current = float64(d/len("일") + 1)
			length = i + len("일")
			continue
		}
		scale, ok := koreanScales[r]
		if !ok {
			break
		}
		scaled = true
		if scale < 1e4 {
			section += max(current, 1) * scale
		} else {
			total, section = total+max(section+current, 1)*scale, 0
		}
		current = 0
		length = i + len("만")
	}
	if !scaled {
		return 0, 0
	}
	return total + section + current, length
}
