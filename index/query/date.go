package query

import "time"

// added narrows the interval by a day, a month or a year: 2024-03-01, 2024-03,
// 2024. Days are those of UTC.
func (q *Query) added(value string, not, from, to bool) bool {
	begin, end, ok := span(value)
	if !ok || not {
		return false
	}
	switch {
	case from && to: // date: within
		q.Added = Interval{&begin, &end}
	case from: // after: from the next on
		q.Added.From = &end
	default: // before
		q.Added.To = &begin
	}
	return true
}

// span is the first millisecond of a day, month or year, and of the next one.
func span(value string) (begin, end int64, ok bool) {
	var n [3]int
	part, digits := 0, 0
	for i := range len(value) {
		switch c := value[i]; {
		case c >= '0' && c <= '9':
			n[part] = 10*n[part] + int(c-'0')
			if digits++; digits > 4 {
				return 0, 0, false
			}
		case (c == '-' || c == '.' || c == '/') && digits > 0 && part < 2:
			part, digits = part+1, 0
		default:
			return 0, 0, false
		}
	}
	if digits == 0 || n[0] < 1000 {
		return 0, 0, false
	}
	day := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	}
	switch part {
	case 0:
		return day(n[0], 1, 1).UnixMilli(), day(n[0]+1, 1, 1).UnixMilli(), true
	case 1:
		return day(n[0], n[1], 1).UnixMilli(), day(n[0], n[1]+1, 1).UnixMilli(), n[1] >= 1 && n[1] <= 12
	}
	at := day(n[0], n[1], n[2])
	ok = n[1] >= 1 && n[1] <= 12 && n[2] >= 1 && at.Day() == n[2]
	return at.UnixMilli(), at.AddDate(0, 0, 1).UnixMilli(), ok
}
