package chat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// globals are the functions that Transformers gives to templates.
var globals = map[string]*function{
	"raise_exception": {func(s *state, a args) value {
		panic(failure{errRaised{s.str(a.get(0, "message", own(""))).s}})
	}},
	"strftime_now": {func(s *state, a args) value {
		return own(strftime(s.str(a.get(0, "format", own(""))).s, time.UnixMilli(s.now())))
	}},
	"namespace": {makeDict},
	"dict":      {makeDict},
	"range": {func(s *state, a args) value {
		from, to, step := 0, intArg(a, 0, "stop", 0), intArg(a, 2, "step", 1)
		if len(a.at) > 1 {
			from, to = to, intArg(a, 1, "stop", 0)
		}
		if step == 0 {
			s.fail("range with the step 0")
		}
		l := &list{}
		for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
			s.made(16)
			l.items = append(l.items, i)
		}
		return l
	}},
}

// makeDict is a dict of another's items and of named arguments.
func makeDict(s *state, a args) value {
	d := newDict()
	if from, ok := a.get(0, "", nil).(*dict); ok {
		for _, k := range from.keys {
			s.step()
			d.set(k, from.at[k.s])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.named)) {
		d.set(own(key), a.named[key])
	}
	return d
}

// strftime writes a time by the C library's format. It does not use the
// standard library's formatter, which would be much of the whole package.
func strftime(format string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		hour, half := t.Hour(), "AM"
		if hour >= 12 {
			hour, half = hour-12, "PM"
		}
		if hour == 0 {
			hour = 12
		}
		switch format[i] {
		case 'Y':
			fmt.Fprintf(&b, "%d", t.Year())
		case 'y':
			fmt.Fprintf(&b, "%02d", t.Year()%100)
		case 'm':
			fmt.Fprintf(&b, "%02d", int(t.Month()))
		case 'd':
			fmt.Fprintf(&b, "%02d", t.Day())
		case 'e':
			fmt.Fprintf(&b, "%2d", t.Day())
		case 'j':
			fmt.Fprintf(&b, "%03d", t.YearDay())
		case 'B':
			b.WriteString(t.Month().String())
		case 'b', 'h':
			b.WriteString(t.Month().String()[:3])
		case 'A':
			b.WriteString(t.Weekday().String())
		case 'a':
			b.WriteString(t.Weekday().String()[:3])
		case 'H':
			fmt.Fprintf(&b, "%02d", t.Hour())
		case 'I':
			fmt.Fprintf(&b, "%02d", hour)
		case 'M':
			fmt.Fprintf(&b, "%02d", t.Minute())
		case 'S':
			fmt.Fprintf(&b, "%02d", t.Second())
		case 'p':
			b.WriteString(half)
		case 'F':
			b.WriteString(strftime("%Y-%m-%d", t))
		case 'T':
			b.WriteString(strftime("%H:%M:%S", t))
		case '%':
			b.WriteByte('%')
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}
