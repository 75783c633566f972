//go:build !lean

package extract

import (
	"math"
	"strings"
	"unicode"
)

// dropRunning takes away the first and last lines that repeat on most pages,
// numbers aside: running heads and page numbers. Headings stay.
func dropRunning(pages [][]pdfLine, body float64) {
	const edge = 2 // lines at the head and at the foot
	if len(pages) < 2 {
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
		seen := map[string]bool{}
		for _, l := range ls {
			e := atEdge(ls, l.y)
			edges[i] = append(edges[i], e)
			if k := key(l); e && !seen[k] {
				seen[k] = true
				count[k]++
			}
		}
	}
	for i, ls := range pages {
		if edges[i] == nil {
			continue
		}
		kept := ls[:0:0]
		for k, l := range ls {
			if n := count[key(l)]; !edges[i][k] || l.size > headingSize*body || n < min(3, max(2, len(pages)-1)) || n*2 <= len(pages)-1 {
				kept = append(kept, l)
			}
		}
		pages[i] = kept
	}
}
