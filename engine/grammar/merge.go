package grammar

import (
	"fmt"
	"slices"
)

// annotations are keywords that say nothing about what is valid.
var annotations = []string{"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema", "$id", "$anchor", "$defs", "definitions"}

// asserts says that a schema demands something beside one keyword.
func (o *object) asserts(beside string) bool {
	return slices.ContainsFunc(o.names, func(name string) bool { return name != beside && !slices.Contains(annotations, name) })
}

// flat puts what $ref and allOf stand for in their place.
func (t *translator) flat(s *object, path string) (*object, error) {
	if t.size++; t.size > maxVisits {
		return nil, fmt.Errorf("%s: it has more than %d parts", path, maxVisits)
	}
	if t.depth++; t.depth > maxDepth {
		return nil, fmt.Errorf("%s: it refers to itself, or nests deeper than %d", path, maxDepth)
	}
	defer func() { t.depth-- }()
	var parts []any
	if to, ok := s.of["$ref"]; ok {
		target, err := t.resolve(to, path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, target)
		s = s.without("$ref")
	}
	if v, ok := s.of["allOf"]; ok {
		list, ok := v.([]any)
		if !ok {
			return nil, fmt.Errorf("%s: allOf is no list of schemas", path)
		}
		parts = append(parts, list...)
		s = s.without("allOf")
	}
	all := []*object{s}
	for _, x := range parts {
		switch x := x.(type) {
		case bool:
			if !x {
				return nil, fmt.Errorf("%s: it allows nothing", path)
			}
		case *object:
			x, err := t.flat(x, path)
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		default:
			return nil, fmt.Errorf("%s: a schema is an object, true or false", path)
		}
	}
	if len(all) == 1 {
		return s, nil
	}
	return merge(all, path)
}

// merge returns a schema of what is valid by all.
func merge(all []*object, path string) (*object, error) {
	out := newObject()
	var properties []*object
	for _, s := range all {
		for _, name := range s.names {
			x, ok := out.of[name]
			y := s.of[name]
			if p, isObject := y.(*object); isObject && name == "properties" {
				properties = append(properties, p)
				out.set(name, p)
				continue
			}
			if !ok || slices.Contains(annotations, name) || same(x, y) {
				out.set(name, y)
				continue
			}
			var v any
			switch name {
			case "type":
				v, ok = common(x, y)
			case "enum":
				v, ok = shared(x, y)
			case "required":
				v, ok = union(x, y)
			case "minimum", "minLength", "minItems", "exclusiveMinimum":
				v, ok = extreme(x, y, 1)
			case "maximum", "maxLength", "maxItems", "exclusiveMaximum":
				v, ok = extreme(x, y, -1)
			default:
				ok = false
			}
			if !ok {
				return nil, fmt.Errorf("%s: two demands on %s cannot be put together", path, name)
			}
			out.set(name, v)
		}
	}
	if len(properties) > 1 {
		out.set("properties", together(properties))
	}
	for _, s := range all {
		if s.closes(out) {
			return nil, fmt.Errorf("%s: additionalProperties cannot be put together with properties of another schema", path)
		}
	}
	return out, nil
}

// closes says that s limits properties that it does not name, and that all has.
func (s *object) closes(all *object) bool {
	more, limited := s.of["additionalProperties"]
	theirs, ok := all.of["properties"].(*object)
	if !limited || more == true || !ok {
		return false
	}
	own, _ := s.of["properties"].(*object)
	for _, name := range theirs.names {
		if own == nil {
			return true
		}
		if _, ok := own.of[name]; !ok {
			return true
		}
	}
	return false
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// common are the types that two schemas share.
func common(x, y any) (any, bool) {
	var kinds []any
	for _, a := range list(x) {
		for _, b := range list(y) {
			switch {
			case a == b, a == "integer" && b == "number":
				kinds = append(kinds, a)
			case a == "number" && b == "integer":
				kinds = append(kinds, b)
			}
		}
	}
	return kinds, len(kinds) > 0
}

func shared(x, y any) (any, bool) {
	values := slices.DeleteFunc(slices.Clone(list(x)), func(v any) bool {
		return !slices.ContainsFunc(list(y), func(w any) bool { return same(v, w) })
	})
	return values, len(values) > 0
}

func union(x, y any) (any, bool) {
	names := slices.Clone(list(x))
	for _, v := range list(y) {
		if !slices.ContainsFunc(names, func(w any) bool { return same(v, w) }) {
			names = append(names, v)
		}
	}
	return names, true
}

// together are the properties of several schemas: of those with one name, all hold.
func together(all []*object) *object {
	out := newObject()
	for _, properties := range all {
		for _, name := range properties.names {
			schemas, _ := out.of[name].([]any)
			out.set(name, append(schemas, properties.of[name]))
		}
	}
	for _, name := range out.names {
		if schemas := out.of[name].([]any); len(schemas) == 1 {
			out.of[name] = schemas[0]
		} else {
			both := newObject()
			both.set("allOf", schemas)
			out.of[name] = both
		}
	}
	return out
}

// extreme is the larger of two numbers, or the smaller if sign is negative.
func extreme(x, y any, sign float64) (any, bool) {
	a, okA := toFloat(x)
	b, okB := toFloat(y)
	if !okA || !okB {
		return nil, false
	}
	if sign*a >= sign*b {
		return x, true
	}
	return y, true
}
