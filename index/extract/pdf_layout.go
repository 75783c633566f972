//go:build !lean

package extract

import (
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// pdfLine is a line of text, or the cells of a row.
type pdfLine struct {
	x, y, end, size float64
	text            string
	row             bool // cells, parted by wide gaps
	spaced          bool // it ends in a space
}

// maxCuts bounds how often a page is cut in two.
const maxCuts = 40

// readingOrder returns the lines of a page: columns one after the other, each
// from its top down (a recursive X-Y cut: Nagy and Seth, 1984).
func readingOrder(runs []pdfRun, cuts int) []pdfLine {
	if len(runs) == 0 {
		return nil
	}
	if cuts < maxCuts {
		if x, ok := gutter(runs); ok {
			left, right := divide(runs, func(r pdfRun) bool { return (r.x+r.end)/2 < x })
			return append(readingOrder(left, cuts+1), readingOrder(right, cuts+1)...)
		}
		if y, ok := widestGap(runs); ok {
			above, below := divide(runs, func(r pdfRun) bool { return r.y > y })
			return append(readingOrder(above, cuts+1), readingOrder(below, cuts+1)...)
		}
	}
	return lines(runs)
}

func divide(runs []pdfRun, first func(pdfRun) bool) (a, b []pdfRun) {
	for _, r := range runs {
		if first(r) {
			a = append(a, r)
		} else {
			b = append(b, r)
		}
	}
	return a, b
}

// gutter finds a strip that no run crosses, between two columns of text. The
// columns of a table have such strips too, but their lines are short.
func gutter(runs []pdfRun) (float64, bool) {
	byX := sortedRuns(runs, func(a, b pdfRun) bool { return a.x < b.x })
	end := byX[0].end
	best, width := 0.0, 0.0
	for _, r := range byX[1:] {
		if gap := r.x - end; gap > width && gap > 0.8*r.size {
			if x := end + gap/2; column(runs, func(r pdfRun) bool { return r.end <= x }) && column(runs, func(r pdfRun) bool { return r.x >= x }) {
				best, width = x, gap
			}
		}
		end = max(end, r.end)
	}
	return best, width > 0
}

// column reports whether some runs are a column of running text: several lines,
// of which most are long and fill its width.
func column(all []pdfRun, in func(pdfRun) bool) bool {
	runs, _ := divide(all, in)
	if len(runs) == 0 {
		return false
	}
	ls := lines(runs)
	left, right := math.Inf(1), math.Inf(-1)
	for _, l := range ls {
		left, right = min(left, l.x), max(right, l.end)
	}
	full := 0
	for _, l := range ls {
		if !l.row && l.end-l.x > 0.7*(right-left) && utf8.RuneCountInString(l.text) >= 12 {
			full++
		}
	}
	return len(ls) >= 2 && full*2 >= len(ls)
}

// widestGap finds the widest blank between lines, if it is wider than a line.
func widestGap(runs []pdfRun) (float64, bool) {
	byY := sortedRuns(runs, func(a, b pdfRun) bool { return a.y > b.y })
	best, width := 0.0, 0.0
	for i := 1; i < len(byY); i++ {
		gap := byY[i-1].y - byY[i].y
		if size := max(byY[i-1].size, byY[i].size); gap > 2*size && gap > width*1.01 {
			best, width = byY[i].y+byY[i].size, gap
		}
	}
	return best, width > 0
}

// sortedRuns returns a stably sorted copy.
func sortedRuns(runs []pdfRun, less func(a, b pdfRun) bool) []pdfRun {
	runs = slices.Clone(runs)
	sort.SliceStable(runs, func(i, j int) bool { return less(runs[i], runs[j]) })
	return runs
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
	l := pdfLine{x: runs[0].x, y: runs[0].y, end: runs[0].x}
	var b strings.Builder
	for i, r := range runs {
		if i > 0 && r == runs[i-1] {
			continue // shown twice to look bold
		}
		if blank := strings.TrimSpace(r.text) == ""; blank && b.Len() == 0 {
			continue
		} else if !blank {
			l.size = max(l.size, r.size)
		}
		switch gap := r.x - l.end; {
		case b.Len() == 0:
			l.x = r.x
		case gap > 1.5*r.size:
			b.WriteString(" | ")
			l.row = true
		case gap > 0.17*r.size && !strings.HasSuffix(b.String(), " "):
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
	return l
}

// presentation reports whether a rune is a ligature or a radical that a font
// stands in for letters: ﬁ, ⼈.
func presentation(r rune) bool { return r >= 0xFB00 && r <= 0xFB06 || r >= 0x2E80 && r <= 0x2FDF }

// spacedLines reports whether lines that break between words end in a space, so
// that those without break within a word, as Korean may.
func spacedLines(pages [][]pdfLine) bool {
	spaced, all := 0, 0
	for _, ls := range pages {
		for _, l := range ls {
			if all++; l.spaced {
				spaced++
			}
		}
	}
	return spaced*10 > all
}

// writeLines writes the lines of a page: those of a paragraph joined, larger
// ones as headings.
func writeLines(b *builder, ls []pdfLine, body float64, spaced bool) {
	var para strings.Builder
	flush := func() {
		b.block(para.String())
		para.Reset()
	}
	for i, l := range ls {
		if i > 0 {
			p := ls[i-1]
			drop := p.y - l.y
			if drop < 0 || drop > 1.7*max(l.size, p.size) || math.Abs(l.size-p.size) > 0.15*body || l.row || p.row || bulleted(l.text) {
				flush()
			}
		}
		switch {
		case l.size > 1.15*body && !l.row && utf8.RuneCountInString(l.text) < 120:
			flush()
			level := 3
			if l.size > 1.35*body {
				level = 2
			}
			if l.size > 1.7*body {
				level = 1
			}
			b.heading(level, l.text)
			b.gap()
		case l.row:
			if i > 0 && !ls[i-1].row {
				b.gap()
			}
			b.line(l.text)
			if i+1 < len(ls) && !ls[i+1].row {
				b.gap()
			}
		default:
			joinLine(&para, l.text, spaced && i > 0 && !ls[i-1].spaced)
		}
	}
	flush()
}

func bulleted(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("•◦▪■□○●※·", r) || (r == '-' || r == '*') && len(s) > n && s[n] == ' '
}

// joinLine adds a line to a paragraph. A word that was hyphenated becomes whole,
// and so does a Korean one if the line before was cut within a word.
func joinLine(para *strings.Builder, line string, cut bool) {
	s := para.String()
	if s == "" {
		para.WriteString(line)
		return
	}
	first, _ := utf8.DecodeRuneInString(line)
	if stem, ok := strings.CutSuffix(s, "-"); ok {
		last, _ := utf8.DecodeLastRuneInString(stem)
		if unicode.IsLower(last) && unicode.IsLower(first) {
			para.Reset()
			para.WriteString(stem + line)
			return
		}
	}
	if last, _ := utf8.DecodeLastRuneInString(s); !cut || !hangul(last) || !hangul(first) {
		para.WriteByte(' ')
	}
	para.WriteString(line)
}

func hangul(r rune) bool { return 0xAC00 <= r && r <= 0xD7A3 }

// bodySize is the size of most letters.
func bodySize(pages [][]pdfLine) float64 {
	letters := map[float64]int{}
	best, most := 0.0, 0
	for _, ls := range pages {
		for _, l := range ls {
			size := math.Round(l.size*2) / 2
			letters[size] += len(l.text)
			if n := letters[size]; n > most || n == most && size < best {
				best, most = size, n
			}
		}
	}
	return best
}

// dropRunning takes away the first and last lines that repeat on most pages,
// numbers aside: running heads and page numbers. Headings stay.
func dropRunning(pages [][]pdfLine, body float64) {
	const edge = 2 // lines at the head and at the foot
	if len(pages) < 3 {
		return
	}
	count := map[string]int{}
	key := func(l pdfLine) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '#'
			}
			return r
		}, strings.ReplaceAll(l.text, " ", "")) + "@" + string(rune(int(math.Abs(l.y/4))&0xFFF+'a'))
	}
	atEdge := func(ls []pdfLine, y float64) bool {
		above, below := 0, 0
		for _, l := range ls {
			if l.y > y+1 {
				above++
			}
			if l.y < y-1 {
				below++
			}
		}
		return above < edge || below < edge
	}
	edges := make([][]bool, len(pages))
	for i, ls := range pages {
		if len(ls) > 2000 {
			continue
		}
		for _, l := range ls {
			e := atEdge(ls, l.y)
			edges[i] = append(edges[i], e)
			if e {
				count[key(l)]++
			}
		}
	}
	for i, ls := range pages {
		if edges[i] == nil {
			continue
		}
		kept := ls[:0:0]
		for k, l := range ls {
			if n := count[key(l)]; !edges[i][k] || l.size > 1.15*body || n < 3 || n*2 <= len(pages)-1 {
				kept = append(kept, l)
			}
		}
		pages[i] = kept
	}
}
