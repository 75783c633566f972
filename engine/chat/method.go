package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// methodOf finds a method of a value, bound to it; nil if there is none.
func methodOf(v value, key string) *function {
	switch v := v.(type) {
	case text:
		if m, ok := textMethods[key]; ok {
			return &function{func(s *state, a args) value { s.made(len(v.s)); return m(s, v, a) }}
		}
	case *dict:
		if m, ok := dictMethods[key]; ok {
			return &function{func(s *state, a args) value { return m(s, v, a) }}
		}
	case *list:
		if m, ok := listMethods[key]; ok {
			return &function{func(s *state, a args) value { return m(s, v, a) }}
		}
	}
	return nil
}

// textArg is an argument that is a text, or nil if it is absent.
func textArg(s *state, a args, i int, name string) *text {
	switch v := a.get(i, name, nil).(type) {
	case text:
		return &v
	case nil:
		return nil
	default:
		s.fail("a %s where a text should be", kindOf(v))
		return nil
	}
}

func intArg(a args, i int, name string, absent int) int {
	if n, ok := a.get(i, name, nil).(int); ok {
		return n
	}
	return absent
}

func trimmer(left, right bool) func(*state, text, args) value {
	return func(s *state, t text, a args) value { return t.trim(textArg(s, a, 0, "chars"), left, right) }
}

// affix tests the beginning or the end for one text or any of a list.
func affix(test func(s, affix string) bool) func(*state, text, args) value {
	return func(s *state, t text, a args) value {
		of := a.get(0, "prefix", own(""))
		if l, ok := of.(*list); ok {
			return slices.ContainsFunc(l.items, func(v value) bool { return test(t.s, s.str(v).s) })
		}
		return test(t.s, s.str(of).s)
	}
}

// textMethods are filled by init, for join is a filter too.
var textMethods map[string]func(s *state, t text, a args) value

func init() {
	textMethods = map[string]func(s *state, t text, a args) value{
		"strip":      trimmer(true, true),
		"lstrip":     trimmer(true, false),
		"rstrip":     trimmer(false, true),
		"startswith": affix(strings.HasPrefix),
		"endswith":   affix(strings.HasSuffix),
		"upper": func(s *state, t text, _ args) value {
			return t.each(func(_ int, r rune) string { return strings.ToUpper(string(r)) })
		},
		"lower": func(s *state, t text, _ args) value {
			return t.each(func(_ int, r rune) string { return strings.ToLower(string(r)) })
		},
		"capitalize": func(s *state, t text, _ args) value {
			return t.each(func(i int, r rune) string {
				if i == 0 {
					return string(unicode.ToUpper(r))
				}
				return string(unicode.ToLower(r))
			})
		},
		"title": func(s *state, t text, _ args) value {
			inWord := false
			return t.each(func(_ int, r rune) string {
				begins := !inWord
				inWord = unicode.IsLetter(r)
				if begins {
					return string(unicode.ToUpper(r))
				}
				return string(unicode.ToLower(r))
			})
		},
		"split": func(s *state, t text, a args) value {
			separator := textArg(s, a, 0, "sep")
			if separator != nil && separator.s == "" {
				s.fail("split by an empty text")
			}
			parts := t.split(separator, intArg(a, 1, "maxsplit", -1))
			s.made(32 * len(parts))
			return &list{values(parts)}
		},
		"splitlines": func(s *state, t text, _ args) value {
			if strings.HasSuffix(t.s, "\n") {
				t = t.slice(0, len(t.s)-1)
			} else if t.s == "" {
				return &list{}
			}
			return &list{values(t.split(&text{s: "\n"}, -1))}
		},
		"replace": func(s *state, t text, a args) value {
			from, to := s.str(a.get(0, "old", own(""))), s.str(a.get(1, "new", own("")))
			if from.s == "" {
				s.fail("replace of an empty text")
			}
			return s.join(t.split(&from, intArg(a, 2, "count", -1)), to)
		},
		"join": func(s *state, t text, a args) value {
			return joinFilter(s, a.get(0, "iterable", nil), args{at: []value{t}})
		},
		"find": func(s *state, t text, a args) value {
			at := strings.Index(t.s, s.str(a.get(0, "sub", own(""))).s)
			if at < 0 {
				return -1
			}
			return utf8.RuneCountInString(t.s[:at])
		},
		"count": func(s *state, t text, a args) value { return strings.Count(t.s, s.str(a.get(0, "sub", own(""))).s) },
		"removeprefix": func(s *state, t text, a args) value {
			if p := s.str(a.get(0, "prefix", own(""))).s; strings.HasPrefix(t.s, p) {
				return t.slice(len(p), len(t.s))
			}
			return t
		},
		"removesuffix": func(s *state, t text, a args) value {
			if p := s.str(a.get(0, "suffix", own(""))).s; strings.HasSuffix(t.s, p) {
				return t.slice(0, len(t.s)-len(p))
			}
			return t
		},
		"isdigit": func(s *state, t text, _ args) value {
			return t.s != "" && strings.IndexFunc(t.s, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
		},
	}
}

var dictMethods = map[string]func(s *state, d *dict, a args) value{
	"items": func(s *state, d *dict, _ args) value { return pairs(s, d) },
	"keys":  func(s *state, d *dict, _ args) value { return &list{s.items(d)} },
	"values": func(s *state, d *dict, _ args) value {
		l := &list{}
		for _, k := range d.keys {
			s.step()
			l.items = append(l.items, d.at[k.s])
		}
		return l
	},
	"get": func(s *state, d *dict, a args) value {
		if v, ok := d.at[s.str(a.get(0, "key", nil)).s]; ok {
			return v
		}
		return a.get(1, "default", nil)
	},
	"update": func(s *state, d *dict, a args) value {
		if from, ok := a.get(0, "", nil).(*dict); ok {
			for _, k := range from.keys {
				s.step()
				d.set(k, from.at[k.s])
			}
		}
		return nil
	},
}

var listMethods = map[string]func(s *state, l *list, a args) value{
	"append": func(s *state, l *list, a args) value {
		s.made(16)
		l.items = append(l.items, a.get(0, "object", nil))
		return nil
	},
	"pop": func(s *state, l *list, a args) value {
		i := intArg(a, 0, "index", -1)
		if i < 0 {
			i += len(l.items)
		}
		if i < 0 || i >= len(l.items) {
			s.fail("pop of item %d of %d", i, len(l.items))
		}
		v := l.items[i]
		l.items = slices.Concat(l.items[:i], l.items[i+1:])
		return v
	},
	"index": func(s *state, l *list, a args) value {
		for i, item := range l.items {
			if s.equal(item, a.get(0, "value", nil)) {
				return i
			}
		}
		s.fail("the list lacks a value")
		return nil
	},
}
