package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
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
		var le, be, le32, be32 []byte
		for _, u := range utf16.Encode([]rune(text)) {
			le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
		}
		for _, r := range text {
			le32, be32 = binary.LittleEndian.AppendUint32(le32, uint32(r)), binary.BigEndian.AppendUint32(be32, uint32(r))
		}
		for name, data := range map[string][]byte{
			"UTF-8": []byte(text), "UTF-8 with a mark": []byte("\ufeff" + text), "CP949": []byte(euckr),
			"UTF-16LE": le, "UTF-16BE": be,
			"UTF-16LE with a mark": append([]byte{0xFF, 0xFE}, le...), "UTF-16BE with a mark": append([]byte{0xFE, 0xFF}, be...),
			"UTF-32LE": le32, "UTF-32BE": be32,
			"UTF-32LE with a mark": append([]byte{0xFF, 0xFE, 0, 0}, le32...), "UTF-32BE with a mark": append([]byte{0, 0, 0xFE, 0xFF}, be32...),
		} {
			got, err := Extract(index.Input{ID: "a.txt", Data: data})
			if err != nil || got.Body != text {
				t.Errorf("%s: %q, %v", name, got.Body, err)
			}
		}
	}
}

// Western and Korean texts in an encoding of bytes are told apart, even where the
// bytes are sound in both, and texts in others are refused rather than misread.
func TestWesternAndKorean(t *testing.T) {
	for _, c := range []struct {
		encoding encoding.Encoding
		text     string // "" after "!": it is to be refused
	}{
		{charmap.Windows1252, "It’s the landlord’s duty, they’ve said, and doesn’t cost “extra”.\n"},
		{charmap.Windows1252, "Don’t let it get above 25°C — it’s too hot.\n"},
		{charmap.Windows1252, "Les élèves créent une œuvre à Noël ; ça coûte 20 €.\n"},
		{charmap.Windows1252, "Größe und Maß: Äpfel, Öl und süße Früchte müssen später kommen.\n"},
		{charmap.Windows1252, "A reunião não é em São Paulo; a informação está na página.\n"},
		{charmap.Windows1252, "¿Dónde está la señora? ¡Mañana, en el 2º piso!\n"},
		{charmap.Windows1252, "The mayor of Pößneck pays no deposit.\n"},
		{charmap.ISO8859_1, "Smörgåsbord på svenska är gott.\n"},
		{charmap.Windows1252, strings.Repeat("All is plain here. ", 200) + "Only the café is not.\n"},
		{korean.EUCKR, "햏"},
		{korean.EUCKR, "똠양꿍"},
		{korean.EUCKR, "A와 B"},
		{korean.EUCKR, "제3조(보증금) ① “임차인”은 10,000,000원을 낸다. 大韓民國 · 25℃\n"},
		{korean.EUCKR, "for i := range n { // 합계\n\tsum += i\n}\n" + strings.Repeat("call(plain, ascii)\n", 500)},
		{korean.EUCKR, "펲시 콜라 뷁 햏햏 is what they said in the nineties and nobody knows what it means\n"},
		{charmap.Windows1250, "!Zażółć gęślą jaźń; właściciel mieszkania płaci czynsz.\n"},
		{charmap.Windows1251, "!Арендатор платит пятого числа каждого месяца.\n"},
		{japanese.ShiftJIS, "!敷金は三か月分です。家賃は毎月五日に払う。\n"},
	} {
		text, refused := strings.CutPrefix(c.text, "!")
		data, err := c.encoding.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Extract(index.Input{ID: "a.txt", Data: []byte(data)})
		if refused && err == nil || !refused && (err != nil || got.Body != text) {
			t.Errorf("%v %q: %q, %v", c.encoding, text, got.Body, err)
		}
	}
	// A Korean text in which a byte is lost is refused, and not taken for Western.
	euckr, _ := korean.EUCKR.NewEncoder().String(strings.Repeat("보증금은 금 오천만 원으로 한다. The deposit is paid. ", 20))
	if got, err := Extract(index.Input{ID: "a.txt", Data: []byte(euckr[1:])}); err == nil {
		t.Errorf("a Korean text without its first byte: %.60q", got.Body)
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
