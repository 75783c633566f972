package chat

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// filter compiles "| name(arguments)".
func (p *parser) filter() func(expression) expression {
	p.expect(operator, "|")
	key := p.expect(name).s
	apply, ok := filters[key]
	if !ok {
		p.at--
		p.fail("the filter %q is unknown", key)
	}
	a := func(*state) args { return args{} }
	if p.accept(operator, "(") {
		a = p.arguments()
	}
	return func(of expression) expression {
		return func(s *state) value { s.step(); return apply(s, of(s), a(s)) }
	}
}

// filters by name. init fills it, for some of them apply others.
var filters map[string]func(s *state, v value, a args) value

func init() {
	filters = map[string]func(s *state, v value, a args) value{
		"trim":       func(s *state, v value, a args) value { return callMethod(s, s.str(v), "strip", a) },
		"upper":      func(s *state, v value, a args) value { return callMethod(s, s.str(v), "upper", a) },
		"lower":      func(s *state, v value, a args) value { return callMethod(s, s.str(v), "lower", a) },
		"capitalize": func(s *state, v value, a args) value { return callMethod(s, s.str(v), "capitalize", a) },
		"title":      func(s *state, v value, a args) value { return callMethod(s, s.str(v), "title", a) },
		"replace":    func(s *state, v value, a args) value { return callMethod(s, s.str(v), "replace", a) },
		"safe":       func(s *state, v value, a args) value { return v },
		"string":     func(s *state, v value, a args) value { return s.str(v) },
		"length":     length,
		"count":      length,
		"default":    absent,
		"d":          absent,
		"join":       joinFilter,
		"tojson":     toJSON,
		"indent":     indent,
		"int":        toInt,
		"float":      toFloat,
		"abs":        func(s *state, v value, a args) value { return magnitude(s, v) },
		"list":       func(s *state, v value, a args) value { return &list{slices.Clone(s.items(v))} },
		"items":      func(s *state, v value, a args) value { return pairs(s, v) },
		"first":      func(s *state, v value, a args) value { return s.index(&list{s.items(v)}, 0) },
		"last":       func(s *state, v value, a args) value { return s.index(&list{s.items(v)}, -1) },
		"reverse":    func(s *state, v value, a args) value { return s.slice(v, [3]value{nil, nil, -1}) },
		"sort":       sorted,
		"dictsort":   func(s *state, v value, a args) value { return sorted(s, pairs(s, v), args{}) },
		"unique":     unique,
		"map":        mapFilter,
		"select":     pick(false, true),
		"reject":     pick(false, false),
		"selectattr": pick(true, true),
		"rejectattr": pick(true, false),
	}
}

func callMethod(s *state, v value, method string, a args) value {
	return methodOf(v, method).call(s, a)
}

func length(s *state, v value, _ args) value {
	switch v := v.(type) {
	case text:
		s.made(len(v.s))
		return utf8.RuneCountInString(v.s)
	case *list:
		return len(v.items)
	case *dict:
		return len(v.keys)
	case undefined:
		return 0
	}
	s.fail("a %s has no length", kindOf(v))
	return nil
}

func absent(s *state, v value, a args) value {
	_, missing := v.(undefined)
	if missing || truth(a.get(1, "boolean", false)) && !truth(v) {
		return a.get(0, "default_value", own(""))
	}
	return v
}

func joinFilter(s *state, v value, a args) value {
	var all []text
	for _, item := range s.items(v) {
		if key, ok := a.get(1, "attribute", nil).(text); ok {
			item = s.index(item, key)
		}
		all = append(all, s.str(item))
	}
	return s.join(all, s.str(a.get(0, "d", own(""))))
}

// join bounds what it makes.
func (s *state) join(all []text, separator text) value {
	n := 0
	for _, t := range all {
		n += len(t.s) + len(separator.s)
	}
	s.made(n)
	return join(all, separator)
}

func toJSON(s *state, v value, a args) value {
	e := encoder{state: s, quote: jsonQuote, none: "null", yes: "true", no: "false"}
	if n, ok := a.get(0, "indent", nil).(int); ok && n > 0 {
		e.indent = strings.Repeat(" ", min(n, 16))
	}
	e.write(v, "")
	return e.text()
}

func indent(s *state, v value, a args) value {
	margin := strings.Repeat(" ", 4)
	switch w := a.get(0, "width", nil).(type) {
	case int:
		margin = strings.Repeat(" ", max(0, min(w, 64)))
	case text:
		margin = w.s
	}
	first, blank := truth(a.get(1, "first", false)), truth(a.get(2, "blank", false))
	lines := s.str(v).split(&text{s: "\n"}, -1)
	for i, l := range lines {
		if (i > 0 || first) && (blank || l.s != "") {
			lines[i] = join([]text{own(margin), l}, text{})
		}
	}
	return s.join(lines, own("\n"))
}

func toInt(s *state, v value, a args) value {
	if t, ok := v.(text); ok {
		n, err := strconv.Atoi(strings.TrimSpace(t.s))
		if err != nil {
			return a.get(0, "default", 0)
		}
		return n
	}
	f, ok := number(v)
	if !ok || math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return a.get(0, "default", 0)
	}
	return int(f)
}

func toFloat(s *state, v value, a args) value {
	if t, ok := v.(text); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(t.s), 64)
		if err != nil {
			return a.get(0, "default", 0.0)
		}
		return f
	}
	f, ok := number(v)
	if !ok {
		return a.get(0, "default", 0.0)
	}
	return f
}

func magnitude(s *state, v value) value {
	switch v := v.(type) {
	case int:
		return max(v, -v)
	case float64:
		return math.Abs(v)
	}
	s.fail("a %s has no absolute value", kindOf(v))
	return nil
}

// pairs are a dict's keys with their values.
func pairs(s *state, v value) *list {
	if _, ok := v.(undefined); ok {
		return &list{}
	}
	d, ok := v.(*dict)
	if !ok {
		s.fail("a %s has no items", kindOf(v))
	}
	s.made(32 * len(d.keys))
	l := &list{}
	for _, k := range d.keys {
		l.items = append(l.items, &list{[]value{k, d.at[k.s]}})
	}
	return l
}

func sorted(s *state, v value, a args) value {
	items := slices.Clone(s.items(v))
	key := func(v value) value { return v }
	if attribute, ok := a.get(2, "attribute", nil).(text); ok {
		key = func(v value) value { return s.index(v, attribute) }
	}
	sort.SliceStable(items, func(i, j int) bool {
		s.step()
		x, y := key(items[i]), key(items[j])
		// pairs go by their first
		if p, ok := x.(*list); ok && len(p.items) > 0 {
			if q, ok := y.(*list); ok && len(q.items) > 0 {
				x, y = p.items[0], q.items[0]
			}
		}
		return s.order(x, y) < 0
	})
	if truth(a.get(0, "reverse", false)) {
		slices.Reverse(items)
	}
	return &list{items}
}

func unique(s *state, v value, _ args) value {
	l := &list{}
	for _, item := range s.items(v) {
		if !s.contains(l, item) {
			l.items = append(l.items, item)
		}
	}
	return l
}

func mapFilter(s *state, v value, a args) value {
	var apply func(value) value
	if key, ok := a.named["attribute"].(text); ok {
		apply = func(item value) value {
			x := s.index(item, key)
			if _, missing := x.(undefined); missing {
				return a.get(1<<30, "default", x)
			}
			return x
		}
	} else {
		filter, ok := filters[s.str(a.get(0, "", own(""))).s]
		if !ok {
			s.fail("map needs a filter or an attribute")
		}
		apply = func(item value) value { return filter(s, item, args{at: a.at[1:], named: a.named}) }
	}
	l := &list{}
	for _, item := range s.items(v) {
		s.step()
		l.items = append(l.items, apply(item))
	}
	return l
}

// pick keeps the items, or those whose attribute, pass a test or fail it.
func pick(attribute, keep bool) func(s *state, v value, a args) value {
	return func(s *state, v value, a args) value {
		rest := a.at
		var key value
		if attribute {
			if len(rest) == 0 {
				s.fail("an attribute is missing")
			}
			key, rest = rest[0], rest[1:]
		}
		test := func(_ *state, v value, _ args) bool { return truth(v) }
		if len(rest) > 0 {
			var ok bool
			if test, ok = tests[s.str(rest[0]).s]; !ok {
				s.fail("the test %q is unknown", s.str(rest[0]).s)
			}
			rest = rest[1:]
		}
		l := &list{}
		for _, item := range s.items(v) {
			s.step()
			x := item
			if attribute {
				x = s.index(item, key)
			}
			if test(s, x, args{at: rest}) == keep {
				l.items = append(l.items, item)
			}
		}
		return l
	}
}

// test compiles "is name", with "not" and one argument.
func (p *parser) test(of expression) expression {
	negate := p.accept(name, "not")
	key := p.expect(name).s
	test, ok := tests[key]
	if !ok {
		p.at--
		p.fail("the test %q is unknown", key)
	}
	a := func(*state) args { return args{} }
	switch {
	case p.accept(operator, "("):
		a = p.arguments()
	case p.is(quoted), p.is(integer), p.is(name) && !p.is(name, "and", "or", "not", "if", "else", "is", "in"):
		arg := p.unary(false)
		a = func(s *state) args { return args{at: []value{arg(s)}} }
	}
	return func(s *state) value { s.step(); return test(s, of(s), a(s)) != negate }
}

func ofKind(kinds ...string) func(*state, value, args) bool {
	return func(_ *state, v value, _ args) bool { return slices.Contains(kinds, kindOf(v)) }
}

func comparing(op string) func(*state, value, args) bool {
	return func(s *state, v value, a args) bool { return s.compare(op, v, a.get(0, "other", nil)) }
}

func dividing(by int, rest int) func(*state, value, args) bool {
	return func(s *state, v value, a args) bool {
		n := by
		if by == 0 {
			n, _ = a.get(0, "num", nil).(int)
		}
		return s.equal(s.operate("%", v, n), rest)
	}
}

var tests = map[string]func(s *state, v value, a args) bool{
	"defined":     func(s *state, v value, _ args) bool { return kindOf(v) != "undefined" },
	"undefined":   ofKind("undefined"),
	"none":        ofKind("None"),
	"string":      ofKind("str"),
	"mapping":     ofKind("dict"),
	"iterable":    ofKind("str", "list", "dict"),
	"sequence":    ofKind("str", "list", "dict"),
	"number":      ofKind("int", "float", "bool"),
	"integer":     ofKind("int"),
	"float":       ofKind("float"),
	"boolean":     ofKind("bool"),
	"callable":    ofKind("function"),
	"true":        func(s *state, v value, _ args) bool { return v == true },
	"false":       func(s *state, v value, _ args) bool { return v == false },
	"eq":          comparing("=="),
	"equalto":     comparing("=="),
	"ne":          comparing("!="),
	"in":          comparing("in"),
	"lt":          comparing("<"),
	"le":          comparing("<="),
	"gt":          comparing(">"),
	"ge":          comparing(">="),
	"odd":         dividing(2, 1),
	"even":        dividing(2, 0),
	"divisibleby": dividing(0, 0),
	"lower":       func(s *state, v value, _ args) bool { return strings.IndexFunc(s.str(v).s, unicode.IsUpper) < 0 },
	"upper":       func(s *state, v value, _ args) bool { return strings.IndexFunc(s.str(v).s, unicode.IsLower) < 0 },
}
