package grammar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseSchema compiles a JSON Schema (https://json-schema.org, 2020-12 and, where
// it differs, draft 7) to a grammar of the values that are valid.
//
// Properties come in the schema's order, and others only where
// additionalProperties asks for them. What no grammar can promise (not,
// uniqueItems and the like) is an error, never ignored.
func ParseSchema(text string) (*Grammar, error) {
	g, err := parseSchema(text)
	if err != nil {
		return nil, fmt.Errorf("%w: JSON Schema: %w", ErrGrammar, err)
	}
	return g, nil
}

func parseSchema(text string) (*Grammar, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("%d bytes; at most %d are read", len(text), maxText)
	}
	root, err := readJSON(text)
	if err != nil {
		return nil, err
	}
	t := &translator{root: root, rules: rules{of: map[string]node{}}}
	for name, n := range primitives {
		t.set(name, n)
	}
	slices.Sort(t.rules.names)
	n, err := t.visit(root, "#")
	if err != nil {
		return nil, err
	}
	t.set("root", n)
	return compile(&t.rules)
}

// translator makes rules of schemas.
type translator struct {
	rules
	root  any
	depth int
	size  int // of schemas visited
}

func (r *rules) set(name string, n node) ref {
	if _, ok := r.of[name]; !ok {
		r.names = append(r.names, name)
	}
	r.of[name] = n
	return ref(name)
}

// maxVisits bounds what a schema is taken apart into.
const maxVisits = 1 << 16

// visit returns the values that are valid by the schema at a path.
func (t *translator) visit(schema any, path string) (n node, err error) {
	if t.size++; t.size > maxVisits {
		return nil, fmt.Errorf("%s: it has more than %d parts", path, maxVisits)
	}
	if t.depth++; t.depth > maxDepth {
		return nil, fmt.Errorf("%s: it nests deeper than %d", path, maxDepth)
	}
	defer func() { t.depth-- }()
	switch s := schema.(type) {
	case bool:
		if s {
			return ref("value"), nil
		}
		return nil, fmt.Errorf("%s: it allows nothing", path)
	case *object:
		return t.object(s, path)
	}
	return nil, fmt.Errorf("%s: a schema is an object, true or false", path)
}

func (t *translator) object(s *object, path string) (node, error) {
	for _, name := range s.names {
		if v := s.of[name]; slices.Contains(refused, name) && v != false && !(name == "multipleOf" && v == number("1")) {
			return nil, fmt.Errorf("%s: %s cannot be promised", path, name)
		}
	}
	if to, ok := s.of["$ref"]; ok && !s.asserts("$ref") {
		return t.reference(to, path)
	}
	s, err := t.flat(s, path)
	if err != nil {
		return nil, err
	}
	for _, several := range []string{"anyOf", "oneOf"} {
		if list, ok := s.of[several]; ok {
			return t.alternatives(s, several, list, path)
		}
	}
	if v, ok := s.of["const"]; ok {
		return t.enumerated(s, "const", []any{v}, path)
	}
	if v, ok := s.of["enum"]; ok {
		return t.enumerated(s, "enum", v, path)
	}
	kinds, err := s.kinds(path)
	if err != nil {
		return nil, err
	}
	var all choice
	for _, kind := range kinds {
		translate, ok := translators[kind]
		if !ok {
			return nil, fmt.Errorf("%s: no type is called %q", path, kind)
		}
		n, err := translate(t, s, path)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// translators make the values of each type.
var translators map[string]func(t *translator, s *object, path string) (node, error)

func init() {
	plain := func(name string) func(*translator, *object, string) (node, error) {
		return func(*translator, *object, string) (node, error) { return ref(name), nil }
	}
	translators = map[string]func(*translator, *object, string) (node, error){
		"null": plain("null"), "boolean": plain("boolean"), "value": plain("value"),
		"integer": (*translator).integer, "number": (*translator).number, "string": (*translator).string,
		"array": (*translator).array, "object": (*translator).members,
	}
}

// refused are keywords that a grammar cannot keep to.
var refused = []string{
	"not", "if", "dependentRequired", "dependentSchemas", "dependencies", "propertyNames", "patternProperties", "minProperties", "maxProperties",
	"contains", "uniqueItems", "multipleOf", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef",
}

// telling are the keywords that tell the type of a schema without one.
var telling = []struct {
	kind     string
	keywords []string
}{
	{"object", []string{"properties", "required", "additionalProperties"}},
	{"array", []string{"items", "prefixItems", "minItems", "maxItems"}},
	{"string", []string{"pattern", "minLength", "maxLength", "format"}},
	{"number", []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}},
}

// kinds are the types that a schema allows. Where it names none, what its keywords
// are about is one that is valid.
func (s *object) kinds(path string) ([]string, error) {
	switch v := s.of["type"].(type) {
	case string:
		return []string{v}, nil
	case []any:
		var kinds []string
		for _, x := range v {
			kind, ok := x.(string)
			if !ok {
				return nil, fmt.Errorf("%s: type is no list of names", path)
			}
			kinds = append(kinds, kind)
		}
		if len(kinds) > 0 {
			return kinds, nil
		}
		return nil, fmt.Errorf("%s: it allows no type", path)
	case nil:
		for _, t := range telling {
			if slices.ContainsFunc(t.keywords, func(k string) bool { _, ok := s.of[k]; return ok }) {
				return []string{t.kind}, nil
			}
		}
		return []string{"value"}, nil
	}
	return nil, fmt.Errorf("%s: type is neither a name nor a list of names", path)
}

// reference makes a rule of what a $ref points to, once.
func (t *translator) reference(to any, path string) (node, error) {
	pointer, _ := to.(string)
	name := "ref " + pointer
	if _, ok := t.of[name]; ok {
		return ref(name), nil
	}
	target, err := t.resolve(to, path)
	if err != nil {
		return nil, err
	}
	t.set(name, sequence{}) // schemas may contain themselves
	n, err := t.visit(target, pointer)
	if err != nil {
		return nil, err
	}
	return t.set(name, n), nil
}

// resolve finds what a $ref points to: a place in the same schema
// (https://datatracker.ietf.org/doc/html/rfc6901).
func (t *translator) resolve(to any, path string) (any, error) {
	pointer, ok := to.(string)
	if !ok || pointer != "#" && !strings.HasPrefix(pointer, "#/") {
		return nil, fmt.Errorf("%s: $ref %v: only places in the same schema (#/...) are known", path, to)
	}
	at := t.root
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~", "%25", "%", "%20", " ").Replace(step)
		switch v := at.(type) {
		case *object:
			at, ok = v.of[step]
		case []any:
			i, err := strconv.Atoi(step)
			if ok = err == nil && i >= 0 && i < len(v); ok {
				at = v[i]
			}
		default:
			ok = false
		}
		if !ok {
			return nil, fmt.Errorf("%s: $ref %s: there is no %q", path, pointer, step)
		}
	}
	return at, nil
}

// alternatives are those of anyOf or oneOf, each with what stands beside.
func (t *translator) alternatives(s *object, keyword string, list any, path string) (node, error) {
	schemas, ok := list.([]any)
	if !ok || len(schemas) == 0 {
		return nil, fmt.Errorf("%s: %s is no list of schemas", path, keyword)
	}
	beside := s.without(keyword)
	var all choice
	for i, x := range schemas {
		if len(beside.names) > 0 && beside.asserts("") {
			both := newObject()
			both.set("allOf", []any{beside, x})
			x = both
		}
		n, err := t.visit(x, fmt.Sprintf("%s/%s/%d", path, keyword, i))
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// enumerated are the values of an enum or a const, of the schema's types.
func (t *translator) enumerated(s *object, keyword string, v any, path string) (node, error) {
	values, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s: enum is no list", path)
	}
	kinds := []string{"value"}
	for _, name := range s.names {
		if name != keyword && demands(name) {
			return nil, fmt.Errorf("%s: %s beside %s cannot be promised", path, name, keyword)
		}
	}
	if _, ok := s.of["type"]; ok {
		var err error
		if kinds, err = s.kinds(path); err != nil {
			return nil, err
		}
	}
	var all ref
	for _, v := range values {
		if slices.ContainsFunc(kinds, func(kind string) bool { return kind == "value" || isKind(v, kind) }) {
			all = t.share(text{string(appendJSON(nil, v)), sequence{}, all})
		}
	}
	if all == "" {
		return nil, fmt.Errorf("%s: no value of the %s is of its type", path, keyword)
	}
	return all, nil
}

// demands says that a keyword limits what is valid, beside type and const.
func demands(keyword string) bool {
	for _, t := range telling {
		if slices.Contains(t.keywords, keyword) {
			return true
		}
	}
	return keyword == "enum"
}
