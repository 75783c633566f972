//go:build !lean

package extract

import (
	"bytes"
	"errors"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "pdf", extensions: []string{".pdf"}, sniff: isPDF, read: readPDF})
}

func isPDF(data []byte) bool { return bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) }

// Bounds of a document: its pages, what they draw, the forms among that, which may
// draw others, and the texts. What is beyond is not read.
const (
	maxPages     = 20000
	maxOperators = 20 << 20
	maxForms     = 20000
	maxRuns      = 2 << 20
	maxPageRuns  = 100_000
)

// readPDF reads the text of a PDF (ISO 32000-1) in reading order. A page that
// only shows an image is kept as an empty page, labelled so.
func readPDF(in index.Input) (index.Text, error) {
	f, err := openPDF(in.Data)
	switch {
	case errors.Is(err, errPDFPassword):
		return index.Text{}, bad(in, "it is locked with a password: open it with the password and save it without one")
	case errors.Is(err, errPDFHandler):
		return index.Text{}, bad(in, "it is encrypted in a way that is not read (%v): save it without a password or restrictions", err)
	}
	if err != nil {
		return index.Text{}, err
	}
	p := pdfPage{file: f, fonts: map[pdfRef]*pdfFont{}, left: maxOperators, forms: maxForms, texts: maxRuns}
	var pages [][]pdfLine
	var labels []string
	images := 0
	for page := range f.pages() {
		p.runs, p.images = nil, 0
		p.run(f.contents(page["Contents"]), f.dict(page["Resources"]), rotation(int(f.number(page["Rotate"]))), 0)
		p.annotations(page["Annots"], rotation(int(f.number(page["Rotate"]))))
		pages = append(pages, inTurn(p.runs))
		labels = append(labels, pageLabel(len(pages)))
		if len(p.runs) == 0 && p.images > 0 {
			labels[len(labels)-1] += " (image)"
			images++
		}
	}
	if images > 0 && images == len(pages) {
		return index.Text{}, bad(in, "its %d pages are images: run text recognition (OCR) on it first", images)
	}
	style := styleOf(pages)
	dropRunning(pages, style.body)
	var b builder
	b.text.Title = oneLine(pdfText(f.str(f.dict(f.trailer["Info"])["Title"])))
	for i, ls := range pages {
		b.page(labels[i])
		style.write(&b, ls)
	}
	t := b.done()
	if n := strings.Count(t.Body, "\ufffd"); n > 0 && n*3 > len([]rune(t.Body)) {
		return index.Text{}, bad(in, "its fonts do not say which characters they show: print it to PDF again, or run text recognition (OCR)")
	}
	return t, nil
}

// pages yields the pages in order, with what they inherit.
func (f *pdfFile) pages() func(yield func(pdfDict) bool) {
	return func(yield func(pdfDict) bool) {
		seen := map[pdfRef]bool{}
		n := 0
		var walk func(v any, inherited pdfDict, depth int) bool
		walk = func(v any, inherited pdfDict, depth int) bool {
			if id, ok := v.(pdfRef); ok {
				if seen[id] {
					return true
				}
				seen[id] = true
			}
			d := f.dict(v)
			if d == nil || depth > maxPDFDepth {
				return true
			}
			node := pdfDict{"Contents": d["Contents"], "Annots": d["Annots"]}
			for _, k := range []pdfName{"Resources", "Rotate"} {
				if node[k] = d[k]; node[k] == nil {
					node[k] = inherited[k]
				}
			}
			kids, ok := f.get(d["Kids"]).([]any)
			if !ok {
				n++
				return n <= maxPages && yield(node)
			}
			for _, kid := range kids {
				if !walk(kid, node, depth+1) {
					return false
				}
			}
			return true
		}
		walk(f.dict(f.trailer["Root"])["Pages"], nil, 0)
	}
}

// contents joins the streams of a page.
func (f *pdfFile) contents(v any) []byte {
	list, ok := f.get(v).([]any)
	if !ok {
		return f.bytes(v)
	}
	var b []byte
	for _, v := range list {
		b = append(append(b, f.bytes(v)...), '\n')
		if len(b) > maxInflated {
			break
		}
	}
	return b
}

// pdfText decodes a text string (7.9.2.2).
func pdfText(s string) string {
	switch {
	case strings.HasPrefix(s, "\xfe\xff"):
		return decodeUTF16([]byte(s[2:]), true)
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return strings.ToValidUTF8(s[3:], "\ufffd")
	}
	return string(latin1(s))
}

// latin1 stands in for PDFDocEncoding, which differs in rare punctuation only.
func latin1(s string) []rune {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return r
}
