//go:build !lean

package extract

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
	"unicode/utf8"
)

// maxCuts bounds how often a page is cut in two, mostCut how many runs are looked at
// for that.
const (
	maxCuts = 40
	mostCut = 100_000
)

// inTurn returns the lines of a page: first those of the direction that most of
// its text has, then those of others, such as a note along the margin.
func inTurn(runs []pdfRun) []pdfLine {
	length := map[int]int{}
	for _, r := range runs {
		length[r.turn] += len(r.text)
	}
	turns := slices.SortedFunc(maps.Keys(length), func(a, b int) int {
		return cmp.Or(cmp.Compare(length[b], length[a]), cmp.Compare(a, b))
	})
	var ls []pdfLine
	for _, turn := range turns {
		some, _ := divide(runs, func(r pdfRun) bool { return r.turn == turn })
		ls = append(ls, readingOrder(some, 0)...)
	}
	return ls
}

// readingOrder returns the lines of a page: columns one after the other, each
// from its top down (a recursive X-Y cut: Nagy and Seth, 1984).
func readingOrder(runs []pdfRun, cuts int) []pdfLine {
	if len(runs) == 0 {
		return nil
	}
	ls := lines(runs)
	if cuts < maxCuts && cuts*len(runs) <= mostCut {
		body := bodySize([][]pdfLine{ls})
		if y, ok := besideColumns(ls, body); ok {
			above, below := divide(runs, func(r pdfRun) bool { return r.y > y })
			return append(readingOrder(above, cuts+1), readingOrder(below, cuts+1)...)
		}
		if x, ok := gutter(runs, body); ok {
			left, right := divide(runs, func(r pdfRun) bool { return (r.x+r.end)/2 < x })
			return append(readingOrder(left, cuts+1), readingOrder(right, cuts+1)...)
		}
		if y, ok := widestGap(runs); ok {
			above, below := divide(runs, func(r pdfRun) bool { return r.y > y })
			return append(readingOrder(above, cuts+1), readingOrder(below, cuts+1)...)
		}
	}
	return ls
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

// besideColumns finds where to cut above or below a line that belongs to no
// column: a running head, a page number, a heading that has its baseline to itself.
func besideColumns(ls []pdfLine, body float64) (float64, bool) {
	for i, l := range ls {
		switch {
		case i > 0 && i == len(ls)-1 && ls[i-1].y-l.y > 1.8*l.size && utf8.RuneCountInString(l.text) <= 12:
			return (l.y + ls[i-1].y) / 2, true
		case i == 0 && len(ls) > 1 && l.y-ls[1].y > 1.8*l.size:
			return (l.y + ls[1].y) / 2, true
		case l.row || l.size <= headingSize*body:
		case i > 0 && ls[i-1].y-l.y > 1.45*l.size && ls[i-1].size <= headingSize*body:
			return l.y + l.size, true
		case i == 0 && len(ls) > 1 && l.y-ls[1].y > 0.9*l.size:
			return (l.y + ls[1].y) / 2, true
		}
	}
	return 0, false
}

// gutter finds a strip that no run crosses, between two columns of text. The
// columns of a table have such strips too, but their lines are short.
func gutter(runs []pdfRun, body float64) (float64, bool) {
	byX := sortedRuns(runs, func(a, b pdfRun) bool { return a.x < b.x })
	end := byX[0].end
	best, width := 0.0, 0.0
	for _, r := range byX[1:] {
		if gap := r.x - end; gap > width && gap > 0.8*body {
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
