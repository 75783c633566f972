package extract

import (
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// A golden is a document and what must come of it.
type golden struct {
	id      string
	data    func(t *testing.T) []byte
	title   string
	body    string
	outline string
	pages   string // labels
}

// goldens holds at least one document of each format.
var goldens = []golden{
	{
		id: "page.html",
		data: text(`<!DOCTYPE html><html><head><title>온돌 — 안내</title><style>x{}</style></head><body>
			<nav><ul><li><a href=/>Home</a></li></ul></nav><header><h1>온돌</h1></header><div class="content">
			<p>바닥을 <b>데우는</b> 난방이다.<br>따뜻하다 &amp; 좋다.</p><h2>종류</h2><ul><li>구들</li><li><p>온수</p></li></ul>
			<table><tr><th>이름</th><th>연도</th></tr><tr><td>가<td>1934</tr></table><pre>a
  b</pre><p><a href=x>more</a></p></div><div id="sidebar">Ads</div><footer>© 2024</footer><script>"<p>no</p>"</script></body></html>`),
		title:   "온돌 — 안내",
		body:    "온돌\n\n바닥을 데우는 난방이다. 따뜻하다 & 좋다.\n\n종류\n\n- 구들\n- 온수\n\n| 이름 | 연도 |\n| --- | --- |\n| 가 | 1934 |\n\na\n  b",
		outline: "# 온돌\n## 종류\n",
	},
	{
		id:      "table.csv",
		data:    text("이름,도시\n홍길동,\"서울, 한국\"\n\"두\n줄\",부산\n"),
		title:   "table.csv",
		body:    "이름 | 도시\n\n홍길동 | 서울, 한국\n두 줄 | 부산",
		outline: "# 이름 | 도시\n",
	},
	{
		id:      "table.tsv",
		data:    text("a\tb, c\n1\t2\n"),
		title:   "table.tsv",
		body:    "a | b, c\n\n1 | 2",
		outline: "# a | b, c\n",
	},
	{
		id:    "data.json",
		data:  text(`[{"name":"온돌","years":[1934,1.50],"on":true,"none":null},{"name":"구들"}]`),
		title: "data.json",
		body:  "name: 온돌\nyears:\n  - 1934\n  - 1.50\non: true\n\nname: 구들",
	},
	{
		id:    "data.jsonl",
		data:  text("{\"a\":{\"b\":\"c\"}}\n{\"a\":2}\n"),
		title: "data.jsonl",
		body:  "a:\n  b: c\n\na: 2",
	},
	{
		id:      "code.py",
		data:    text("class Stove:\n    def heat(self, t):\n        return t\n"),
		title:   "code.py",
		body:    "class Stove:\n    def heat(self, t):\n        return t\n",
		outline: "# class Stove\n## def heat(self, t)\n",
	},
}

func text(s string) func(*testing.T) []byte { return func(*testing.T) []byte { return []byte(s) } }

func TestGoldens(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.id, func(t *testing.T) {
			got, err := Extract(index.Input{ID: g.id, Data: g.data(t)})
			if err != nil {
				t.Fatal(err)
			}
			var pages []string
			for _, p := range got.Pages {
				pages = append(pages, p.Label)
			}
			if got.Title != g.title || got.Body != g.body || outline(got) != g.outline || strings.Join(pages, ", ") != g.pages {
				t.Errorf("title %q\nbody %q\noutline %q\npages %q", got.Title, got.Body, outline(got), pages)
			}
			check(t, got)
		})
	}
}

// Every registered format has a golden.
func TestEveryFormatHasAGolden(t *testing.T) {
	seen := map[string]bool{"text": true, "markdown": true} // in extract_test.go
	for _, g := range goldens {
		seen[Format(index.Input{ID: g.id, Data: g.data(t)})] = true
	}
	for _, f := range formats {
		if !seen[f.name] {
			t.Errorf("%s has no golden", f.name)
		}
	}
}

// Damage must give text or an error, in bounded time, never a panic.
func TestDamagedGoldens(t *testing.T) {
	for _, g := range goldens {
		data := g.data(t)
		for n := 0; n < len(data); n += 1 + len(data)/50 {
			for _, broken := range [][]byte{data[:n], append(append([]byte{}, data[:n]...), data[min(n+7, len(data)):]...)} {
				if got, err := Extract(index.Input{ID: g.id, Format: Format(index.Input{ID: g.id}), Data: broken}); err == nil {
					check(t, got)
				}
			}
		}
	}
}
