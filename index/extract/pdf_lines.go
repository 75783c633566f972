//go:build !lean

package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// pdfLine is a line of text, or the cells of a row.
type pdfLine struct {
	x, y, end, size float64
	turn            int // as of its runs
	text            string
	row             bool // cells, parted by wide gaps
	spaced          bool // it ends in a space
}

// lines gathers runs on one baseline.
func lines(runs []pdfRun) []pdfLine {
	sorted := sortedRuns(runs, func(a, b pdfRun) bool { return a.y > b.y })
	var all []pdfLine
	for len(sorted) > 0 {
		n, y, size := 1, sorted[0].y, sorted[0].size
		for n < len(sorted) && y-sorted[n].y < 0.4*max(size, sorted[n].size) {
			size = max(size, sorted[n].size)
			n++
		}
		if l := joinRuns(sorted[:n]); l.text != "" {
			all = append(all, l)
		}
		sorted = sorted[n:]
	}
	return all
}

// joinRuns makes a line. A gap is a space; a wide one parts the cells of a row.
func joinRuns(runs []pdfRun) pdfLine {
	runs = sortedRuns(runs, func(a, b pdfRun) bool { return a.x < b.x })
	l := pdfLine{x: runs[0].x, y: runs[0].y, end: runs[0].x, turn: runs[0].turn}
	var b strings.Builder
	for i, r := range runs {
		if i > 0 && r == runs[i-1] {
			continue // shown twice to look bold
		}
		if space := strings.TrimSpace(r.text) == ""; space && b.Len() == 0 {
			continue
		} else if !space {
			l.size = max(l.size, r.size)
		}
		switch gap := r.x - l.end; {
		case b.Len() == 0:
			l.x = r.x
		case gap > 1.5*r.size:
			b.WriteString(" | ")
			l.row = true
		case gap > blank(b.String(), r.text)*r.size && !strings.HasSuffix(b.String(), " "):
			b.WriteByte(' ')
		}
		b.WriteString(r.text)
		l.end = max(l.end, r.end)
	}
	l.text = b.String()
	l.spaced = strings.HasSuffix(l.text, " ")
	if strings.ContainsFunc(l.text, presentation) {
		l.text = norm.NFKC.String(l.text)
	}
	l.text = oneLine(l.text)
	if text, ok := strings.CutSuffix(l.text, softHyphen); ok {
		l.text = text + "-"
	}
	l.text = strings.ReplaceAll(l.text, softHyphen, "")
	return l
}

// blank is how wide a gap between two texts is that stands for a space, in ems.
// Word processors set Korean apart from digits and Latin by a part of an em that
// nobody typed.
func blank(before, after string) float64 {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	if hangul(last) && alphanumeric(first) || alphanumeric(last) && hangul(first) {
		return 0.27
	}
	return 0.17
}

// softHyphen is shown at the end of a line alone.
const softHyphen = "\u00ad"

func alphanumeric(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// presentation reports whether a rune is a ligature or a radical that a font
// stands in for letters: ﬁ, ⼈.
func presentation(r rune) bool { return r >= 0xFB00 && r <= 0xFB06 || r >= 0x2E80 && r <= 0x2FDF }
