package analysis

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// counters are units that may stand apart from their number: 3 명 is 3명.
var counters = set(`
	년 월 일 시 분 초 명 개 권 번 층 세 살 대 위 회 차 원 달러 미터 킬로미터 퍼센트 도 호 장 쪽 가지 세기 년대 개월 시간
	마리 사람 곳 채 잔 병 달 주`)

// measures are units by their Korean names: 12킬로미터 is 12km too.
var measures = map[string]string{
	"킬로미터": "km", "미터": "m", "센티미터": "cm", "밀리미터": "mm", "제곱미터": "m2", "헥타르": "ha",
	"킬로그램": "kg", "그램": "g", "밀리그램": "mg", "리터": "l", "밀리리터": "ml",
	"킬로와트": "kw", "와트": "w", "볼트": "v", "메가바이트": "mb", "기가바이트": "gb", "테라바이트": "tb",
}

// latinUnits are the units that may be written with their number or apart from it.
var latinUnits = func() map[string]bool {
	m := set("km2 kwh kb hz khz mhz ghz kcal mph lb lbs oz ft")
	for _, unit := range measures {
		m[unit] = true
	}
	return m
}()

// unitOf returns a counter or measure without the particle or the copula behind it:
// 명이다, 킬로미터를.
func unitOf(word []byte) []byte {
	noun := bareNoun(word)
	for n := len(noun) - width; n > 0; n -= width {
		if r, _ := utf8.DecodeRune(noun[n:]); strings.ContainsRune("이입인일임였예", r) && (counters[string(noun[:n])] || measures[string(noun[:n])] != "") {
			return noun[:n]
		}
	}
	return noun
}

// numbered writes a number with its unit: 3월.
func (a *analyzer) numbered(number, unit []byte, span index.Span) {
	if len(number)+len(unit) > maxTerm {
		return
	}
	a.term = append(append(a.term[:0], number...), unit...)
	a.emit(a.term, span)
}

// numerals spells numbers that stand before a counter; months have forms of
// their own.
var (
	numerals = map[string]string{"한": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "여섯": "6", "일곱": "7",
		"여덟": "8", "아홉": "9", "열": "10", "스무": "20"}
	counted = set("명 개 권 번 살 마리 가지 사람 곳 시간 대 채 잔 병 달")
	months  = map[string]string{"일월": "1월", "이월": "2월", "삼월": "3월", "사월": "4월", "오월": "5월", "유월": "6월",
		"칠월": "7월", "팔월": "8월", "구월": "9월", "시월": "10월", "십일월": "11월", "십이월": "12월"}
)

// spelled writes the figures of a spelled number: 세 명 is 3명 too, 삼월 3월.
func (a *analyzer) spelled(word []byte, span index.Span) {
	noun := unitOf(word)
	if m, ok := months[string(noun)]; ok {
		a.emit(append(a.term[:0], m...), span)
		return
	}
	for n := width; n <= 2*width && n < len(noun); n += width { // 세명
		if d, ok := numerals[string(noun[:n])]; ok && counted[string(noun[n:])] {
			a.numbered([]byte(d), noun[n:], span)
			return
		}
	}
	if a.last.script != hangul || a.last.end+1 != span.Start || !counted[string(noun)] {
		return
	}
	before := a.text[strings.LastIndexAny(a.text[:a.last.end], " \n\t")+1 : a.last.end] // 세 명
	if d, ok := numerals[before]; ok {
		a.numbered([]byte(d), noun, span)
	}
}

// scaled reads a number with 백, 천, 만, 억 or 조 at i, such as 3만 5천, writes
// it in figures (35000) and returns its end; i where there is none.
func (a *analyzer) scaled(i int) int {
	const limit = 1e15
	var total, section, current uint64
	scale := uint64(0) // of the last 만, 억 or 조; the next is smaller
	start, end := i, i
	for {
		digits := 0
		for i < len(a.text) && digit(a.text[i]) || joinsThousands(a.text, i) {
			if a.text[i] != ',' {
				current = current*10 + uint64(a.text[i]-'0')
				digits++
			}
			if i++; current > limit {
				return start
			}
		}
		if digits == 0 {
			break
		}
		for {
			unit, big, n := scaleAt(a.text[i:])
			if unit == 0 || big && scale != 0 && unit >= scale {
				break
			}
			if big {
				total += (section + current) * unit
				section, scale = 0, unit
			} else {
				section += max(current, 1) * unit
			}
			current = 0
			i += n
			end = i
			if total > limit || section > limit {
				return start
			}
		}
		if current != 0 || end != i {
			break // a number without scale ends the whole
		}
		if strings.HasPrefix(a.text[i:], " ") && scale != 0 {
			i++
		}
	}
	if end == start {
		return start
	}
	total += section + current
	if i > end && current != 0 && current < scale {
		end = i // 3만 500
	}
	a.last.number = strconv.AppendUint(a.last.number[:0], total, 10)
	a.last.script, a.last.start, a.last.end = latin, start, end
	a.emit(a.last.number, index.Span{Start: start, End: end})
	return end
}

// joinsThousands reports whether a comma at i stands between digits.
func joinsThousands(text string, i int) bool {
	return i > 0 && i+1 < len(text) && text[i] == ',' && digit(text[i-1]) && digit(text[i+1])
}

// scaleAt returns the scale that s begins with, whether it multiplies all before
// it, and its length. 제5조 is an article: 조 counts only where money or a
// smaller scale follows.
func scaleAt(s string) (unit uint64, big bool, length int) {
	switch {
	case strings.HasPrefix(s, "백"):
		return 100, false, width
	case strings.HasPrefix(s, "천"):
		return 1000, false, width
	case strings.HasPrefix(s, "만"):
		return 1e4, true, width
	case strings.HasPrefix(s, "억"):
		return 1e8, true, width
	case strings.HasPrefix(s, "조"):
		rest := strings.TrimPrefix(s[width:], " ")
		if strings.HasPrefix(rest, "원") || strings.HasPrefix(rest, "달러") || rest != "" && digit(rest[0]) {
			return 1e12, true, width
		}
	}
	return 0, false, 0
}
