//go:build !lean

package extract

// hangulPages finds the pages of the last layout in HWP and HWPX, which record
// the height of each line on its page: a line that stands higher than the one
// before begins a page. Columns begin so too, so that a document with columns has
// no pages here.
type hangulPages struct {
	number  int // of the open page; 0 while no line was seen
	last    int // height of the last line, from the top of the page
	pending bool
	columns bool
}

// paragraph takes the heights of a paragraph's lines and begins a page before it
// where one does. A page that begins within it begins with the next.
func (h *hangulPages) paragraph(b *builder, heights []int) {
	if len(heights) == 0 || h.columns {
		return
	}
	if h.number == 0 || h.pending || heights[0] < h.last {
		h.number++
		b.page(pageLabel(h.number))
	}
	h.pending, h.last = false, heights[0]
	for _, y := range heights[1:] {
		h.pending = h.pending || y < h.last
		h.last = y
	}
}

// end forgets the pages of a document with columns.
func (h *hangulPages) end(b *builder) {
	if h.columns {
		b.text.Pages = nil
	}
}
