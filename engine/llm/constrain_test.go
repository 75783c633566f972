package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/grammar"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

func write(t testing.TB, m *Model, prompt string, o engine.Options) string {
	t.Helper()
	var b strings.Builder
	for piece, err := range m.Generate(m.Tokenize(prompt, true), o) {
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(piece.Text)
	}
	return b.String()
}

// No text breaks its form, however little sense it makes, and none is cut off.
// TestThousandTexts of package grammar goes further.
func TestGrammarsHold(t *testing.T) {
	m := open(t, models+"/stories260K.f32.gguf")
	type person struct {
		Name  string   `json:"name"`
		Age   *int     `json:"age"`
		Likes []string `json:"likes"`
	}
	const list = `root ::= item{1,4}
item ::= "- " [^\n]{1,20} "\n"`
	g, err := grammar.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	o := engine.DefaultOptions()
	for seed := range uint64(40) {
		o.Seed, o.Temperature = seed, 0.5+float32(seed%5)/2
		o.TopK = []int{0, 40}[seed%2]
		switch seed % 2 {
		case 0:
			o.MaxTokens, o.JSONSchema, o.Grammar = 60, `{"type": "object", "properties": {"name": {"type": "string", "maxLength": 30},
				"age": {"type": "integer", "minimum": 0, "maximum": 150}, "likes": {"type": "array", "items": {"enum": ["고양이", "boats"]}, "maxItems": 3}},
				"required": ["name", "age"], "additionalProperties": false}`, ""
			text := write(t, m, "A person: ", o)
			var p person
			d := json.NewDecoder(strings.NewReader(text))
			d.DisallowUnknownFields()
			if err := d.Decode(&p); err != nil || d.More() || p.Age == nil || *p.Age < 0 || *p.Age > 150 || len([]rune(p.Name)) > 30 || len(p.Likes) > 3 {
				t.Fatalf("seed %d: %q: %v", seed, text, err)
			}
		default:
			o.MaxTokens, o.JSONSchema, o.Grammar = 50, "", list
			if text := write(t, m, "A list:\n", o); !g.Matches(text) {
				t.Fatalf("seed %d: %q", seed, text)
			}
		}
	}
}

func TestGreedyInForm(t *testing.T) {
	m := open(t, models+"/stories260K.f32.gguf")
	o := engine.DefaultOptions()
	o.Temperature, o.Grammar = 0, `root ::= "Tom" | "Tim" | "no"`
	if text := write(t, m, "Once upon a time, there was a boy named ", o); text != "Tom" && text != "Tim" {
		t.Errorf("%q", text)
	}
	// A form that any text has changes nothing.
	o.Grammar, o.MaxTokens = "", 30
	want := write(t, m, "Once upon a time", o)
	o.Grammar = "root ::= .*"
	if got := write(t, m, "Once upon a time", o); got != want {
		t.Errorf("%q, and held to no form %q", got, want)
	}
}

func TestBadForms(t *testing.T) {
	m := open(t, models+"/stories260K.f32.gguf")
	const good = `root ::= "a"`
	write(t, m, "a", engine.Options{Grammar: good, MaxTokens: 5}) // what is kept of it serves no schema
	for _, o := range []engine.Options{{Grammar: "root ::= x"}, {JSONSchema: `{"type": 1}`}, {Grammar: good, JSONSchema: "true"}, {JSONSchema: good}} {
		o.MaxTokens = 5
		var got error
		for _, err := range m.Generate(m.Tokenize("a", true), o) {
			got = err
		}
		if !errors.Is(got, grammar.ErrGrammar) {
			t.Errorf("%+v: %v", o, got)
		}
	}
}

func TestLogitBiasAndBreakers(t *testing.T) {
	m := open(t, models+"/stories260K.f32.gguf")
	o := engine.DefaultOptions()
	o.Temperature, o.MaxTokens = 0, 1
	prompt := m.Tokenize("Once upon a", true)
	first := func() (id int32) {
		for piece, err := range m.Generate(prompt, o) {
			if err != nil {
				t.Fatal(err)
			}
			id = max(id, piece.ID)
		}
		return id
	}
	likeliest := first()
	o.LogitBias = map[int32]float32{likeliest: -1e30, 300: 1000}
	if id := first(); id != 300 {
		t.Errorf("token %d", id)
	}
	b := m.breakers([]string{"\n", "day."})
	newline := m.tokens.EncodeText("\n")
	if at := b[newline[len(newline)-1]]; len(at) == 0 || len(at[0]) != 0 {
		t.Errorf("a newline breaks as %v", at)
	}
	if !slices.ContainsFunc(b[m.tokens.EncodeText("day")[0]], func(rest []int32) bool { return m.tokens.Decode(rest) == "." || len(rest) > 0 }) {
		t.Error(`"day" and "." break nothing`)
	}
}

// BenchmarkAllowed asks for all tokens of a vocabulary of 65,024 that may come
// next, in the middle of a JSON string: nearly all.
func BenchmarkAllowed(b *testing.B) {
	file, err := os.ReadFile("../../../shared/models/vocab/ggml-vocab-falcon.gguf")
	if err != nil {
		b.Skip(err)
	}
	f, err := gguf.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		b.Fatal(err)
	}
	tokens, err := tokenizer.FromGGUF(f)
	if err != nil {
		b.Fatal(err)
	}
	g, err := grammar.ParseSchema(`{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}`)
	if err != nil {
		b.Fatal(err)
	}
	v := grammar.NewVocabulary(tokens.Size(), tokens.Piece, tokens.IsEnd)
	for name, said := range map[string]string{"string": `{"name": "the`, "member": `{`} {
		b.Run(name, func(b *testing.B) {
			c := grammar.NewConstraint(g, v, 1000)
			for _, id := range tokens.EncodeText(said) {
				c.Accept(id)
			}
			var ids []int32
			for b.Loop() {
				ids = c.Allowed(ids[:0])
			}
			b.ReportMetric(float64(len(ids)), "tokens")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
		})
	}
}
