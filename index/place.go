package index

import "strings"

// Sheet begins the label of a page that is a sheet. In its text each row is a
// line that begins with the row's number.
const Sheet = "sheet "

// Place names where byte at of the document stands, within the hit: its page, and
// in a sheet the row, as in "sheet Budget, row 40".
func (h Hit) Place(at int) string {
	if !strings.HasPrefix(h.Page, Sheet) || at < h.Start || at > h.Start+len(h.Text) {
		return h.Page
	}
	line := h.Text[strings.LastIndexByte(h.Text[:at-h.Start], '\n')+1:]
	digits := line[:len(line)-len(strings.TrimLeft(line, "0123456789"))]
	if digits == "" || !strings.HasPrefix(line[len(digits):], " | ") {
		return h.Page
	}
	return h.Page + ", row " + digits
}
