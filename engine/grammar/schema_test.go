package grammar

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// schemas are schemas, and texts that are valid by them, or not.
var schemas = []struct {
	schema string
	good   []string
	bad    []string
}{
	{`true`, []string{`null`, `{"a": [1, 2.5e3]}`, `"온돌 \u00e9"`}, []string{``, `{a:1}`, `"\ud800"`, `01`}},
	{`{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name"]}`,
		[]string{`{"name":"김"}`, `{ "name": "x", "age": -3 }`}, []string{`{}`, `{"age":3}`, `{"name":"x","age":1.5}`, `{"name":"x","b":1}`}},
	{`{"properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}, "required": ["b"]}`,
		[]string{`{"b":2}`, `{"a":1,"b":2}`, `{"b":2,"c":3}`, `{"a":1,"b":2,"c":3}`}, []string{`{"a":1}`, `{"b":2,}`, `{,"b":2}`, `{"a":1"b":2}`}},
	{`{"properties": {"a": {"type": "null"}}, "additionalProperties": {"type": "integer"}}`,
		[]string{`{}`, `{"a":null}`, `{"ab":1,"b":2}`, `{"a":null,"":3,"é":4}`}, []string{`{"a":1}`, `{"b":null}`, `{"\u0061":1}`}},
	{`{"type": "object", "additionalProperties": false}`, []string{`{}`, `{ }`}, []string{`{"a":1}`}},
	{`{"type": "object"}`, []string{`{}`, `{"a":1}`}, []string{`[]`}},
	{`{"type": ["integer", "null"]}`, []string{`12`, `null`}, []string{`"a"`, `1.0`}},
	{`{"enum": ["빨강", 3, null, {"a": [1]}]}`, []string{`"빨강"`, `3`, `null`, `{"a":[1]}`}, []string{`4`, `"red"`}},
	{`{"enum": [1, 12, 13, 1, 123, true]}`, []string{`1`, `12`, `13`, `123`, `true`}, []string{`2`, `124`, ``}},
	{`{"type": "integer", "enum": [1.0, 1.5, 2]}`, []string{`1.0`, `2`}, []string{`1.5`}},
	{`{"type": "number", "minimum": 1.005, "maximum": 1.005}`, []string{`1.0050`}, []string{`1.0049`, `1.0051`, `1`}},
	{`{"type": "number", "exclusiveMinimum": 1.005, "maximum": 2}`, []string{`1.0051`}, []string{`1.0050`, `1.0049`}},
	{`{"type": "string", "enum": ["a", 3]}`, []string{`"a"`}, []string{`3`}},
	{`{"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3}`,
		[]string{`[true]`, `[true, false,true]`}, []string{`[]`, `[1]`, `[true,true,true,true]`}},
	{`{"type": "array", "maxItems": 0}`, []string{`[]`}, []string{`[1]`}},
	{`{"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "null"}, "maxItems": 3}`,
		[]string{`[1,"a"]`, `[1, "a", null]`}, []string{`[1]`, `["a",1]`, `[1,"a",null,null]`}},
	{`{"type": "string", "minLength": 2, "maxLength": 3}`, []string{`"ab"`, `"온돌방"`, `"\n\u00e9"`}, []string{`"a"`, `"abcd"`}},
	{`{"type": "string", "pattern": "^\\d{3}-[A-Z]+(x|\"y)?$"}`, []string{`"123-AB"`, `"123-Ax"`, `"123-A\"y"`}, []string{`"12-A"`, `"123-a"`}},
	{`{"type": "string", "pattern": "b"}`, []string{`"b"`, `"abc"`}, []string{`"ac"`}},
	{`{"type": "string", "format": "date"}`, []string{`"2024-02-29"`, `"2026-12-31"`}, []string{`"2023-02-29"`, `"2026-13-01"`, `"2026-04-31"`}},
	{`{"type": "string", "format": "date-time"}`, []string{`"2026-11-25T18:37:06Z"`, `"2026-11-25T18:37:06.123+09:00"`}, []string{`"2026-11-25"`}},
	{`{"type": "string", "format": "uuid"}`, []string{`"123e4567-e89b-12d3-a456-426614174000"`}, []string{`"123"`}},
	{`{"type": "integer", "minimum": -5, "maximum": 12}`, []string{`-5`, `0`, `7`, `12`}, []string{`-6`, `13`, `-0`, `00`, `100`}},
	{`{"type": "integer", "exclusiveMinimum": 99, "maximum": 2000}`, []string{`100`, `999`, `2000`}, []string{`99`, `2001`, `10`}},
	{`{"type": "integer", "minimum": 0}`, []string{`0`, `123456`}, []string{`-1`}},
	{`{"type": "number", "minimum": 0, "maximum": 1}`, []string{`0`, `1`, `0.5`, `1.0`}, []string{`1.1`, `-0.1`, `2`}},
	{`{"type": "number", "minimum": -1.5, "exclusiveMaximum": 10}`, []string{`-1.50`, `-1`, `9.99`, `0.00`}, []string{`-1.51`, `10`, `10.0`}},
	{`{"anyOf": [{"type": "integer"}, {"type": "string"}]}`, []string{`1`, `"a"`}, []string{`null`}},
	{`{"properties": {"a": {"type": "integer"}}, "anyOf": [{"required": ["a"]}, {"properties": {"b": {"type": "null"}}, "required": ["b"]}]}`,
		[]string{`{"a":1}`, `{"a":1,"b":null}`, `{"b":null}`}, []string{`{}`}},
	{`{"allOf": [{"properties": {"a": {"minimum": 1}}, "required": ["a"]}, {"properties": {"a": {"type": "integer"}}, "type": "object"}]}`,
		[]string{`{"a":1}`}, []string{`{"a":0}`, `{"a":1.5}`, `{}`}},
	{`{"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}}}`,
		[]string{`{}`, `{"next":{"next":{}}}`}, []string{`{"next":1}`}},
	{`{"type": "array", "items": {"$ref": "#"}}`, []string{`[]`, `[[],[[]]]`}, []string{`[1]`}},
	{`{"title": "t", "description": "d", "type": "boolean", "default": true}`, []string{`true`}, []string{`1`}},
}

func TestSchemas(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range schemas {
		g, err := ParseSchema(c.schema)
		if err != nil {
			t.Errorf("%s: %v", c.schema, err)
			continue
		}
		for _, text := range c.good {
			if !g.Matches(text) {
				t.Errorf("%s: %s is refused", c.schema, text)
			}
		}
		for _, text := range c.bad {
			if g.Matches(text) {
				t.Errorf("%s: %s passes", c.schema, text)
			}
		}
		for range 10 {
			text, done := walk(t, g, r, 60)
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil || !done {
				t.Errorf("%s: %q: %v", c.schema, text, err)
			}
		}
	}
}

// Thousands of schemas that hold together are put together at once, not one by one.
func TestManySchemasTogether(t *testing.T) {
	const many = 400
	var all []string
	for i := range many {
		all = append(all, fmt.Sprintf(`{"properties": {"p%d": {"type": "integer"}, "p": {"minimum": 3}}}`, i))
	}
	g, err := ParseSchema(`{"properties": {"p": {"type": "integer"}}, "allOf": [` + strings.Join(all, ",") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	if !g.Matches(`{"p":3,"p399":1}`) || g.Matches(`{"p":2}`) {
		t.Error("the schemas do not hold together")
	}
}

// However many properties or values there are, a text is in few places, and what
// the schema becomes grows with their number.
func TestManyNames(t *testing.T) {
	const many = 5000
	var names, properties, members, odd []string
	for i := range many {
		names = append(names, fmt.Sprintf(`"p%d"`, i))
		properties = append(properties, names[i]+`:{"type":"integer"}`)
		members = append(members, names[i]+":1")
		if i%2 == 1 {
			odd = append(odd, members[i])
		}
	}
	object := func(members ...string) string { return "{" + strings.Join(members, ",") + "}" }
	all, some, swapped := object(members...), object(odd...), object(members[1], members[0])
	named := `{"properties":` + object(properties...)
	list := "[" + strings.Join(names, ",") + "]"
	for _, c := range []struct {
		what, schema string
		good, bad    []string
	}{
		{"optional", named + `}`, []string{all, some, `{}`, `{"p17":1, "p4999":1}`}, []string{swapped, `{"p5000":1}`, `{"p17":1,}`}},
		{"required", named + `,"required":` + list + `}`, []string{all}, []string{some, `{}`}},
		{"some required", named + `,"required":["p1","p4001"]}`, []string{all, some, `{"p1":1,"p4001":1}`}, []string{`{"p1":1,"p4999":1}`, `{"p2":1,"p4001":1}`}},
		{"others too", named + `,"additionalProperties":{"type":"null"}}`, []string{all, some, `{"p1":1,"p":null,"p5000":null}`}, []string{swapped, `{"p1":null}`, `{"q":null,"p1":1}`}},
		{"enum", `{"enum":` + list + `}`, []string{`"p0"`, `"p4999"`}, []string{`"p"`, `"p5000"`}},
	} {
		g, err := ParseSchema(c.schema)
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if n := len(g.states); n > 40*many {
			t.Errorf("%s: %d states for %d names", c.what, n, many)
		}
		for _, text := range c.good {
			if !g.Matches(text) {
				t.Errorf("%s: %.40s is refused", c.what, text)
			}
		}
		for _, text := range c.bad {
			if g.Matches(text) {
				t.Errorf("%s: %.40s passes", c.what, text)
			}
		}
	}
}

func TestBadSchemas(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	deep := strings.Repeat(`{"items":`, 300) + "true" + strings.Repeat("}", 300)
	for schema, says := range map[string]string{
		``:                                  "JSON",
		`{"type": "string"`:                 "JSON",
		`3`:                                 "#: a schema is an object",
		`false`:                             "allows nothing",
		`{"type": "text"}`:                  `"text"`,
		`{"type": 3}`:                       "#: type",
		`{"type": []}`:                      "no type",
		`{"enum": []}`:                      "no value",
		`{"const": 1, "type": "string"}`:    "no value",
		`{"enum": [1, 2, 3], "minimum": 2}`: "minimum beside enum",
		`{"allOf": [{"const": 1}, {"enum": [2]}]}`:          "enum beside const",
		`{"pattern": "a` + strings.Repeat("?", 1000) + `"}`: "too deep",
		`{"not": {}}`: "#: not cannot be promised",
		`{"properties": {"a": {"type": "array", "uniqueItems": true}}}`: "#/properties/a: uniqueItems",
		`{"$ref": "https://example.org/s.json"}`:                        "https://example.org/s.json",
		`{"$ref": "#/$defs/a"}`:                                         `"$defs"`,
		`{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}`:  "begins with itself",
		`{"allOf": [{"$ref": "#"}]}`:                                    "refers to itself",
		`{"properties": {"a": {"$ref": "#"}}, "required": ["a"]}`:       "can never end",
		`{"allOf": [{"type": "string"}, {"type": "integer"}]}`:          "type cannot be put together",
		`{"allOf": [{"pattern": "a"}, {"pattern": "b"}]}`:               "pattern cannot be put together",
		`{"type": "integer", "minimum": 3, "maximum": 2}`:               "between its bounds",
		`{"minLength": 3, "maxLength": 2}`:                              "minLength is more",
		`{"minLength": -1}`:                                             "no count",
		`{"pattern": "a(?=b)"}`:                                         "ahead",
		`{"pattern": "(a"}`:                                             "parenthesis",
		`{"pattern": "a\\1"}`:                                           `\1`,
		`{"prefixItems": [true], "items": false, "minItems": 2}`:        "minItems",
		`{"enum": ["` + long + `"]}`:                                    "too large",
		`{"properties": {"` + long + `": true}}`:                        "more than 262144 states",
		deep:                                                            "nests deeper",
	} {
		_, err := ParseSchema(schema)
		if !errors.Is(err, ErrGrammar) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80s: %v, want it to say %q", schema, err, says)
		}
	}
}

// Whatever a schema allows is JSON.
func FuzzSchema(f *testing.F) {
	for _, c := range schemas {
		f.Add(c.schema, uint64(1))
	}
	f.Fuzz(func(t *testing.T, schema string, seed uint64) {
		g, err := ParseSchema(schema)
		if err != nil {
			return
		}
		if text, done := walk(t, g, rand.New(rand.NewPCG(seed, 1)), 50); done && !json.Valid([]byte(text)) {
			t.Errorf("%q is no JSON", text)
		}
	})
}
