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
		return own(strftime(s.str(a.get(0, "format", own(""))).s, s.now()))
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

// strftime writes a time by the C library's format.
func strftime(format string, t time.Time) string {
	layouts := map[byte]string{
		'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'B': "January", 'b': "Jan", 'h': "Jan",
		'A': "Monday", 'a': "Mon", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
		'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06", 'Z': "MST", 'z': "-0700",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch layout, ok := layouts[format[i]]; {
		case ok:
			b.WriteString(t.Format(layout))
		case format[i] == 'j':
			fmt.Fprintf(&b, "%03d", t.YearDay())
		case format[i] == '%':
			b.WriteByte('%')
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}
