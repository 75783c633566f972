package extract

import (
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "code", extensions: strings.Fields(`
		.go .py .pyi .js .mjs .cjs .ts .tsx .jsx .java .kt .kts .scala .c .h .cc .cpp .cxx .hpp .cs .m .swift .rs .rb .php .pl
		.lua .r .jl .dart .hs .ml .ex .exs .erl .clj .sh .bash .zsh .ps1 .sql .proto .graphql .css .scss .vue .svelte
		.yaml .yml .toml .ini .cfg .conf .properties .tex .rst .adoc .org .gradle .cmake .mk`), read: readCode})
}

// readCode keeps the source as it is. Its headings are the definitions, one
// level for each step of indentation.
func readCode(in index.Input) (index.Text, error) {
	body, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	t := index.Text{Body: body, Title: in.ID}
	for at := 0; at < len(body); {
		end := lineEnd(body, at)
		line := strings.TrimRight(body[at:end], " \t\r{:(")
		text := strings.TrimLeft(line, " \t")
		if defines(text) {
			indent := strings.ReplaceAll(line[:len(line)-len(text)], "\t", "    ")
			span := index.Span{Start: at + len(line) - len(text), End: at + len(line)}
			t.Headings = append(t.Headings, index.Heading{Span: span, Level: min(1+len(indent)/4, 6), Title: text})
		}
		at = end + 1
	}
	return t, nil
}

// modifiers stand before the keyword of a definition, definers are that keyword.
var (
	modifiers = wordSet(`pub public private protected internal export default async static final abstract open override
		data sealed unsafe extern inline const partial case virtual`)
	definers = wordSet("func fn def class type interface struct enum trait impl module namespace object protocol function fun message service package mod")
)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// defines reports whether a line of source begins a definition.
func defines(line string) bool {
	const longest = 200
	if len(line) > longest {
		return false
	}
	for n, word := range strings.Fields(line) {
		if definers[word] {
			return n+1 < len(strings.Fields(line))
		}
		if !modifiers[word] {
			return false
		}
	}
	return false
}
