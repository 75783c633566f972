package extract

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// zipped makes an archive of parts: name, content, name, content.
func zipped(parts ...string) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			method := zip.Deflate
			if parts[i] == "mimetype" {
				method = zip.Store
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(parts[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
}

const core = `<cp:coreProperties><dc:title>온돌 보고서</dc:title></cp:coreProperties>`

func init() {
	goldens = append(goldens, golden{
		id: "report.docx",
		data: zipped("docProps/core.xml", core,
			"word/styles.xml", `<w:styles><w:style w:styleId="a3"><w:name w:val="heading 1"/></w:style>
				<w:style w:styleId="b"><w:name w:val="My"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>`,
			"word/document.xml", `<?xml version="1.0"?><w:document><w:body>
				<w:p><w:pPr><w:pStyle w:val="a3"/></w:pPr><w:r><w:t>난방</w:t></w:r></w:p>
				<w:p><w:r><w:t xml:space="preserve">바닥을 </w:t></w:r><w:r><w:t>데운다 &amp; 말린다.</w:t></w:r><w:del><w:delText>gone</w:delText></w:del></w:p>
				<w:p><w:r><w:lastRenderedPageBreak/><w:t>둘째 쪽.</w:t></w:r></w:p>
				<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:t>표</w:t></w:r></w:p>
				<w:tbl><w:tr><w:tc><w:p><w:r><w:t>이름</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>값</w:t></w:r></w:p></w:tc></w:tr>
				<w:tr><w:tc><w:p><w:r><w:t>가</w:t></w:r></w:p><w:p><w:r><w:t>나</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>속</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>
				<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>하나</w:t></w:r></w:p><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>둘</w:t></w:r></w:p>
				<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
				</w:body></w:document>`),
		title:   "온돌 보고서",
		body:    "난방\n\n바닥을 데운다 & 말린다.\n\n둘째 쪽.\n\n표\n\n이름 | 값\n가 나 | 속\n\n- 하나\n- 둘\n\nbox",
		outline: "# 난방\n## 표\n",
		pages:   "page 1, page 2",
	}, golden{
		id: "talk.pptx",
		data: zipped(
			"ppt/presentation.xml", `<p:presentation><p:sldIdLst><p:sldId id="257" r:id="rId9"/><p:sldId id="256" r:id="rId2"/></p:sldIdLst></p:presentation>`,
			"ppt/_rels/presentation.xml.rels", `<Relationships><Relationship Id="rId2" Target="slides/slide1.xml"/><Relationship Id="rId9" Target="/ppt/slides/slide2.xml"/></Relationships>`,
			"ppt/slides/slide2.xml", `<p:sld><p:sp><p:nvPr><p:ph type="ctrTitle"/></p:nvPr><p:txBody><a:p><a:r><a:t>온돌</a:t></a:r></a:p></p:txBody></p:sp>
				<p:sp><p:txBody><a:p><a:r><a:t>바닥</a:t></a:r><a:r><a:t> 난방</a:t></a:r></a:p><a:p><a:r><a:t>구들</a:t></a:r></a:p></p:txBody></p:sp>
				<p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><p:txBody><a:p><a:t>1</a:t></a:p></p:txBody></p:sp></p:sld>`,
			"ppt/slides/_rels/slide2.xml.rels", `<Relationships><Relationship Id="rId1" Target="../notesSlides/notesSlide1.xml"/></Relationships>`,
			"ppt/notesSlides/notesSlide1.xml", `<p:notes><p:sp><p:txBody><a:p><a:t>말할 것</a:t></a:p></p:txBody></p:sp></p:notes>`,
			"ppt/slides/slide1.xml", `<p:sld><a:tbl><a:tr><a:tc><a:txBody><a:p><a:t>a</a:t></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:t>b</a:t></a:p></a:txBody></a:tc></a:tr></a:tbl></p:sld>`),
		title:   "온돌",
		body:    "온돌\n\n바닥 난방\n구들\n\n말할 것\n\na | b",
		outline: "# 온돌\n",
		pages:   "slide 1, slide 2",
	}, golden{
		id: "budget.xlsx",
		data: zipped(
			"xl/workbook.xml", `<workbook><sheets><sheet name="예산" sheetId="1" r:id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/sharedStrings.xml", `<sst><si><t>항목</t></si><si><r><t>금</t></r><r><t>액</t></r><rPh><t>kin</t></rPh></si></sst>`,
			"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;년&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
			"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
				<row r="40"><c r="A40" t="inlineStr"><is><t>연료</t></is></c><c r="B40"><v>1200.5</v></c><c r="D40" s="1"><v>45292</v></c></row>
				<row r="41"><c r="B41" t="b"><v>1</v></c><c r="C41" t="str"><f>A1</f><v>x</v></c><c r="D41" s="2"><v>45292.5</v></c><c r="E41" t="s"><v>99</v></c></row></sheetData></worksheet>`),
		title:   "예산",
		body:    "예산\n\n항목 | 금액\n\n40 | 연료 | 1200.5 |  | 2024-01-01\n41 |  | TRUE | x | 2024-01-01 12:00",
		outline: "# 예산\n## 항목 | 금액\n",
		pages:   "sheet 예산",
	}, golden{
		id: "book.epub",
		data: zipped("mimetype", "application/epub+zip",
			"META-INF/container.xml", `<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>`,
			"OEBPS/a.opf", `<package><metadata><dc:title>온돌 책</dc:title></metadata><manifest><item id="nav" properties="nav" href="nav.xhtml"/>
				<item id="c1" href="text/c%201.xhtml"/><item id="c2" href="text/c2.xhtml"/></manifest>
				<spine><itemref idref="nav"/><itemref idref="c2"/><itemref idref="c1"/></spine></package>`,
			"OEBPS/nav.xhtml", `<html><body>contents</body></html>`,
			"OEBPS/text/c 1.xhtml", `<html><head><title>x</title></head><body><h1>둘째 장</h1><p>끝.</p></body></html>`,
			"OEBPS/text/c2.xhtml", `<html><body><h1>첫 장</h1><p>처음.</p></body></html>`),
		title:   "온돌 책",
		body:    "첫 장\n\n처음.\n\n둘째 장\n\n끝.",
		outline: "# 첫 장\n# 둘째 장\n",
	}, golden{
		id: "letter.hwpx",
		data: zipped("mimetype", "application/hwp+zip",
			"Contents/content.hpf", `<opf:package><opf:metadata><opf:title>편지</opf:title></opf:metadata></opf:package>`,
			"Contents/header.xml", `<hh:head><hh:paraPr id="3"><hh:heading type="OUTLINE" idRef="0" level="1"/></hh:paraPr><hh:style id="2" name="개요 1" engName="Outline 1"/>
				<hh:charPr id="7"><hh:bold/></hh:charPr><hh:borderFill id="4"><hc:fillBrush><hc:winBrush faceColor="#D9D9D9"/></hc:fillBrush></hh:borderFill></hh:head>`,
			"Contents/section0.xml", `<hs:sec><hp:p paraPrIDRef="0" styleIDRef="2"><hp:run><hp:t>제목</hp:t></hp:run><hp:linesegarray><hp:lineseg vertpos="0"/></hp:linesegarray></hp:p>
				<hp:p paraPrIDRef="0" styleIDRef="0"><hp:run><hp:t>온돌은<hp:tab width="1"/>따뜻하다.</hp:t></hp:run><hp:linesegarray><hp:lineseg vertpos="1600"/><hp:lineseg vertpos="3200"/></hp:linesegarray></hp:p>
				<hp:p paraPrIDRef="3" styleIDRef="0"><hp:run><hp:t>작은 제목</hp:t></hp:run><hp:linesegarray><hp:lineseg vertpos="0"/></hp:linesegarray></hp:p>
				<hp:p paraPrIDRef="0" styleIDRef="0"><hp:run><hp:t>표 앞</hp:t><hp:tbl><hp:tr><hp:tc><hp:subList><hp:p><hp:run><hp:t>가</hp:t></hp:run></hp:p></hp:subList></hp:tc>
				<hp:tc><hp:subList><hp:p><hp:run><hp:t>나</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr></hp:tbl><hp:t>표 뒤</hp:t></hp:run></hp:p></hs:sec>`,
			"Contents/section1.xml", `<hs:sec><hp:p><hp:run><hp:t>끝</hp:t><hp:tbl><hp:tr><hp:tc header="1"><hp:p><hp:t>다</hp:t></hp:p></hp:tc>
				<hp:tc borderFillIDRef="4"><hp:p><hp:t>라</hp:t></hp:p></hp:tc><hp:tc><hp:p><hp:run charPrIDRef="7"><hp:t>마</hp:t></hp:run></hp:p></hp:tc></hp:tr>
				<hp:tr><hp:tc><hp:p><hp:run><hp:t>1</hp:t></hp:run></hp:p></hp:tc><hp:tc><hp:p><hp:t>2</hp:t></hp:p><hp:cellSpan colSpan="2" rowSpan="1"/></hp:tc></hp:tr></hp:tbl></hp:run></hp:p></hs:sec>`),
		title:   "편지",
		body:    "제목\n\n온돌은 따뜻하다.\n\n작은 제목\n\n표 앞\n\n가 | 나\n\n표 뒤\n\n끝\n\n| 다 | 라 | 마 |\n| --- | --- | --- |\n| 1 | 2 |  |",
		outline: "# 제목\n## 작은 제목\n",
		pages:   "page 1, page 2",
	})
}

// XML that no program writes is read as far as it goes.
func TestDamagedXML(t *testing.T) {
	const book = `<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>`
	const links = `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>`
	for _, c := range []struct{ id, body, want string }{
		{"a.docx", "<w:p><w:r><w:t>ondol \xb0\xff warm</w:t></w:r></w:p>", "ondol \ufffd warm"},
		{"a.xlsx", "<row r=\"1\"><v>1</v></c><c><v>2</v></c></row>", "S\n\n2"},
	} {
		got, err := Extract(index.Input{ID: c.id, Format: c.id[2:], Data: zipped("word/document.xml", c.body,
			"xl/workbook.xml", book, "xl/_rels/workbook.xml.rels", links, "xl/worksheets/sheet1.xml", c.body)(t)})
		if err != nil || strings.TrimSpace(got.Body) != c.want {
			t.Errorf("%s: %q, %v", c.id, got.Body, err)
		}
		check(t, got)
	}
}

// stored is an archive with its parts as they are: fuzzing changes what they say.
func stored(t testing.TB, data []byte) []byte {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return data
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchivesThatAreRefused(t *testing.T) {
	sound := zipped("word/document.xml", "<w:p><w:t>x</w:t></w:p>")(t)
	encrypted := bytes.Clone(sound)
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"old.docx", []byte("\xd0\xcf\x11\xe0"), "without a password"},
		{"cut.docx", sound[:len(sound)-30], "damaged"},
		{"other.docx", []byte("plain"), "damaged"},
		{"encrypted.docx", encrypted, "encrypted"},
		{"bomb.docx", zipped("word/document.xml", strings.Repeat("\x00", maxInflated+1))(t), "inflates to more than"},
	} {
		_, err := Extract(index.Input{ID: c.name, Data: c.data})
		if !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not say %q", c.name, err, c.want)
		}
	}
}
