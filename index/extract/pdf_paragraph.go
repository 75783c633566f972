//go:build !lean

package extract

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// headingSize is how many times larger than the body a heading is set at least.
const headingSize = 1.15

// pdfStyle is how a document is set.
type pdfStyle struct {
	body  float64 // size of most letters
	pitch float64 // from one baseline to the next within a paragraph; 0 if unknown
	words *koreanWords
}

func styleOf(pages [][]pdfLine) pdfStyle {
	s := pdfStyle{body: bodySize(pages)}
	s.pitch = mostly(func(note func(value float64, n int)) {
		for _, ls := range pages {
			for i := 1; i < len(ls); i++ {
				drop := ls[i-1].y - ls[i].y
				if ls[i].size <= headingSize*s.body && drop > 0.8*s.body && drop < 2.5*s.body {
					note(drop, 1)
				}
			}
		}
	})
	s.words = wordsOf(pages, s.body)
	return s
}

// bodySize is the size of most letters.
func bodySize(pages [][]pdfLine) float64 {
	return mostly(func(note func(value float64, n int)) {
		for _, ls := range pages {
			for _, l := range ls {
				note(l.size, len(l.text))
			}
		}
	})
}

// mostly is the value, to the half point, that is noted most often.
func mostly(each func(note func(value float64, n int))) (best float64) {
	count := map[float64]int{}
	most := 0
	each(func(value float64, n int) {
		value = math.Round(value*2) / 2
		count[value] += n
		if n := count[value]; n > most || n == most && value < best {
			best, most = value, n
		}
	})
	return best
}

// write writes the lines of a page: those of a paragraph joined, larger ones as
// headings.
func (s pdfStyle) write(b *builder, ls []pdfLine) {
	var para strings.Builder
	var first pdfLine // of the open paragraph
	flush := func() {
		if r, n := utf8.DecodeRuneInString(para.String()); bullet(r) {
			b.item(para.String()[n:])
		} else {
			b.block(para.String())
		}
		para.Reset()
	}
	for i, l := range ls {
		if i > 0 && (s.breaks(first, ls[i-1], l) || forced(ls, i)) {
			flush()
		}
		switch {
		case l.size > headingSize*s.body && !l.row && utf8.RuneCountInString(l.text) < 120:
			flush()
			b.heading(s.level(l.size), l.text)
			b.gap()
		case l.row:
			if i > 0 && !ls[i-1].row {
				b.gap()
			}
			b.line(l.text)
			if i+1 < len(ls) && !ls[i+1].row {
				b.gap()
			}
		case para.Len() == 0:
			first = l
			para.WriteString(l.text)
		default:
			s.join(&para, ls[i-1], l)
		}
	}
	flush()
}

func (s pdfStyle) level(size float64) int {
	switch {
	case size > 1.7*s.body:
		return 1
	case size > 1.35*s.body:
		return 2
	}
	return 3
}

// breaks reports whether line l begins a paragraph after p, where the open one
// began with the first.
func (s pdfStyle) breaks(first, p, l pdfLine) bool {
	size := max(p.size, l.size)
	most := 1.7 * size
	if s.pitch > 0 && size <= headingSize*s.body {
		most = min(most, 1.25*s.pitch)
	}
	drop, indent := p.y-l.y, l.x-p.x
	switch {
	case l.turn != p.turn || l.row || p.row || bulleted(l.text) || math.Abs(l.size-p.size) > 0.15*s.body:
		return true
	case drop < 0: // the next column
		return sentenceEnds(p.text)
	case drop > most:
		return true
	case bulleted(first.text):
		return l.x < first.x+0.3*size
	case indent > 0.8*size && indent < 4*size:
		return true
	}
	return sentenceEnds(p.text) && p.end < first.end-0.25*(first.end-first.x)
}

// forced reports whether line i begins anew although its first word had fit the
// line before, which is much shorter than the column: the items of a list.
func forced(ls []pdfLine, i int) bool {
	const most = 2000 // lines of a page that are looked at again
	p, l := ls[i-1], ls[i]
	if len(ls) > most || p.end-p.x > 20*p.size {
		return false
	}
	right := p.end
	for _, o := range ls {
		if math.Abs(o.x-p.x) < 4*p.size && !o.row {
			right = max(right, o.end)
		}
	}
	r, _ := utf8.DecodeRuneInString(l.text)
	word := (l.end - l.x) * float64(len(firstWord(l.text))) / float64(len(l.text))
	return !unicode.IsLower(r) && p.end+word < right-2*p.size && p.end-p.x < 0.4*(right-p.x)
}

func sentenceEnds(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "”’\"')]」』0123456789"))
	return strings.ContainsRune(".?!:;…。", r)
}

// bullet reports whether a rune marks a list item. Word processors take theirs
// from symbol fonts, whose codes are private.
func bullet(r rune) bool {
	return strings.ContainsRune("•◦▪■□○●‣·", r) || r >= 0xE000 && r <= 0xF8FF
}

func bulleted(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return bullet(r) || r == '※' || (r == '-' || r == '*') && len(s) > n && s[n] == ' '
}

// join adds line l to a paragraph that ends with p. A word that was hyphenated
// becomes whole, and so does a Korean one that was cut.
func (s pdfStyle) join(para *strings.Builder, p, l pdfLine) {
	first, _ := utf8.DecodeRuneInString(l.text)
	text := para.String()
	if stem, ok := strings.CutSuffix(text, "-"); ok {
		last, _ := utf8.DecodeLastRuneInString(stem)
		if unicode.IsLower(last) && unicode.IsLower(first) {
			para.Reset()
			para.WriteString(stem + l.text)
			return
		}
	}
	if !s.words.cut(p, l) {
		para.WriteByte(' ')
	}
	para.WriteString(l.text)
}
