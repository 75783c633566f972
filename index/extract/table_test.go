package extract

import (
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// The header of a table is told by what a program marks or a person sets off, or, where
// nothing does, by the figures below it. What spans rows or columns is in each.
func TestTableHeaders(t *testing.T) {
	for _, c := range []struct{ name, rows, want string }{
		{"marked", "<tr><th>a<th>b<tr><td>1<td>2", "| a | b |\n| --- | --- |\n| 1 | 2 |"},
		{"a part", "<thead><tr><td>a<td>b</thead><tr><td>1<td>2", "| a | b |\n| --- | --- |\n| 1 | 2 |"},
		{"bold", "<tr><td><b>a</b><td> <b>b</b> <tr><td>c<td>d", "| a | b |\n| --- | --- |\n| c | d |"},
		{"partly bold", "<tr><td><b>a</b><td><b>b</b> e<tr><td>c<td>d", "a | b e\nc | d"},
		{"all", "<tr><th>a<th>b<tr><th>c<th>d", "a | b\nc | d"},
		{"names beside", "<tr><th>a<td>b<tr><th>c<td>d", "a | b\nc | d"},
		{"one column", "<tr><th>a<tr><td>b", "a\nb"},
		{"a title", "<tr><th colspan=2>t<tr><th>a<th>b<tr><td>c<td>d", "t\n| a | b |\n| --- | --- |\n| c | d |"},
		{"two rows", "<tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>1<td>2<td>3",
			"| a | b c | b d |\n| --- | --- | --- |\n| 1 | 2 | 3 |"},
		{"reaching down", "<tr><th>a<th>b<th>c<tr><td rowspan=2>d<td>e<td rowspan=3>f<tr><td>g<tr><td colspan=2>h",
			"| a | b | c |\n| --- | --- | --- |\n| d | e | f |\n| d | g | f |\n| h |  | f |"},
		{"figures below", "<tr><td>Plot<td>Owner<td>Fee<tr><td>A<td>Kim<td>£27<tr><td>B<td>Lee<td>£48",
			"| Plot | Owner | Fee |\n| --- | --- | --- |\n| A | Kim | £27 |\n| B | Lee | £48 |"},
		{"a form", "<tr><td>성명<td>홍길동<td>직위<td>과장<tr><td>출생<td>1990<td>내선<td>77<tr><td>입사<td>2020<td>호실<td>3",
			"성명 | 홍길동 | 직위 | 과장\n출생 | 1990 | 내선 | 77\n입사 | 2020 | 호실 | 3"},
		{"a table in a cell", "<tr><td>a<td><table><tr><th>b<th>c<tr><td>d<td>e</table><tr><td>f<td>g",
			"a\n\n| b | c |\n| --- | --- |\n| d | e |\n\nf | g"},
	} {
		page := "<!doctype html><p>" + strings.Repeat("Something to read. ", 20) + "</p><table>" + c.rows + "</table><p>End."
		got, err := Extract(index.Input{ID: "a.html", Data: []byte(page)})
		if err != nil {
			t.Fatal(err)
		}
		check(t, got)
		if _, body, _ := strings.Cut(got.Body, "\n\n"); body != c.want+"\n\nEnd." {
			t.Errorf("%s: %q, want %q", c.name, body, c.want)
		}
	}
}

// Word marks a header, shades it, or has a style that sets it off.
func TestHeadersOfWord(t *testing.T) {
	cell := func(props, run, s string) string {
		return "<w:tc><w:tcPr>" + props + "</w:tcPr><w:p><w:r><w:rPr>" + run + "</w:rPr><w:t>" + s + "</w:t></w:r></w:p></w:tc>"
	}
	row := func(props, cells string) string { return "<w:tr><w:trPr>" + props + "</w:trPr>" + cells + "</w:tr>" }
	const shaded = `<w:shd w:val="clear" w:fill="D9D9D9"/>`
	for name, c := range map[string]struct {
		table  string
		header bool
	}{
		"marked":       {row("<w:tblHeader/>", cell("", "", "a")+cell("", "", "b")), true},
		"unmarked":     {row(`<w:tblHeader w:val="false"/>`, cell("", "", "a")+cell("", "", "b")), false},
		"shaded":       {row("", cell(shaded, "", "a")+cell(shaded, "", "b")), true},
		"partly":       {row("", cell(shaded, "", "a")+cell(`<w:shd w:fill="FFFFFF"/>`, "", "b")), false},
		"text shaded":  {row("", cell("", shaded, "a")+cell("", shaded, "b")), false},
		"bold":         {row("", cell("", "<w:b/>", "a")+cell("", "<w:b/>", "b")), true},
		"not bold":     {row("", cell("", "<w:b/>", "a")+cell("", `<w:b w:val="0"/>`, "b")), false},
		"by its style": {`<w:tblPr><w:tblStyle w:val="L"/><w:tblLook w:val="04A0"/></w:tblPr>` + row("", cell("", "", "a")+cell("", "", "b")), true},
		"switched off": {`<w:tblPr><w:tblStyle w:val="L"/><w:tblLook w:val="0480"/></w:tblPr>` + row("", cell("", "", "a")+cell("", "", "b")), false},
		"plain style":  {`<w:tblPr><w:tblStyle w:val="G"/><w:tblLook w:val="04A0"/></w:tblPr>` + row("", cell("", "", "a")+cell("", "", "b")), false},
	} {
		data := zipped("word/styles.xml", `<w:styles><w:style w:styleId="L"><w:tblStylePr w:type="firstRow"/></w:style><w:style w:styleId="G"/></w:styles>`,
			"word/document.xml", "<w:document><w:tbl>"+c.table+row("", cell("", "", "c")+cell("", "", "d"))+"</w:tbl></w:document>")(t)
		got, err := Extract(index.Input{ID: "a.docx", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		want := "a | b\nc | d"
		if c.header {
			want = "| a | b |\n| --- | --- |\n| c | d |"
		}
		if got.Body != want {
			t.Errorf("%s: %q", name, got.Body)
		}
	}
}
