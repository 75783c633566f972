package extract

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"

	"github.com/ondol-rag/ondol/index"
)

// outline shows headings as "level title" by lines.
func outline(t index.Text) string {
	var b strings.Builder
	for _, h := range t.Headings {
		b.WriteString(strings.Repeat("#", h.Level) + " " + h.Title + "\n")
	}
	return b.String()
}

// check holds every span of a text against its body.
func check(t *testing.T, x index.Text) {
	t.Helper()
	if !utf8.ValidString(x.Body) {
		t.Errorf("the body is not UTF-8: %q", x.Body)
	}
	last := 0
	for _, h := range x.Headings {
		if h.Start < last || h.End <= h.Start || h.End > len(x.Body) || h.Title == "" || h.Level < 1 {
			t.Errorf("heading %+v after %d in %d bytes", h, last, len(x.Body))
		}
		last = h.End
	}
	last = 0
	for _, p := range x.Pages {
		if p.Start < last || p.End < p.Start || p.End > len(x.Body) {
			t.Errorf("page %+v after %d in %d bytes", p, last, len(x.Body))
		}
		last = p.End
	}
}

func TestMarkdown(t *testing.T) {
	body := "---\ntitle: \"온돌 안내\"\n---\n# 온돌 #\n\ntext\n```\n# not one\n```\nSet**ext**\n=====\n\n## [Two](x.md) ##\n    # code\n#hash\n\n- item\n---\nlast\n---\n### C#\n"
	got, err := Extract(index.Input{ID: "a.md", Data: []byte("\ufeff" + body)})
	if err != nil {
		t.Fatal(err)
	}
	if want := "# 온돌\n# Setext\n## Two\n## last\n### C#\n"; outline(got) != want {
		t.Errorf("outline %q, want %q", outline(got), want)
	}
	if got.Title != "온돌 안내" || got.Body != body {
		t.Errorf("title %q, body %q", got.Title, got.Body)
	}
	check(t, got)
}

// A line of a hundred thousand links costs no more than another of its length.
func TestLongLineIsNoHeading(t *testing.T) {
	links := strings.Repeat("[a](b)", 100_000)
	got, err := Extract(index.Input{ID: "a.md", Data: []byte("# " + links + "\n\n" + links + "\n---\n\n# [One](b)\n")})
	if err != nil || outline(got) != "# One\n" {
		t.Errorf("outline %.40q, %v", outline(got), err)
	}
}

func TestEncodings(t *testing.T) {
	for _, text := range []string{"온돌은 따뜻하다.\n똠방각하 펲시콜라 2024\n", "The floor is warm.\n", "첫째 줄\r\nsecond\r\n"} {
		euckr, err := korean.EUCKR.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		le, be := []byte{}, []byte{}
		for _, u := range utf16.Encode([]rune(text)) {
			le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
		}
		for name, data := range map[string][]byte{
			"UTF-8": []byte(text), "UTF-8 with a mark": []byte("\ufeff" + text), "CP949": []byte(euckr),
			"UTF-16LE": le, "UTF-16BE": be,
			"UTF-16LE with a mark": append([]byte{0xFF, 0xFE}, le...), "UTF-16BE with a mark": append([]byte{0xFE, 0xFF}, be...),
		} {
			got, err := Extract(index.Input{ID: "a.txt", Data: data})
			if err != nil || got.Body != text {
				t.Errorf("%s: %q, %v", name, got.Body, err)
			}
		}
	}
}

func TestFewWrongBytesKeepOffsets(t *testing.T) {
	data := []byte(strings.Repeat("온돌은 따뜻하다. ", 100) + "\xff end")
	got, err := Extract(index.Input{ID: "a.txt", Data: data})
	if err != nil || len(got.Body) != len(data) || !strings.HasSuffix(got.Body, "? end") {
		t.Errorf("%d bytes of %d, %v", len(got.Body), len(data), err)
	}
}

func TestBadInputSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		id, data, want string
	}{
		{"a.txt", "", "empty"},
		{"a.txt", " \n\t", "no text"},
		{"a.txt", "\x01\x00\x02\x03\x07\x00\xff\xd9", "not text"},
		{"a.txt", "a\xffb", "save it as UTF-8"},
		{"a.txt", "\x89PNG\r\n\x1a\n\x00", "an image"},
		{"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as DOCX"},
		{"a.bin", "GGUF\x03\x00", "a model"},
	} {
		_, err := Extract(index.Input{ID: c.id, Data: []byte(c.data)})
		if !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.id) {
			t.Errorf("%q: error %v does not say %q", c.data, err, c.want)
		}
	}
	_, err := Extract(index.Input{ID: "a.txt", Data: bytes.Repeat([]byte("word "), MaxText/5+1)})
	if !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), "split it") {
		t.Errorf("too long a text: %v", err)
	}
	if _, err := Extract(index.Input{ID: "a", Format: "runes", Data: []byte("x")}); !errors.Is(err, index.ErrInput) {
		t.Errorf("unknown format: %v", err)
	}
}

func FuzzExtract(f *testing.F) {
	for _, s := range []string{"# a\n", "---\ntitle: x\n---\n", "```\n", "a\n===", "\xff\xfea\x00", "\xb0\xa1", "[a](b)", "# __", "[](b)\n---"} {
		for _, x := range formats {
			f.Add(x.name, []byte(s))
		}
	}
	for _, g := range goldens {
		data := g.data(nil)
		format := Format(index.Input{ID: g.id, Data: data})
		f.Add(format, data)
		f.Add(format, stored(f, data))
	}
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		got, err := Extract(index.Input{ID: "x", Format: format, Data: data})
		if err != nil {
			if !errors.Is(err, index.ErrInput) {
				t.Fatalf("error %v", err)
			}
			return
		}
		check(t, got)
	})
}
