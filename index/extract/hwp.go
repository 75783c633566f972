//go:build !lean

package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "hwp", extensions: []string{".hwp"}, sniff: isHWP, read: readHWP})
}

const hwpSignature = "HWP Document File"

func isHWP(data []byte) bool {
	return bytes.HasPrefix(data, []byte(hwpSignature)) ||
		bytes.HasPrefix(data, []byte(cfbMagic)) && bytes.Contains(data, []byte(hwpSignature))
}

// Records of HWP 5 (Hancom, Hwp Document File Formats 5.0, revision 1.3).
const (
	hwpBorderFill = 20
	hwpCharShape  = 21
	hwpParaShape  = 25
	hwpStyle      = 26
	hwpParaHeader = 66
	hwpParaText   = 67
	hwpParaChars  = 68
	hwpLineSeg    = 69
	hwpControl    = 71
	hwpList       = 72
)

// readHWP reads HWP 5: records of paragraphs in the sections of a compound file.
func readHWP(in index.Input) (index.Text, error) {
	if bytes.HasPrefix(in.Data, []byte(hwpSignature)) {
		return index.Text{}, bad(in, "it is of HWP 3: save it as HWPX")
	}
	c, err := openCompound(in.Data)
	if err != nil {
		return index.Text{}, err
	}
	header, err := c.stream("FileHeader")
	if err != nil {
		return index.Text{}, err
	}
	if len(header) < 40 {
		return index.Text{}, errors.New("its header is cut off")
	}
	flags := binary.LittleEndian.Uint32(header[36:])
	switch {
	case flags&2 != 0:
		return index.Text{}, bad(in, "it is encrypted: save it without a password")
	case flags&4 != 0:
		return index.Text{}, bad(in, "it is locked for distribution (배포용 문서): ask for an editable copy, or print it to PDF")
	}
	w := hwpWalk{compressed: flags&1 != 0, left: maxInflated}
	info, err := w.open(c, "DocInfo")
	if err != nil {
		return index.Text{}, err
	}
	if err := w.records(info, w.style); err != nil {
		return index.Text{}, err
	}
	for n := 0; ; n++ {
		name := "BodyText/Section" + strconv.Itoa(n)
		if _, ok := c.streams[name]; !ok && n > 0 {
			w.pages.end(&w.builder)
			return w.done(), nil
		}
		section, err := w.open(c, name)
		if err == nil {
			err = w.records(section, w.paragraph)
		}
		if err != nil {
			return index.Text{}, fmt.Errorf("%s: %w", name, err)
		}
		w.endParagraph()
		w.endTable()
	}
}

type hwpWalk struct {
	builder
	compressed bool
	left       int    // bytes that may yet be read
	shapes     []int  // outline level of each paragraph shape; 0 is body text
	styles     []int  // of each style
	level      int    // of the open paragraph
	pending    string // its text
	pages      hangulPages
	skip       int    // level of a header or footer, whose records are deeper; -1 is none
	fills      []bool // of cells: shaded
	bold       []bool // shapes of characters
	strong     bool   // the open paragraph is bold
	table      int    // level of the open table; -1 is none
	row        int    // of the open table
	tables     table
}

// open returns a stream unpacked.
func (w *hwpWalk) open(c *compound, name string) ([]byte, error) {
	w.skip, w.table = -1, -1
	b, err := c.stream(name)
	if err == nil && w.compressed {
		b, err = inflate(b, w.left)
	}
	if w.left -= len(b); w.left < 0 {
		return nil, errBomb
	}
	return b, err
}

// records calls f for each record.
func (w *hwpWalk) records(b []byte, f func(tag, level int, data []byte)) error {
	for at := 0; at+4 <= len(b) && !w.full(); {
		h := binary.LittleEndian.Uint32(b[at:])
		tag, level, size := int(h&0x3FF), int(h>>10&0x3FF), int64(h>>20)
		at += 4
		if size == 0xFFF && at+4 <= len(b) {
			size = int64(binary.LittleEndian.Uint32(b[at:]))
			at += 4
		}
		if size > int64(len(b)-at) {
			return fmt.Errorf("the record at byte %d is cut off", at)
		}
		f(tag, level, b[at:at+int(size)])
		at += int(size)
	}
	return nil
}

// style notes which paragraph shapes and styles are headings, and what stands out.
func (w *hwpWalk) style(tag, _ int, data []byte) {
	le := binary.LittleEndian
	switch {
	case tag == hwpBorderFill:
		const at, colored, none, white = 32, 1, 0xFFFFFFFF, 0xFFFFFF // after attributes, four borders and a diagonal
		shaded := false
		if len(data) >= at+8 && le.Uint32(data[at:])&colored != 0 {
			color := le.Uint32(data[at+4:])
			shaded = color != none && color&white != white
		}
		w.fills = append(w.fills, shaded)
	case tag == hwpCharShape:
		const at, bold = 46, 2
		w.bold = append(w.bold, len(data) >= at+4 && le.Uint32(data[at:])&bold != 0)
	case tag == hwpParaShape && len(data) >= 4:
		const outline = 1
		level := 0
		if p := le.Uint32(data); p>>23&3 == outline {
			level = int(p>>25&7) + 1
		}
		w.shapes = append(w.shapes, level)
	case tag == hwpStyle && len(data) >= 2:
		n := min(int(le.Uint16(data))*2, len(data)-2)
		digits, _ := strings.CutPrefix(decodeUTF16(data[2:2+n], false), "개요 ")
		level, _ := strconv.Atoi(digits)
		w.styles = append(w.styles, level)
	}
}

// paragraph writes paragraphs and gathers tables.
func (w *hwpWalk) paragraph(tag, level int, data []byte) {
	if w.skip >= 0 && level > w.skip {
		return
	}
	w.skip = -1
	if tag == hwpParaHeader || tag == hwpControl || tag == hwpList {
		w.endParagraph()
	}
	if w.table >= 0 && level <= w.table {
		w.endTable()
	}
	le := binary.LittleEndian
	switch tag {
	case hwpParaHeader:
		w.level, w.strong = 0, false
		if len(data) >= 11 {
			if i := int(le.Uint16(data[8:])); i < len(w.shapes) {
				w.level = w.shapes[i]
			}
			if i := int(data[10]); i < len(w.styles) {
				w.level = max(w.level, w.styles[i])
			}
		}
	case hwpParaText:
		w.pending = hwpText(data)
	case hwpParaChars:
		w.strong = true
		for ; len(data) >= 8; data = data[8:] { // where from, which shape
			i := le.Uint32(data[4:])
			w.strong = w.strong && i < uint32(len(w.bold)) && w.bold[i]
		}
	case hwpLineSeg:
		if level > 1 {
			return
		}
		const size = 36 // of a line
		var heights []int
		for ; len(data) >= size; data = data[size:] {
			heights = append(heights, int(int32(le.Uint32(data[4:]))))
		}
		w.pages.paragraph(&w.builder, heights)
	case hwpControl:
		if len(data) < 4 {
			return
		}
		switch string([]byte{data[3], data[2], data[1], data[0]}) {
		case "head", "foot", "tcmt": // running heads, hidden comments
			w.skip = level
		case "cold":
			w.pages.columns = w.pages.columns || len(data) >= 6 && le.Uint16(data[4:])>>2&0xFF > 1
		case "tbl ":
			if w.table < 0 {
				w.table, w.row, w.tables.depth = level, 0, 1
			}
		}
	case hwpList:
		if w.table < 0 || level != w.table+1 || len(data) < 16 {
			return
		}
		if row := int(le.Uint16(data[10:])); row != w.row {
			w.tables.endRow(&w.builder)
			w.row = row
		}
		const title = 1 << 18 // of the cell's properties
		c := tableCell{cols: int(le.Uint16(data[12:])), rows: int(le.Uint16(data[14:])), head: le.Uint32(data[4:])&title != 0}
		if len(data) >= 34 {
			fill := int(le.Uint16(data[32:])) // from 1
			c.head = c.head || fill > 0 && fill <= len(w.fills) && w.fills[fill-1]
		}
		w.tables.cells = append(w.tables.cells, c)
	}
}

// endParagraph writes the text of the open paragraph.
func (w *hwpWalk) endParagraph() {
	s := w.pending
	w.pending = ""
	switch {
	case w.table >= 0:
		w.tables.write(s)
		if s != "" {
			w.tables.ink(w.strong)
		}
	case w.level > 0:
		w.heading(w.level, s)
	default:
		w.block(s)
	}
}

func (w *hwpWalk) endTable() {
	if w.table < 0 {
		return
	}
	w.table = -1
	w.tables.end(&w.builder)
	w.tables.depth = 0
}

// hwpText returns the characters of a paragraph. Control characters below 32
// take eight units, but for these.
func hwpText(data []byte) string {
	var units []uint16
	for i := 0; i+2 <= len(data); i += 2 {
		u := binary.LittleEndian.Uint16(data[i:])
		switch {
		case u >= 32:
			units = append(units, u)
		case u == 10:
			units = append(units, '\n')
		case u == 30 || u == 31:
			units = append(units, ' ')
		case u == 24:
			units = append(units, '-')
		case u == 0 || u == 13 || u > 24:
		default:
			if u == 9 {
				units = append(units, ' ')
			}
			// The last of its units repeats the first. Some programs write a bare tab.
			const last = 14
			if u != 9 || i+last+2 <= len(data) && binary.LittleEndian.Uint16(data[i+last:]) == u {
				i += last
			}
		}
	}
	return string(utf16.Decode(units))
}
