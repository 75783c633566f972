package grammar

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// JSON, as a grammar (https://datatracker.ietf.org/doc/html/rfc8259). Numbers are
// of a size that a float64 holds, and no more than a few spaces come in a row:
// small models write them without end.
var (
	digit      = class{{'0', '9'}}
	fromOne    = class{{'1', '9'}}
	hexDigit   = class{{'0', '9'}, {'a', 'f'}, {'A', 'F'}}
	unescaped  = class{{0, 0x1f}, {'"', '"'}, {'\\', '\\'}, {0x7f, 0x7f}}.others()
	whole      = sequence{optional(literal("-")), choice{literal("0"), sequence{fromOne, repeat{digit, 0, 15}}}}
	comma      = sequence{ref("space"), literal(","), ref("space")}
	colon      = sequence{ref("space"), literal(":"), ref("space")}
	primitives = map[string]node{
		"space":   choice{literal(""), literal(" "), sequence{literal("\n"), repeat{class{{' ', ' '}, {'\t', '\t'}}, 0, 20}}},
		"null":    literal("null"),
		"boolean": choice{literal("true"), literal("false")},
		"integer": whole,
		"number": sequence{whole, optional(sequence{literal("."), repeat{digit, 1, 16}}),
			optional(sequence{class{{'e', 'e'}, {'E', 'E'}}, optional(class{{'+', '+'}, {'-', '-'}}), repeat{digit, 1, 2}})},
		// Halves of surrogate pairs are no characters: they are not written as escapes.
		"character": choice{unescaped, sequence{literal(`\`), choice{
			class{{'"', '"'}, {'\\', '\\'}, {'b', 'b'}, {'f', 'f'}, {'n', 'n'}, {'r', 'r'}, {'t', 't'}},
			sequence{literal("u"), hexDigit.without(class{{'d', 'd'}, {'D', 'D'}}), hexDigit, hexDigit, hexDigit},
			sequence{literal("u"), class{{'d', 'd'}, {'D', 'D'}}, class{{'0', '7'}}, hexDigit, hexDigit}}}},
		"string": sequence{literal(`"`), repeat{ref("character"), 0, infinite}, literal(`"`)},
		"array":  bracketed("[", ref("value"), 0, infinite, "]"),
		"object": bracketed("{", sequence{ref("string"), colon, ref("value")}, 0, infinite, "}"),
		"value":  choice{ref("null"), ref("boolean"), ref("number"), ref("string"), ref("array"), ref("object")},
	}
)

func optional(n node) node { return repeat{n, 0, 1} }

// bracketed is a number of items with commas between.
func bracketed(open string, item node, least, most int, close string) node {
	return sequence{literal(open), ref("space"), separated(item, least, most), literal(close)}
}

// separated is items with commas between, and space behind.
func separated(item node, least, most int) node {
	if most == 0 {
		return sequence{}
	}
	rest := infinite
	if most != infinite {
		rest = most - 1
	}
	n := sequence{item, repeat{sequence{comma, item}, max(0, least-1), rest}, ref("space")}
	if least == 0 {
		return optional(n)
	}
	return n
}

// size reads a keyword that counts.
func (s *object) size(keyword string, absent int, path string) (int, error) {
	v, ok := s.of[keyword]
	if !ok {
		return absent, nil
	}
	n, ok := toFloat(v)
	if !ok || n < 0 || n != float64(int(n)) {
		return 0, fmt.Errorf("%s: %s is no count", path, keyword)
	}
	if n > maxCount {
		if absent == infinite {
			return infinite, nil // more than will ever be written
		}
		return 0, fmt.Errorf("%s: %s is more than %d", path, keyword, maxCount)
	}
	return int(n), nil
}

// sizes reads a pair of such keywords.
func (s *object) sizes(least, most, path string) (low, high int, err error) {
	if low, err = s.size(least, 0, path); err != nil {
		return 0, 0, err
	}
	if high, err = s.size(most, infinite, path); err != nil {
		return 0, 0, err
	}
	if low > high {
		return 0, 0, fmt.Errorf("%s: %s is more than %s", path, least, most)
	}
	return low, high, nil
}

func (t *translator) string(s *object, path string) (node, error) {
	low, high, err := s.sizes("minLength", "maxLength", path)
	if err != nil {
		return nil, err
	}
	counted := low > 0 || high != infinite
	if v, ok := s.of["pattern"]; ok {
		pattern, ok := v.(string)
		if !ok || counted {
			return nil, fmt.Errorf("%s: pattern goes with no minLength or maxLength", path)
		}
		n, err := parsePattern(pattern)
		if err != nil {
			return nil, fmt.Errorf("%s: pattern %q: %w", path, pattern, err)
		}
		return sequence{literal(`"`), n, literal(`"`)}, nil
	}
	if format, ok := s.of["format"].(string); ok && !counted {
		if n, ok := formats[format]; ok {
			return sequence{literal(`"`), n, literal(`"`)}, nil
		}
	}
	if !counted {
		return ref("string"), nil
	}
	return sequence{literal(`"`), repeat{ref("character"), low, high}, literal(`"`)}, nil
}

func (t *translator) array(s *object, path string) (node, error) {
	low, high, err := s.sizes("minItems", "maxItems", path)
	if err != nil {
		return nil, err
	}
	first, _ := s.of["prefixItems"].([]any)
	rest, more := s.of["items"]
	if tuple, ok := rest.([]any); ok { // draft 7
		first = tuple
		rest, more = s.of["additionalItems"]
	}
	if len(first) == 0 && !more {
		rest, more = true, true
	}
	more = more && rest != false && high > len(first)
	if !more && low > len(first) {
		return nil, fmt.Errorf("%s: minItems is %d, but there are no schemas for so many", path, low)
	}
	first = first[:min(len(first), high)]
	all := sequence{literal("["), ref("space")}
	for i, x := range first {
		n, err := t.visit(x, fmt.Sprintf("%s/prefixItems/%d", path, i))
		if err != nil {
			return nil, err
		}
		if i > 0 {
			all = append(all, comma)
		}
		all = append(all, n)
	}
	if len(first) > 0 {
		all = append(all, ref("space"))
	}
	if more {
		item, err := t.visit(rest, path+"/items")
		if err != nil {
			return nil, err
		}
		item = t.share(item)
		low = max(0, low-len(first))
		if high != infinite {
			high -= len(first)
		}
		if len(first) == 0 {
			all = append(all, separated(item, low, high))
		} else {
			all = append(all, repeat{sequence{literal(","), ref("space"), item, ref("space")}, low, high})
		}
	}
	return append(all, literal("]")), nil
}

// share makes a rule of what is used more than once.
func (t *translator) share(n node) ref {
	if r, ok := n.(ref); ok {
		return r
	}
	return t.set("rule "+strconv.Itoa(len(t.names)), n)
}

// members are the properties of an object, in their order.
func (t *translator) members(s *object, path string) (node, error) {
	properties, ok := s.of["properties"].(*object)
	if !ok {
		properties = newObject()
	}
	properties = properties.without("")
	required := map[string]bool{}
	if v, ok := s.of["required"]; ok {
		for _, x := range list(v) {
			name, ok := x.(string)
			if !ok {
				return nil, fmt.Errorf("%s: required is no list of names", path)
			}
			required[name] = true
			if _, ok := properties.of[name]; !ok {
				other, ok := s.of["additionalProperties"]
				if !ok {
					other = true
				}
				properties.set(name, other)
			}
		}
	}
	extra, err := t.extra(s, properties.names, path)
	if err != nil {
		return nil, err
	}
	// From the last to the first: the members from one on, of which there is one
	// at least, and begin with one of the named or are all others.
	var named ref
	var others, some node
	if extra != nil {
		others = t.share(separated(extra, 1, infinite))
		some = others
	}
	must := false // one of them is required
	for i := len(properties.names) - 1; i >= 0; i-- {
		name := properties.names[i]
		value, err := t.visit(properties.of[name], path+"/properties/"+name)
		if err != nil {
			return nil, err
		}
		after := node(ref("space"))
		if must {
			after = sequence{comma, some}
		} else if some != nil {
			after = choice{sequence{comma, some}, after}
		}
		if required[name] {
			must, named, others = true, "", nil
		}
		named = t.share(text{string(appendQuoted(nil, name)), sequence{colon, value, t.share(after)}, named})
		if some = named; others != nil {
			some = choice{named, others}
		}
	}
	if some == nil {
		some = sequence{}
	} else if !must {
		some = optional(some)
	}
	return sequence{literal("{"), ref("space"), some, literal("}")}, nil
}

// extra is a member that is none of the named ones; nil if there may be none.
func (t *translator) extra(s *object, names []string, path string) (node, error) {
	more, ok := s.of["additionalProperties"]
	if !ok && len(names) == 0 {
		more, ok = true, true // any object
	}
	if !ok || more == false {
		return nil, nil
	}
	value, err := t.visit(more, path+"/additionalProperties")
	if err != nil {
		return nil, err
	}
	return t.share(sequence{literal(`"`), otherThan(names), literal(`"`), colon, value}), nil
}

// otherThan is what a string may hold that is none of some texts. Up to where it
// differs from them it has no escapes.
func otherThan(texts []string) node {
	whole := false
	next := map[rune][]string{}
	var first class
	for _, s := range texts {
		if s == "" {
			whole = true
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		if _, ok := next[r]; !ok {
			first = append(first, span{r, r})
		}
		next[r] = append(next[r], s[n:])
	}
	if len(texts) == 0 {
		return repeat{ref("character"), 0, infinite}
	}
	all := choice{sequence{unescaped.without(first), repeat{ref("character"), 0, infinite}}}
	for _, c := range first {
		if unescaped.has(c.low) {
			all = append(all, sequence{class{c}, otherThan(next[c.low])})
		}
	}
	if !whole {
		all = append(all, literal(""))
	}
	return all
}
