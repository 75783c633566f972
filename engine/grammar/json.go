package grammar

import (
	"math"
	"slices"

	"github.com/ondol-rag/ondol/index/json"
)

// JSON values are nil, bool, number, string, []any and *object.

// number is written as in the text.
type number string

// object is members in the order of the text; of two of one name the last
// counts.
type object struct {
	names []string
	of    map[string]any
}

func newObject() *object { return &object{of: map[string]any{}} }

func (o *object) set(name string, v any) {
	if _, ok := o.of[name]; !ok {
		o.names = append(o.names, name)
	}
	o.of[name] = v
}

// without is a copy that lacks a member.
func (o *object) without(name string) *object {
	c := newObject()
	for _, n := range o.names {
		if n != name {
			c.set(n, o.of[n])
		}
	}
	return c
}

func readJSON(text string) (any, error) {
	r := json.NewReader(text)
	v, err := readValue(r)
	if err != nil {
		return nil, err
	}
	return v, r.End()
}

func readValue(r *json.Reader) (any, error) {
	kind, err := r.Kind()
	if err != nil {
		return nil, err
	}
	switch kind {
	case '{':
		o := newObject()
		err := r.Object(func(name string) error {
			v, err := readValue(r)
			o.set(name, v)
			return err
		})
		return o, err
	case '[':
		list := []any{}
		err := r.Array(func() error {
			v, err := readValue(r)
			list = append(list, v)
			return err
		})
		return list, err
	case '"':
		return r.String()
	case 't', 'f':
		return r.Bool()
	case 'n':
		return nil, r.Null()
	}
	s, err := r.Number()
	return number(s), err
}

// appendJSON writes a value without spaces.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		if v {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case number:
		return append(b, v...)
	case string:
		return appendQuoted(b, v)
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, x)
		}
		return append(b, ']')
	case *object:
		b = append(b, '{')
		for i, name := range v.names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, name), ':')
			b = appendJSON(b, v.of[name])
		}
		return append(b, '}')
	}
	panic("grammar: no JSON value")
}

func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// isKind says whether a value is of a type of JSON Schema.
func isKind(v any, kind string) bool {
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case number:
		x, ok := toFloat(v)
		return kind == "number" || kind == "integer" && ok && x == math.Trunc(x)
	case string:
		return kind == "string"
	case []any:
		return kind == "array"
	}
	return kind == "object"
}

// same says whether two values are equal to the letter.
func same(a, b any) bool { return slices.Equal(appendJSON(nil, a), appendJSON(nil, b)) }
