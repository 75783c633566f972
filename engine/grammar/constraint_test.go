package grammar

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// vocabulary is bytes and some longer pieces; token 0 ends a text.
var vocabulary = sync.OnceValue(func() *Vocabulary {
	pieces := []string{"", "", "ab", "abc", "온", "온돌", "{\"", "\":", "true", "  ", "\xec\x98", "돌\"}", "aaaa", "0", "123"}
	for b := range 256 {
		pieces = append(pieces, string([]byte{byte(b)}))
	}
	return NewVocabulary(len(pieces), func(id int32) []byte { return []byte(pieces[id]) }, func(id int32) bool { return id == 0 })
})

// walk has a constraint write a text of random tokens.
func walk(t testing.TB, g *Grammar, r *rand.Rand, limit int) (text string, done bool) {
	t.Helper()
	v := vocabulary()
	c := NewConstraint(g, v, limit)
	var b strings.Builder
	for n := 0; n != limit; n++ {
		allowed := c.Allowed(nil)
		if n == 3 { // the two ways to ask agree
			for id := range int32(271) {
				if c.Allows(id) != slices.Contains(allowed, id) {
					t.Fatalf("after %q: token %d (%q): Allows says %v", b.String(), id, v.pieces(id), c.Allows(id))
				}
			}
		}
		if len(allowed) == 0 {
			if !c.Done() {
				t.Fatalf("after %q no token is allowed", b.String())
			}
			return b.String(), true
		}
		id := allowed[r.IntN(len(allowed))]
		if v.isEnd(id) {
			return b.String(), true
		}
		c.Accept(id)
		b.Write(v.pieces(id))
	}
	return b.String(), c.at.atEnd
}

func TestConstraint(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range written {
		g, err := Parse(c.grammar)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if text, done := walk(t, g, r, 40); !done || !g.Matches(text) {
				t.Errorf("%s: %q is not of its form", c.grammar, text)
			}
		}
	}
}

// No text of a thousand seeds breaks its form, and none is cut off.
func TestThousandTexts(t *testing.T) {
	const schema = `{"type": "object", "properties": {"name": {"type": "string", "maxLength": 30}, "age": {"type": "integer", "minimum": 0, "maximum": 150},
		"likes": {"type": "array", "items": {"enum": ["고양이", "boats"]}, "maxItems": 3}, "friend": {"$ref": "#"}}, "required": ["name", "age"], "additionalProperties": {"type": "boolean"}}`
	type person struct {
		Name   *string
		Age    *int
		Likes  []string
		Friend *person
	}
	var check func(p *person) bool
	check = func(p *person) bool {
		return p.Name != nil && p.Age != nil && *p.Age >= 0 && *p.Age <= 150 && len([]rune(*p.Name)) <= 30 && len(p.Likes) <= 3 && (p.Friend == nil || check(p.Friend))
	}
	g, err := ParseSchema(schema)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(1000) {
		text, done := walk(t, g, rand.New(rand.NewPCG(seed, 3)), 40+int(seed%100))
		var p person
		if err := json.Unmarshal([]byte(text), &p); err != nil || !done || !check(&p) {
			t.Fatalf("seed %d: %q: %v", seed, text, err)
		}
	}
}

// A limit that is too short from the start is no reason to write nothing.
func TestTooShort(t *testing.T) {
	g, err := Parse(`root ::= "a long text" "."`)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := walk(t, g, rand.New(rand.NewPCG(1, 2)), 3); text != "a l" {
		t.Errorf("%q", text)
	}
}
