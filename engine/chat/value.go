package chat

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is nil (none), undefined, bool, int, float64, text, *list, *dict or
// *function.
type value any

// undefined is what a name or a key stands for that is not there.
type undefined struct{ name string }

type list struct{ items []value }

// dict keeps the order of its keys.
type dict struct {
	keys []text
	at   map[string]value
}

// function takes arguments by place and by name.
type function struct {
	call func(s *state, a args) value
}

type args struct {
	at    []value
	named map[string]value
}

// get is the argument at a place or of a name, otherwise what is given.
func (a args) get(i int, name string, absent value) value {
	if i < len(a.at) {
		return a.at[i]
	}
	if v, ok := a.named[name]; ok {
		return v
	}
	return absent
}

func newDict(pairs ...any) *dict {
	d := &dict{at: map[string]value{}}
	for i := 0; i < len(pairs); i += 2 {
		d.set(own(pairs[i].(string)), pairs[i+1])
	}
	return d
}

func (d *dict) set(key text, v value) {
	if _, ok := d.at[key.s]; !ok {
		d.keys = append(d.keys, key)
	}
	d.at[key.s] = v
}

func truth(v value) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case text:
		return v.s != ""
	case *list:
		return len(v.items) > 0
	case *dict:
		return len(v.keys) > 0
	case *function:
		return true
	}
	return false
}

// number makes a float of a number or a truth value.
func number(v value) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// equal compares as Python does. Values may be cyclic: depth and steps bound it.
func (s *state) equal(a, b value) bool {
	defer s.deeper()()
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case undefined:
		_, ok := b.(undefined)
		return ok
	case text:
		b, ok := b.(text)
		return ok && a.s == b.s
	case *list:
		b, ok := b.(*list)
		return ok && slices.EqualFunc(a.items, b.items, s.equal)
	case *dict:
		b, ok := b.(*dict)
		if !ok || len(a.keys) != len(b.keys) {
			return false
		}
		for _, k := range a.keys {
			if y, ok := b.at[k.s]; !ok || !s.equal(a.at[k.s], y) {
				return false
			}
		}
		return true
	}
	return a == b
}

// kindOf names a value's type as Python does.
func kindOf(v value) string {
	switch v.(type) {
	case nil:
		return "None"
	case undefined:
		return "undefined"
	case bool:
		return "bool"
	case int:
		return "int"
	case float64:
		return "float"
	case text:
		return "str"
	case *list:
		return "list"
	case *dict:
		return "dict"
	}
	return "function"
}

// str is the text of a value, as Python prints it.
func (s *state) str(v value) text {
	switch v := v.(type) {
	case text:
		return v
	case undefined:
		return own("")
	case nil:
		return own("None")
	case bool:
		if v {
			return own("True")
		}
		return own("False")
	case int:
		return own(strconv.Itoa(v))
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e16 {
			return own(strconv.FormatFloat(v, 'f', 1, 64))
		}
		return own(strconv.FormatFloat(v, 'g', -1, 64))
	case *list, *dict:
		w := encoder{state: s, quote: pythonQuote, none: "None", yes: "True", no: "False"}
		w.write(v, "")
		return w.text()
	}
	return own("<function>")
}

// encoder writes nested values, as Python's repr or as JSON.
type encoder struct {
	builder
	state         *state
	quote         func(string) string
	none, yes, no string
	indent        string
}

func (e *encoder) write(v value, margin string) {
	defer e.state.deeper()()
	switch v := v.(type) {
	case nil, undefined:
		e.add(own(e.none))
	case bool:
		e.add(own(map[bool]string{true: e.yes, false: e.no}[v]))
	case text:
		e.state.made(len(v.s))
		e.add(v.like(e.quote(v.s)))
	case *list:
		e.nest("[", "]", len(v.items), margin, func(i int, margin string) { e.write(v.items[i], margin) })
	case *dict:
		e.nest("{", "}", len(v.keys), margin, func(i int, margin string) {
			e.write(v.keys[i], margin)
			e.add(own(": "))
			e.write(v.at[v.keys[i].s], margin)
		})
	default:
		e.add(e.state.str(v))
	}
}

func (e *encoder) nest(open, closer string, n int, margin string, item func(i int, margin string)) {
	e.add(own(open))
	inner := margin + e.indent
	for i := range n {
		switch {
		case i > 0 && e.indent == "":
			e.add(own(", "))
		case i > 0:
			e.add(own(",\n" + inner))
		case e.indent != "":
			e.add(own("\n" + inner))
		}
		item(i, inner)
	}
	if n > 0 && e.indent != "" {
		e.add(own("\n" + margin))
	}
	e.add(own(closer))
}

func pythonQuote(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	return quote + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, quote, `\`+quote).Replace(s) + quote
}

// jsonQuote writes a string as json.dumps does with ensure_ascii=False.
func jsonQuote(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(append(b, '"'))
}
