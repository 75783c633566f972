package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes a module of one package for messages and one that it reaches.
func tree(t *testing.T, messages string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.org/m\n\ngo 1.27\n",
		"far/far.go": `package far

// Span is a range.
type Span struct {
	Start int ` + "`json:\"start\"`" + `
	Text  string ` + "`json:\"text\"`" + `
}

// Trace is far.
type Trace struct {
	Terms []string ` + "`json:\"terms\"`" + `
}

// Request is a question.
type Request struct {
	Words *int ` + "`json:\"words,omitempty\"`" + `
	Trace Trace ` + "`json:\"trace\"`" + `
}
`,
		"abi/operations.go": operations,
		"abi/messages.go":   "package abi\n\nimport \"example.org/m/far\"\n\n// Version of it.\nconst Version = 7\n\n" + messages,
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const operations = `package abi

type Operation struct {
	Name                   string
	Request, Event, Result any
}

// Elsewhere is declared beside its operation.
type Elsewhere struct {
	Score float64 ` + "`json:\"score\"`" + `
}

var Operations = []Operation{{Name: "ask", Request: AskRequest{}, Result: Hit{}}, {Name: "stop", Result: Elsewhere{}}}
`

func TestGenerate(t *testing.T) {
	messages := `
// AskRequest asks.
type AskRequest = far.Request

// Trace is near.
type Trace struct {
	Ms float64 ` + "`json:\"ms\"`" + `
}

// Kind of a hit.
type Kind string

const (
	Good Kind = "good" // by far
	Bad  Kind = "bad"
)

// Hit is a find
// of two lines.
type Hit struct {
	far.Span // in bytes
	Text   string             ` + "`json:\"text,omitempty\"`" + `
	Kind   Kind               ` + "`json:\"kind\"`" + `
	Scores map[string]float64 ` + "`json:\"scores\"`" + `
	Next   *Hit               ` + "`json:\"next\"`" + `
	Any    any                ` + "`json:\"any\"`" + ` // */ closes nothing
	Hidden int                ` + "`json:\"-\"`" + `
	Trace  []Trace            ` + "`json:\"trace\"`" + `
}
`
	got, err := generate(tree(t, messages), "abi")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"/** Version of it. */\nexport const ABI_VERSION = 7;\n",
		"  ask: { request: AskRequest; event: never; result: Hit };\n",
		"  stop: { request: undefined; event: never; result: Elsewhere };\n",
		"/** Elsewhere is declared beside its operation. */\nexport interface Elsewhere {\n  score: number;\n}\n",
		"/** AskRequest asks. */\nexport interface AskRequest {\n  words?: number;\n  trace: FarTrace;\n}\n",
		"/** FarTrace is far. */\nexport interface FarTrace {\n  terms: string[];\n}\n",
		"/** Trace is near. */\nexport interface Trace {\n",
		"export type Kind =\n  /** by far */\n  | \"good\"\n  | \"bad\";\n",
		"/**\n * Hit is a find\n * of two lines.\n */\nexport interface Hit {\n  /** in bytes */\n  start: number;\n  text?: string;\n  kind: Kind;\n" +
			"  scores: Record<string, number>;\n  next: Hit | null;\n  /** *\\/ closes nothing */\n  any: unknown;\n  trace: Trace[];\n}\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s\nin\n%s", want, got)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	const table = "type AskRequest string\n\ntype Hit string\n\n" // what operations names
	for _, c := range []struct{ messages, says string }{
		{table + "type A struct {\n\tB int\n}\n", "B has no json tag"},
		{table + "type A struct {\n\tB int `json:\"b,omitzero\"`\n}\n", "does not know \"omitzero\""},
		{table + "type A struct {\n\tB chan int `json:\"b\"`\n}\n", "ChanType"},
		{table + "type A struct {\n\tB map[int]int `json:\"b\"`\n}\n", "keys are not strings"},
		{table + "type A struct {\n\tB Absent `json:\"b\"`\n}\n", "no type Absent"},
		{table + "type A struct {\n\tB far.Absent `json:\"b\"`\n}\n", "no type Absent"},
		{table + "type A struct {\n\tB time.Time `json:\"b\"`\n}\n", "time is not imported"},
		{table + "type K string\n\ntype A struct {\n\tK\n}\n", "no struct"},
		{"", "no type AskRequest"},
		{"type AskRequest string\n", "no type Hit"},
	} {
		_, err := generate(tree(t, c.messages), "abi")
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: error %v, want one that says %q", c.messages, err, c.says)
		}
	}
}
