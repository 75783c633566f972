package fact

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// findDate reads 2026년 3월 1일, March 1, 2026, 1 March, 2026-03-01, 19th century,
// 1990s, a day of every month, 10:30, 오전 10시 and a year by itself.
func findDate(words []word, i int) (Fact, int) {
	for _, read := range []finder{koreanDate, monthDate, numericDate, era, monthly, clock, year} {
		if f, n := read(words, i); n > 0 {
			f.Kind = Date
			return f, n
		}
	}
	return Fact{}, 0
}

// integer reads a word of digits between two bounds; -1 if it is none.
func integer(words []word, i, least, most int) int {
	if i >= len(words) || words[i].script != digits {
		return -1
	}
	n, err := strconv.Atoi(words[i].text)
	if err != nil || n < least || n > most {
		return -1
	}
	return n
}

const minYear, maxYear = 1000, 2100

// koreanDate reads parts of 2026년 3월 1일, the first of which is a year or a
// month with its day.
func koreanDate(words []word, i int) (Fact, int) {
	part := func(at, least, most int, unit string) (value, end int, exact bool) {
		v := integer(words, at, least, most)
		if v < 0 || !spaced(words, at) || !strings.HasPrefix(words[at+1].text, unit) {
			return -1, 0, false
		}
		return v, words[at+1].start + len(unit), words[at+1].text == unit
	}
	at, end := i, 0
	y, ends, exact := part(at, 1, 9999, "년")
	if y >= 0 {
		rest := words[at+1].text[len("년"):]
		if strings.HasPrefix(rest, "대") {
			return Fact{Value: fmt.Sprintf("%ds", y), Span: spanTo(ends + len("대"))}, 2
		}
		if strings.HasPrefix(rest, "간") || y < minYear && !strings.ContainsRune("전후", words[i].before) && words[i].before != 0 && y < 100 {
			return Fact{}, 0 // a duration
		}
		at, end = at+2, ends
		if !exact {
			return Fact{Value: strconv.Itoa(y), Span: spanTo(end)}, at - i
		}
	}
	m, ends, exact := part(at, 1, 12, "월")
	if m < 0 {
		if y < 0 {
			return Fact{}, 0
		}
		return Fact{Value: strconv.Itoa(y), Span: spanTo(end)}, at - i
	}
	at, end = at+2, ends
	d := -1
	if exact {
		if d, ends, _ = part(at, 1, 31, "일"); d >= 0 {
			at, end = at+2, ends
		}
	}
	return Fact{Value: dateValue(y, m, d), Span: spanTo(end)}, at - i
}

// spanTo is a span of which the end alone is known yet.
func spanTo(end int) index.Span { return index.Span{End: end} }

// dateValue writes a date as ISO 8601 does; negative parts are unknown.
func dateValue(y, m, d int) string {
	var s string
	if y >= 0 {
		s = strconv.Itoa(y)
	}
	if m >= 0 {
		if y < 0 {
			s = "-"
		}
		s += fmt.Sprintf("-%02d", m)
	}
	if d >= 0 {
		s += fmt.Sprintf("-%02d", d)
	}
	return s
}

var months = func() map[string]int {
	m := map[string]int{}
	for i, name := range strings.Fields("january february march april may june july august september october november december") {
		m[name] = i + 1
		m[name[:3]] = i + 1
	}
	m["sept"] = 9
	return m
}()

// month is the number of a month's name, which is written large.
func month(words []word, i int) int {
	if i < len(words) && words[i].script == latin && words[i].text[0] >= 'A' && words[i].text[0] <= 'Z' {
		return months[strings.ToLower(words[i].text)]
	}
	return 0
}

// monthDate reads March 1, 2026 and 1 March 2026 and their parts. A month by
// itself is a date too, but May and March begin sentences.
func monthDate(words []word, i int) (Fact, int) {
	d, at := -1, i
	if month(words, at) == 0 {
		if d = integer(words, at, 1, 31); d < 0 {
			return Fact{}, 0
		}
		at = past(words, at)
	}
	m := month(words, at)
	if m == 0 {
		return Fact{}, 0
	}
	at++
	if d < 0 {
		if d = integer(words, at, 1, 31); d >= 0 {
			at = past(words, at)
		}
	}
	y := -1
	if at < len(words) && words[at].start <= words[at-1].end+2 {
		if y = integer(words, at, minYear, maxYear); y >= 0 {
			at++
		}
	}
	if d < 0 && y < 0 && words[i].first {
		return Fact{}, 0
	}
	return Fact{Value: dateValue(y, m, d)}, at - i
}

// past is the word after a day's number, past the ending of 1st.
func past(words []word, i int) int {
	if attached(words, i) && len(words[i+1].text) == 2 && strings.Contains("st nd rd th", words[i+1].text) {
		return i + 2
	}
	return i + 1
}

// numericDate reads 2026-03-01, 2026/3/1 and 2026. 3. 1.
func numericDate(words []word, i int) (Fact, int) {
	y, m := integer(words, i, minYear, maxYear), integer(words, i+1, 1, 12)
	if y < 0 || m < 0 || words[i].after != words[i+1].before && words[i].after != '.' || !strings.ContainsRune("-/.", words[i].after) || words[i+1].start > words[i].end+2 {
		return Fact{}, 0
	}
	if d := integer(words, i+2, 1, 31); d >= 0 && words[i+1].after == words[i].after && words[i+2].start <= words[i+1].end+2 {
		return Fact{Value: dateValue(y, m, d)}, 3
	}
	return Fact{Value: dateValue(y, m, -1)}, 2
}

// era reads 19th century, 19세기 and 1990s.
func era(words []word, i int) (Fact, int) {
	n := integer(words, i, 1, maxYear)
	if n < 0 || !spaced(words, i) {
		return Fact{}, 0
	}
	next := words[i+1]
	switch {
	case attached(words, i) && next.text == "s" && n >= minYear:
		return Fact{Value: fmt.Sprintf("%ds", n)}, 2
	case strings.HasPrefix(next.text, "세기"):
		return Fact{Value: fmt.Sprintf("century %d", n), Span: spanTo(next.start + len("세기"))}, 2
	case i+2 < len(words) && strings.HasPrefix(strings.ToLower(words[i+2].text), "centur"):
		return Fact{Value: fmt.Sprintf("century %d", n)}, 3
	}
	return Fact{}, 0
}

// monthly reads the day of 매월 5일, of the 5th of each month and of what ends in the 5th.
func monthly(words []word, i int) (Fact, int) {
	d := integer(words, i, 1, 31)
	if d < 0 || !spaced(words, i) {
		return Fact{}, 0
	}
	next := words[i+1]
	f := Fact{Value: fmt.Sprintf("---%02d", d)}
	switch {
	case next.script == hangul:
		if i == 0 || words[i-1].text != "매월" && words[i-1].text != "매달" || !strings.HasPrefix(next.text, "일") {
			return Fact{}, 0
		}
		f.Span = spanTo(next.start + len("일"))
	case past(words, i) == i+1 || spaced(words, i+1) && words[i+2].text != "of" || !spaced(words, i+1) && (i == 0 || words[i-1].text != "the"):
		return Fact{}, 0
	}
	return f, 2
}

// clock reads 10:30, 10시 30분, 10 am and 7.30 pm.
func clock(words []word, i int) (Fact, int) {
	if spaced(words, i) && halves[words[i+1].text] && words[i].script == digits {
		hour, minute, _ := strings.Cut(words[i].text, ".")
		if h, err := strconv.Atoi(hour); err == nil && h <= 12 {
			m, _ := strconv.Atoi(minute) // none is 0
			return Fact{Value: fmt.Sprintf("T%02d:%02d", h, m)}, 2
		}
	}
	h := integer(words, i, 0, 24)
	if h < 0 || !spaced(words, i) {
		return Fact{}, 0
	}
	next := words[i+1]
	if next.script == digits {
		m := integer(words, i+1, 0, 59)
		if m < 0 || len(next.text) != 2 || words[i].after != ':' {
			return Fact{}, 0
		}
		return Fact{Value: fmt.Sprintf("T%02d:%02d", h, m)}, 2
	}
	if !strings.HasPrefix(next.text, "시") || strings.HasPrefix(next.text, "시간") {
		return Fact{}, 0
	}
	end := next.start + len("시")
	if m := integer(words, i+2, 0, 59); m >= 0 && next.text == "시" && spaced(words, i+1) && spaced(words, i+2) && strings.HasPrefix(words[i+3].text, "분") {
		return Fact{Value: fmt.Sprintf("T%02d:%02d", h, m), Span: spanTo(words[i+3].start + len("분"))}, 4
	}
	return Fact{Value: fmt.Sprintf("T%02d:00", h), Span: spanTo(end)}, 2
}

// halves of the day, and what else follows an hour.
var halves = set("am pm AM PM o'clock o’clock")

// year reads four digits that nothing makes an amount of.
func year(words []word, i int) (Fact, int) {
	y := integer(words, i, minYear, maxYear)
	if y < 0 || len(words[i].text) != 4 || strings.ContainsRune("$€£₩", words[i].before) || words[i].after == '%' || attached(words, i) {
		return Fact{}, 0
	}
	if spaced(words, i) && (words[i+1].script == hangul && counted(words[i+1].text) || englishScales[words[i+1].text] > 0) {
		return Fact{}, 0
	}
	return Fact{Value: strconv.Itoa(y)}, 1
}

// sameDate reports whether one date is the other or a part of it says so.
func sameDate(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || strings.HasPrefix(b, a+"-") || strings.HasPrefix(a, "--") && strings.HasSuffix(b, a[1:])
}
