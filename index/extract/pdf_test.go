package extract

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/ascii85"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/korean"

	"github.com/ondol-rag/ondol/index"
)

// makePDF numbers objects from 1. It writes no cross-reference table.
func makePDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer << /Root 1 0 R /Info << /Title (Ondol \\(\\351\\)) >> >>\n")
	return b.Bytes()
}

func pdfStreamOf(dict, data string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(data), dict, data)
}

func deflated(data string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(data))
	w.Close()
	return b.String()
}

func hexOf(b []byte) string { return fmt.Sprintf("<%X>", b) }

func utf16BE(s string) []byte {
	b := units(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return b
}

func inCP949(s string) []byte {
	b, err := korean.EUCKR.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

// pdfFonts are the ways in which a file may say which characters it shows:
// F1 Latin with differences, F2 UTF-16 codes, F3 CP949 codes, F4 glyph numbers
// with ToUnicode, F5 the encoding within a Type 1 program.
const pdfFonts = `<< /F1 << /Subtype /Type1 /Encoding << /Differences [ 1 /fi /eacute ] >> >>
	/F2 << /Subtype /Type0 /Encoding /UniKS-UTF16-H /DescendantFonts [ << /DW 1000 /W [ 1 [500 500] ] >> ] >>
	/F3 << /Subtype /Type0 /Encoding /KSCms-UHC-H /DescendantFonts [ << /DW 1000 >> ] >>
	/F4 << /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [ << /DW 1000 >> ] /ToUnicode 4 0 R >>
	/F5 << /Subtype /Type1 /FontDescriptor << /FontFile 5 0 R >> >> >>`

const toUnicode = `1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0007> <B09CBC29> endbfchar
	2 beginbfrange <0001> <0002> <B530> <0003> <0004> [ <B73B> <D558> ] endbfrange`

// fontProgram is the head of a Type 1 font.
const fontProgram = "%!PS-AdobeFont-1.0\n/Encoding 256 array\ndup 1 /O put\ndup 2 /k put\nreadonly def\neexec"

func makeFontsPDF(*testing.T) []byte {
	content := "BT /F1 10 Tf 72 700 Td (of\\002 \\001re, ) Tj [(stove) -300 (warm)] TJ ET\n" +
		"BT /F2 20 Tf 72 760 Td " + hexOf(utf16BE("온돌 제목")) + " Tj ET\n" +
		"BT /F3 10 Tf 72 688 Td " + hexOf(inCP949("똠방각하는 구들이다.")) + " Tj ET\n" +
		"BT /F4 10 Tf 1 0 0 1 72 660 Tm <000100030004> Tj 100 0 Td <0007> Tj 0 -12 Td <0001> Tj ET\n" +
		"/Artifact BMC BT /F1 10 Tf 72 20 Td (footer) Tj ET EMC\n" +
		"BT /F5 10 Tf 72 600 Td (\\001\\002) Tj ET"
	return makePDF(
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R 7 0 R 2 0 R ] /Resources << /Font "+pdfFonts+" /XObject << /Im 9 0 R >> >> >>",
		"<< /Type /Page /Contents [ 6 0 R ] >>",
		pdfStreamOf("", toUnicode),
		pdfStreamOf("", fontProgram),
		pdfStreamOf("/Filter /FlateDecode", deflated(content)),
		"<< /Type /Page /Contents 8 0 R >>",
		pdfStreamOf("", "q 1 0 0 1 0 0 cm /Im Do Q"),
		pdfStreamOf("/Subtype /Image", "xx"),
	)
}

// makeObjectStreamPDF keeps all objects but streams in an object stream, with a
// predictor.
func makeObjectStreamPDF(*testing.T) []byte {
	first := "1 0 2 34 3 70 "
	body := fmt.Sprintf("%-34s%-36s%s", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [ 3 0 R ] >>",
		"<< /Contents 10 0 R /Resources << /Font << /F << /Subtype /Type1 >> >> >> >>")
	plain := first + body
	plain += strings.Repeat(" ", (16-len(plain)%16)%16)
	var rows strings.Builder
	for i := 0; i < len(plain); i += 16 { // PNG "up"
		rows.WriteByte(2)
		for k := range 16 {
			up := byte(0)
			if i > 0 {
				up = plain[i-16+k]
			}
			rows.WriteByte(plain[i+k] - up)
		}
	}
	objects := pdfStreamOf(fmt.Sprintf("/Type /ObjStm /N 3 /First %d /Filter [ /FlateDecode ] /DecodeParms [ << /Predictor 12 /Columns 16 >> ]", len(first)),
		deflated(rows.String()))
	var page strings.Builder
	y := 700
	for _, line := range []string{"This paragraph was hy-", "phenated at its margin."} {
		fmt.Fprintf(&page, "BT /F 10 Tf 72 %d Td (%s) Tj ET\n", y, line)
		y -= 12
	}
	return []byte("%PDF-1.5\n9 0 obj " + objects + " endobj\n10 0 obj " + pdfStreamOf("", page.String()) +
		" endobj\n11 0 obj " + pdfStreamOf("/Type /XRef /Root 1 0 R", "") + " endobj\n")
}

// columnLine is a line of running text, different on each page.
func columnLine(page, column, line int) string {
	return strings.Repeat(string(rune('a'+page)), 6) + fmt.Sprintf(" column %d line %d of a text that runs.", column, line)
}

// makeColumnsPDF has three pages of two columns under a running head.
func makeColumnsPDF(*testing.T) []byte {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [ 3 0 R 5 0 R 7 0 R ] /Resources << /Font << /F << /Subtype /Type1 >> >> >> >>"}
	for page := range 3 {
		var b strings.Builder
		fmt.Fprintf(&b, "BT /F 10 Tf 72 780 Td (Running head %d) Tj ET\n", page+1)
		for line := range 4 {
			for column := range 2 {
				fmt.Fprintf(&b, "BT /F 10 Tf %d %d Td (%s) Tj ET\n", 72+240*column, 700-12*line, columnLine(page, column, line))
			}
		}
		objects = append(objects, fmt.Sprintf("<< /Contents %d 0 R >>", len(objects)+2), pdfStreamOf("", b.String()))
	}
	return makePDF(objects...)
}

// makeTurnedPDF has text in several directions, and a page that is turned.
func makeTurnedPDF(*testing.T) []byte {
	return makePDF("<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Kids [ 3 0 R 5 0 R ] /Resources << /Font << /F << /Subtype /Type1 >> >> >> >>",
		"<< /Contents 4 0 R >>",
		pdfStreamOf("", "BT /F 10 Tf 0 1 -1 0 200 72 Tm (The table is wide.) Tj ET BT /F 10 Tf 0 1 -1 0 212 72 Tm (It lies on its side.) Tj ET\n"+
			"BT /F 10 Tf 72 740 Td (Note at the margin) Tj ET BT /F 10 Tf 0.8 0.6 -0.6 0.8 300 300 Tm (DRAFT) Tj ET\n"+
			"BT /F 10 Tf -1 0 0 -1 300 300 Tm (Upside down) Tj ET"),
		"<< /Contents 6 0 R /Rotate -270 >>",
		pdfStreamOf("", "BT /F 10 Tf 0 1 -1 0 200 72 Tm (Upright on a turned page) Tj ET BT /F 10 Tf 0 1 -1 0 250 72 Tm (and below it) Tj ET"))
}

// makeDrawnPDF has text that stands for other text, text of a form and of a field.
func makeDrawnPDF(*testing.T) []byte {
	return makePDF("<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Kids [ 3 0 R ] /Resources << /Font << /F << /Subtype /Type1 >> /F2 << /Subtype /Type0 /Encoding /UniKS-UCS2-H >> >>"+
			" /Properties << /P << /ActualText <FEFF0020> >> >> /XObject << /X 5 0 R >> >> >>",
		"<< /Contents 4 0 R /Annots [ << /Subtype /Widget /Rect [ 72 100 200 120 ] /AS /On /AP << /N << /On 6 0 R /Off 5 0 R >> >> >>"+
			" << /Subtype /Widget /F 2 /Rect [ 72 80 200 90 ] /AP << /N 6 0 R >> >> << /Subtype /Link /Rect [ 0 0 9 9 ] >> ] >>",
		pdfStreamOf("", "BT /F 10 Tf 72 700 Td (the o) Tj /Span << /ActualText (ffi) >> BDC (\\001) Tj (\\002) Tj EMC (ce) Tj /Span /P BDC (x) Tj EMC /F2 10 Tf <BC29> Tj\n"+
			"/Span /P BDC <0001> Tj EMC <C548> Tj ET BT /F 10 Tf 72 600 Td (so\\255ft\\255) Tj 0 -12 Td (ly) Tj ET q 1 0 0 1 0 -100 cm /X Do Q"),
		pdfStreamOf("/Subtype /Form /Matrix [ 2 0 0 2 0 0 ]", "BT /F 5 Tf 36 300 Td (from a form) Tj ET"),
		pdfStreamOf("/Subtype /Form /BBox [ 10 10 138 30 ] /Resources << /Font << /G << /Subtype /Type1 >> >> >>", "BT /G 10 Tf 12 14 Td (filled in) Tj ET"))
}

// makeKorea1PDF shows the characters of Adobe-Korea1 by number, and Latin letters
// half an em wide.
func makeKorea1PDF(*testing.T) []byte {
	return makePDF("<< /Type /Catalog /Pages 2 0 R >>",
		`<< /Kids [ 3 0 R ] /Resources << /Font <<
		/F << /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [ << /CIDSystemInfo << /Ordering (Korea1) >> >> ] >>
		/G << /Subtype /Type0 /Encoding /KSCms-UHC-HW-H /DescendantFonts [ << /W [ 8094 8190 500 ] >> ] >> >> >> >>`,
		"<< /Contents 4 0 R >>",
		pdfStreamOf("", fmt.Sprintf("BT /F 10 Tf 72 700 Td <%04X0001%04X0001%04X> Tj ET ", 1086, 18154, 3436)+
			"BT /G 10 Tf 72 600 Td (K8s) Tj 15 0 Td "+hexOf(inCP949("를"))+" Tj 14 0 Td "+hexOf(inCP949("쓴다"))+" Tj ET"))
}

// lzwOf packs data as LZW, whose codes may grow early.
func lzwOf(data string, early bool) []byte {
	var out []byte
	bits, n, width, ahead := 0, 0, 9, 0
	if early {
		ahead = 1
	}
	put := func(code int) {
		bits, n = bits<<width|code, n+width
		for n >= 8 {
			out = append(out, byte(bits>>(n-8)))
			n -= 8
			bits &= 1<<n - 1
		}
	}
	put(256)
	table := map[string]int{}
	code := func(s string) (int, bool) {
		if len(s) == 1 {
			return int(s[0]), true
		}
		c, ok := table[s]
		return c, ok
	}
	for len(data) > 0 {
		k := 1
		for k < len(data) {
			if _, ok := code(data[:k+1]); !ok {
				break
			}
			k++
		}
		c, _ := code(data[:k])
		put(c)
		if k < len(data) {
			table[data[:k+1]] = 258 + len(table)
		}
		data = data[k:]
		switch next := 258 + len(table); {
		case next == 4095:
			put(256)
			clear(table)
			width = 9
		case next+ahead > 1<<width:
			width++
		}
	}
	put(257)
	put(0)
	return out
}

func TestLZW(t *testing.T) {
	var b strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&b, "%d Td (온돌) Tj\n", i*i%1000)
	}
	plain := b.String()
	var sound bytes.Buffer
	w := lzw.NewWriter(&sound, lzw.MSB, 8)
	w.Write([]byte(plain))
	w.Close()
	for name, c := range map[string]struct {
		packed []byte
		early  bool
	}{
		"compress/lzw": {sound.Bytes(), false}, "late": {lzwOf(plain, false), false}, "early": {lzwOf(plain, true), true},
	} {
		f := &pdfFile{left: maxInflated}
		got, err := f.lzw(c.packed, c.early)
		if err != nil || string(got) != plain {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(plain), err)
		}
		if f.left != maxInflated-len(plain) {
			t.Errorf("%s: %d bytes were counted", name, maxInflated-f.left)
		}
	}
	// The example of 7.4.4.2.
	got, err := (&pdfFile{left: 100}).lzw([]byte("\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01"), true)
	if want := "-----A---B"; string(got) != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if _, err := (&pdfFile{left: 1000}).lzw(sound.Bytes(), false); err != errBomb {
		t.Errorf("a bomb: %v", err)
	}
}

// The filters that old programs use, one after the other.
func TestPDFFilters(t *testing.T) {
	const plain = "BT /F 10 Tf 72 700 Td (packed text) Tj ET"
	before, after, _ := strings.Cut(plain, "00")
	run := string(rune(len(before)-1)) + before + "\xFF0" + string(rune(len(after)-1)) + after + "\x80"
	lzw85 := make([]byte, ascii85.MaxEncodedLen(1000))
	lzw85 = lzw85[:ascii85.Encode(lzw85, lzwOf(plain, true))]
	for filter, data := range map[string]string{
		"/RunLengthDecode": run, "[ /A85 /LZW ]": string(lzw85) + "~>", "[ /ASCIIHexDecode ]": fmt.Sprintf("%X>", plain),
		"/LZWDecode /DecodeParms << /EarlyChange 0 >>": string(lzwOf(plain, false)),
	} {
		got, err := Extract(index.Input{ID: "a.pdf", Data: makePDF("<< /Type /Catalog /Pages 2 0 R >>",
			"<< /Kids [ 3 0 R ] /Resources << /Font << /F << /Subtype /Type1 >> >> >> >>", "<< /Contents 4 0 R >>",
			pdfStreamOf("/Filter "+filter, data))})
		if err != nil || got.Body != "packed text" {
			t.Errorf("%s: %q, %v", filter, got.Body, err)
		}
	}
}

func init() {
	var columns []string
	for page := range 3 {
		for column := range 2 {
			var b []string
			for line := range 4 {
				b = append(b, columnLine(page, column, line))
			}
			columns = append(columns, strings.Join(b, " "))
		}
	}
	goldens = append(goldens, golden{
		id: "turned.pdf", data: makeTurnedPDF, title: "Ondol (é)",
		body: "The table is wide. It lies on its side.\n\nNote at the margin\n\nUpside down\n\nDRAFT\n\nUpright on a turned page\n\nand below it", pages: "page 1, page 2",
	}, golden{
		id: "drawn.pdf", data: makeDrawnPDF, title: "Ondol (é)",
		body: "the office 방 안\n\nsoftly\n\nfrom a form\n\nfilled in", pages: "page 1",
	}, golden{
		id: "korea1.pdf", data: makeKorea1PDF, title: "Ondol (é)", body: "가 힣 伽\n\nK8s를 쓴다", pages: "page 1",
	}, golden{
		id: "fonts.pdf", data: makeFontsPDF, title: "Ondol (é)",
		body:    "온돌 제목\n\nofé fire, stove warm 똠방각하는 구들이다.\n\n따뜻하 | 난방\n\n따\n\nOk\n\n",
		outline: "# 온돌 제목\n", pages: "page 1, page 2 (image)",
	}, golden{
		id: "objects.pdf", data: makeObjectStreamPDF, title: "objects.pdf",
		body: "This paragraph was hyphenated at its margin.", pages: "page 1",
	}, golden{
		id: "columns.pdf", data: makeColumnsPDF, title: "Ondol (é)", body: strings.Join(columns, "\n\n"), pages: "page 1, page 2, page 3",
	})
}

func TestPDFThatIsRefused(t *testing.T) {
	image := makePDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [ 3 0 R ] >>",
		"<< /Contents 4 0 R /Resources << /XObject << /I << /Subtype /Image >> >> >> >>", pdfStreamOf("", "/I Do"))
	locked, err := os.ReadFile("testdata/locked.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for want, data := range map[string][]byte{
		"with a password": locked,
		"encrypted":       bytes.Replace(makeFontsPDF(t), []byte("/Root 1 0 R"), []byte("/Encrypt << >> /Root 1 0 R"), 1),
		"OCR":             image,
		"no pages":        []byte("%PDF-1.4\n1 0 obj << >> endobj"),
		"no text":         makePDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [ ] >>"),
	} {
		_, err := Extract(index.Input{ID: "a.pdf", Data: data})
		if !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// Files made to take long must not.
func TestPDFIsBounded(t *testing.T) {
	repeat := func(s string) []byte { return []byte("%PDF-1.4\n" + strings.Repeat(s, 1<<18/len(s))) }
	loop := makePDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [ 3 0 R ] >>",
		"<< /Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >> >>",
		pdfStreamOf("/Subtype /Form", strings.Repeat("/F Do ", 100)))
	for name, data := range map[string][]byte{
		"open dictionaries": repeat("1 0 obj<<"), "open arrays": repeat("["), "nested arrays": repeat("1 0 obj["),
		"open streams": repeat("1 0 obj<<>>stream "), "trailers": repeat("trailer<<"), "words": repeat("obj "), "form in itself": loop,
	} {
		began := time.Now()
		Extract(index.Input{ID: "a.pdf", Format: "pdf", Data: data})
		if d := time.Since(began); d > time.Minute {
			t.Errorf("%s took %v", name, d)
		}
	}
}
