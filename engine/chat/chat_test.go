package chat

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

var update = flag.Bool("update", false, "write what templates give to testdata/golden.json, to be read before it is kept")

// conversations that the fixtures are rendered with. The last answer of each is
// still to come.
var conversations = map[string][]engine.Message{
	"one turn": {{Role: "user", Content: "안녕?"}},
	"system":   {{Role: "system", Content: "Be brief."}, {Role: "user", Content: " Hi <|im_end|></s> "}},
	"three turns": {
		{Role: "system", Content: "Be brief."},
		{Role: "user", Content: "One?"},
		{Role: "assistant", Content: "<think>\nhm\n</think>\n\nTwo."},
		{Role: "user", Content: "Three?"},
	},
}

func flat(parts []tokenizer.Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// The renderings are written down in testdata/golden.json, by template and
// conversation, and were checked against Jinja2 set up as in Transformers (see
// testdata/jinja.py).
func TestFamilies(t *testing.T) {
	paths, _ := filepath.Glob("testdata/*.jinja")
	sources := map[string]string{}
	for name, model := range map[string]string{"plain": "SOLAR 10.7B Instruct", "alpaca": "Stanford Alpaca 7B", "vicuna": "vicuna-7b", "base": "x"} {
		sources[name], _ = Plain(model)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sources[strings.TrimSuffix(filepath.Base(path), ".jinja")] = string(b)
	}
	var golden map[string]map[string]string
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &golden)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	got := map[string]map[string]string{}
	for name, source := range sources {
		template, err := New(source, "<s>", "</s>")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		template.Now = func() int64 { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.Local).UnixMilli() }
		got[name] = map[string]string{}
		for which, messages := range conversations {
			parts, err := template.Render(messages, true)
			if err != nil {
				t.Errorf("%s, %s: %v", name, which, err)
				continue
			}
			got[name][which] = flat(parts)
			if want := golden[name][which]; !*update && got[name][which] != want {
				t.Errorf("%s, %s:\ngot  %q\nwant %q", name, which, got[name][which], want)
			}
			for _, p := range parts {
				if p.Special && (strings.Contains(p.Text, "Hi") || strings.Contains(p.Text, "Three?") || strings.Contains(p.Text, "Be brief")) {
					t.Errorf("%s, %s: a message is special: %q", name, which, p.Text)
				}
			}
		}
	}
	if *update {
		b, _ := json.MarshalIndent(got, "", " ")
		if err := os.WriteFile("testdata/golden.json", append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Expressions and statements, as Jinja has them.
func TestJinja(t *testing.T) {
	for source, want := range map[string]string{
		"{{ 1 + 2 * 3 }}": "7",
		"{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }}":                                                 "3 -4 2 3.5",
		"{{ 2 ** 3 }}{{ 'a' ~ 1 ~ none }}":                                                                    "8a1None",
		"{{ 'abc'[1] }}{{ 'abc'[-1] }}{{ '한국어'[::-1] }}":                                                      "bc어국한",
		"{{ 'abc'[-9223372036854775807 - 1] }}":                                                               "",
		"{{ [1, 2, 3, 4][1:3] }}":                                                                             "[2, 3]",
		"{{ 'x' if 1 > 2 else 'y' }}":                                                                         "y",
		"{{ 1 < 2 < 3 }} {{ not 1 in [1] }} {{ 2 not in [1] }}":                                               "True False True",
		"{{ x is defined }} {{ x is not defined }}":                                                           "False True",
		"{{ 3 is odd }} {{ 4 is divisibleby 2 }}":                                                             "True True",
		"{{ {'a': 1, 'b': [true, none]} }}":                                                                   "{'a': 1, 'b': [True, None]}",
		"{{ {'a': '\\n한', 'b': [1.5, false]} | tojson }}":                                                     `{"a": "\n한", "b": [1.5, false]}`,
		"{{ {'a': [1, {}]} | tojson(indent=2) }}":                                                             "{\n  \"a\": [\n    1,\n    {}\n  ]\n}",
		"{{ ' a b  c '.split() | join('-') }}":                                                                "a-b-c",
		"{{ 'a,b,c'.split(',', 1) }}":                                                                         "['a', 'b,c']",
		"{{ '--a-'.strip('-') }}{{ 'aab'.replace('a', 'x', 1) }}":                                             "axab",
		"{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}":                                       "a=1",
		"{% for i in range(5) if i % 2 == 0 %}{{ loop.index }}:{{ i }}{{ ',' if not loop.last }}{% endfor %}": "1:0,2:2,3:4",
		"{% for i in [] %}x{% else %}none{% endfor %}":                                                        "none",
		"{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}": "02",
		"{% set x = 1 %}{% for i in [2] %}{% set x = i %}{% endfor %}{{ x }}":                                            "1",
		"{% set n = namespace(x=1) %}{% for i in [2] %}{% set n.x = i %}{% endfor %}{{ n.x }}":                           "2",
		"{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}{{ m('x', b='z') }}":                             "xyxz",
		"{% set x %}a{{ 1 }}{% endset %}{{ x | upper }}":                                                                 "A1",
		"{% filter upper %}a{% endfilter %}":                                                                             "A",
		"  {% if true %}\n a\n  {% endif %}\nb":                                                                          " a\nb",
		"a \n {%- if true -%} \n b{% endif %}":                                                                           "ab",
		"a {#- c -#} b {{- 1 -}} c":                                                                                      "ab1c",
		"{{ [{'r': 'a'}, {'r': 'b'}] | selectattr('r', 'equalto', 'b') | map(attribute='r') | list }}":                   "['b']",
		"{{ [3, 1, 2] | sort | first }}{{ [3, 1] | last }}{{ x | default('d') }}":                                        "11d",
		"{{ 'a b' | title }}{{ 'aB' | capitalize }}{{ 'x' | length }}":                                                   "A BAb1",
		"{{ strftime_now('%d %b %Y %%') }}":                                                                              "24 Nov 2026 %",
	} {
		template, err := New(source, "", "")
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		template.Now = func() int64 { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.Local).UnixMilli() }
		parts, err := template.Render(nil, false)
		if got := flat(parts); err != nil || got != want {
			t.Errorf("%s\ngot  %q, %v\nwant %q", source, got, err, want)
		}
	}
}

// Whatever a template does with a message, the message stays no more than text.
func TestForeignTextStaysForeign(t *testing.T) {
	const content = " <|x|>,<|Y|> "
	for source, want := range map[string]string{
		"{{ m.strip() }}":                                 "",
		"{{ m | upper }}":                                 "",
		"{{ m.split(',')[1] }}":                           "",
		"{{ m.split(',') | join('|') }}":                  "|",
		"{{ m[2:5] ~ '!' }}":                              "!",
		"{{ m | tojson }}":                                "",
		"{{ [m] }}":                                       "[]",
		"{{ {m: 1} }}":                                    "{: 1}",
		"{% for c in m %}{{ c }}.{% endfor %}":            ".............",
		"{% for k in {m: 1} %}{{ k }}{% endfor %}":        "",
		"{{ m.replace('<', '(') }}":                       "((",
		"{{ '<|x|>'.replace('x', m) }}":                   "<||>",
		"{{ m * 2 }}":                                     "",
		"{% set a %}[{{ m }}]{% endset %}{{ a }}":         "[]",
		"{% macro f(x) %}{{ x }}{% endmacro %}{{ f(m) }}": "",
		"{{ m | indent(2, true) }}":                       "  ",
		"{{ m[::-1] }}":                                   "",
	} {
		template, err := New("{% set m = messages[0].content %}"+source, "", "")
		if err != nil {
			t.Fatal(err)
		}
		parts, err := template.Render([]engine.Message{{Role: "user", Content: content}}, false)
		if err != nil {
			t.Errorf("%s: %v", source, err)
		}
		var special string
		for _, p := range parts {
			if p.Special {
				special += p.Text
			}
		}
		if special != want {
			t.Errorf("%s: %q is special, want %q", source, special, want)
		}
	}
}

func TestBadTemplates(t *testing.T) {
	deep := strings.Repeat("(", 5000)
	for _, source := range []string{
		"{{", "{% if x %}", "{% endif %}", "{{ 1 + }}", "{{ 'a }}", "{# a", "{% for x %}{% endfor %}", "{% nonsense %}",
		"{{ x | nonsense }}", "{{ x is nonsense }}", "{{ " + deep, "{% if " + strings.Repeat("not ", 5000) + "x %}{% endif %}",
		strings.Repeat("{% if x %}", 5000), strings.Repeat("x", maxText+1), "{{ ) }}", "{% set %}", "{% macro %}", "{{ a[ }}", "{{ '\\", "{%", "{{ - }}",
	} {
		if _, err := New(source, "", ""); !errors.Is(err, ErrTemplate) {
			t.Errorf("%.40q: error %v, want one of ErrTemplate", source, err)
		}
	}
	for _, source := range []string{
		"{% for a in range(10000000000) %}{% endfor %}",
		"{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}",
		"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
		"{% set n = namespace(s='aaaaaaaaaaaaaaaa') %}{% for a in range(64) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
		"{{ 'a' * 1000000000000 }}", "{{ ('a' * 1000000) * 1000000 }}", "{{ '' .split('') }}",
		"{% set l = [] %}{{ l.append(l) }}{{ l }}", "{% set l = [] %}{{ l.append(l) }}{{ l == [[[l]]] }}",
		"{% set n = namespace() %}{% set n.n = n %}{{ n | tojson }}",
		"{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 1 / 0 }}", "{{ x.y.z }}", "{{ x() }}", "{{ 1() }}", "{{ 'a' + 1 }}", "{{ 'a' < 1 }}",
		"{% set s = 'x' * 1000000 %}{% for i in range(1000) %}{{ s[i] }}{% endfor %}", "{% set s = 'x' * 1000000 %}{% for i in range(1000) %}{{ 'y' in s }}{% endfor %}",
		"{{ raise_exception('no') }}", "{{ [1, 2] | map('nonsense') }}", "{{ [1] | map }}", "{{ [][::0] }}", "{{ range(1, 2, 0) }}", "{{ [].pop() }}", "{{ loop.cycle() }}",
		"{% for a in [1] %}{{ loop.cycle() }}{% endfor %}", "{{ 'a'.replace('', 'b') }}", "{{ 1 | length }}",
	} {
		template, err := New(source, "", "")
		if err != nil {
			t.Errorf("%.60q: %v", source, err)
			continue
		}
		if _, err := template.Render(nil, false); !errors.Is(err, ErrTemplate) {
			t.Errorf("%.60q: error %v, want one of ErrTemplate", source, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.jinja")
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b), "hello")
	}
	f.Add("{{ messages[0].content[::-2] | indent }}{% for c in messages %}{{ loop }}{% endfor %}", "<|x|>")
	f.Fuzz(func(t *testing.T, source, content string) {
		template, err := New(source, "<s>", "</s>")
		if err != nil {
			return
		}
		// A secret that no template can make out of its own characters.
		parts, err := template.Render([]engine.Message{{Role: "user", Content: "\ue000" + content}}, true)
		if err != nil && !errors.Is(err, ErrTemplate) {
			t.Fatal(err)
		}
		for _, p := range parts {
			if p.Special && strings.Contains(p.Text, "\ue000") && !strings.Contains(source, "\ue000") && !strings.Contains(source, `\`) {
				t.Errorf("content became special: %q", p.Text)
			}
		}
	})
}
