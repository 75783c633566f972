package extract

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ondol-rag/ondol/index"
)

var le = binary.LittleEndian

func units(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = le.AppendUint16(b, u)
	}
	return b
}

// cfbStream is a stream of a compound file; a name may be in one storage.
type cfbStream struct {
	name string
	data []byte
}

// makeCFB lays out a compound file with 512-byte sectors: small streams share
// the mini stream, long ones have sectors of their own.
func makeCFB(streams []cfbStream) []byte {
	const sector, small, end, free = 512, 4096, 0xFFFFFFFE, 0xFFFFFFFF
	var sectors [][]byte // all but the first, which is the table
	fat := []uint32{0xFFFFFFFD}
	add := func(data []byte) uint32 {
		if len(data) == 0 {
			return end
		}
		first := uint32(len(fat))
		for ; len(data) > 0; data = data[min(sector, len(data)):] {
			s := make([]byte, sector)
			copy(s, data)
			sectors = append(sectors, s)
			fat = append(fat, uint32(len(fat)+1))
		}
		fat[len(fat)-1] = end
		return first
	}
	var mini []byte
	var miniFAT []uint32
	type node struct {
		name        string
		kind        byte
		right, down uint32
		start, size uint32
	}
	nodes := []node{{"Root Entry", 5, free, free, 0, 0}}
	folders := map[string]uint32{"": 0}
	link := func(parent uint32, n node) uint32 {
		n.right = nodes[parent].down
		nodes = append(nodes, n)
		nodes[parent].down = uint32(len(nodes) - 1)
		return nodes[parent].down
	}
	for _, s := range streams {
		folder, name, ok := strings.Cut(s.name, "/")
		if !ok {
			folder, name = "", s.name
		}
		parent, ok := folders[folder]
		if !ok {
			parent = link(0, node{folder, 1, free, free, 0, 0})
			folders[folder] = parent
		}
		start := uint32(len(miniFAT))
		if len(s.data) >= small {
			start = add(s.data)
		} else {
			for d := s.data; len(d) > 0; d = d[min(64, len(d)):] {
				mini = append(mini, append(bytes.Clone(d[:min(64, len(d))]), make([]byte, 64-min(64, len(d)))...)...)
				miniFAT = append(miniFAT, uint32(len(miniFAT)+1))
			}
			miniFAT[len(miniFAT)-1] = end
		}
		link(parent, node{name, 2, free, free, start, uint32(len(s.data))})
	}
	nodes[0].start, nodes[0].size = add(mini), uint32(len(mini))
	var table, directory []byte
	for _, n := range miniFAT {
		table = le.AppendUint32(table, n)
	}
	miniStart := add(append(table, bytes.Repeat([]byte{0xFF}, sector-len(table)%sector)...))
	for _, n := range nodes {
		e := make([]byte, 128)
		copy(e, units(n.name))
		le.PutUint16(e[64:], uint16(2*len(n.name)+2))
		e[66] = n.kind
		le.PutUint32(e[68:], free)
		le.PutUint32(e[72:], n.right)
		le.PutUint32(e[76:], n.down)
		le.PutUint32(e[116:], n.start)
		le.PutUint32(e[120:], n.size)
		directory = append(directory, e...)
	}
	dirStart := add(directory)
	header := make([]byte, 512)
	copy(header, cfbMagic)
	le.PutUint16(header[30:], 9)
	le.PutUint16(header[32:], 6)
	le.PutUint32(header[48:], dirStart)
	le.PutUint32(header[56:], small)
	le.PutUint32(header[60:], miniStart)
	le.PutUint32(header[68:], end)
	for i := 76; i < 512; i += 4 {
		le.PutUint32(header[i:], free)
	}
	le.PutUint32(header[76:], 0)
	first := bytes.Repeat([]byte{0xFF}, sector)
	for i, n := range fat {
		le.PutUint32(first[4*i:], n)
	}
	return append(append(header, first...), bytes.Join(sectors, nil)...)
}

// record makes a record of HWP 5.
func record(tag, level int, data []byte) []byte {
	h := uint32(tag) | uint32(level)<<10
	if len(data) >= 0xFFF {
		return append(le.AppendUint32(le.AppendUint32(nil, h|0xFFF<<20), uint32(len(data))), data...)
	}
	return append(le.AppendUint32(nil, h|uint32(len(data))<<20), data...)
}

func paragraph(level, shape, style int, text string) []byte {
	head := make([]byte, 12)
	le.PutUint16(head[8:], uint16(shape))
	head[10] = byte(style)
	return append(record(hwpParaHeader, level, head), record(hwpParaText, level+1, units(text))...)
}

// lineSeg records at which heights of the page the lines of a paragraph stand.
func lineSeg(heights ...uint32) []byte {
	var lines []byte
	for _, y := range heights {
		lines = append(append(lines, 0, 0, 0, 0), append(le.AppendUint32(nil, y), make([]byte, 28)...)...)
	}
	return record(hwpLineSeg, 1, lines)
}

// cell is one of a table, of a colour by its number, its characters of a shape.
func cell(level, column, row int, text string, marks uint32, fill, shape int) []byte {
	head := make([]byte, 34)
	le.PutUint32(head[4:], marks)
	le.PutUint16(head[8:], uint16(column))
	le.PutUint16(head[10:], uint16(row))
	le.PutUint16(head[12:], 1)
	le.PutUint16(head[14:], 1)
	le.PutUint16(head[32:], uint16(fill))
	chars := le.AppendUint32(make([]byte, 4), uint32(shape))
	return bytes.Join([][]byte{record(hwpList, level, head), paragraph(level, 0, 0, text), record(hwpParaChars, level+1, chars)}, nil)
}

// fill is a border with a pattern of a colour, or without one.
func fill(kind, color uint32) []byte {
	return record(hwpBorderFill, 0, le.AppendUint32(le.AppendUint32(make([]byte, 32), kind), color))
}

func charShape(bits uint32) []byte {
	return record(hwpCharShape, 0, append(le.AppendUint32(make([]byte, 46), bits), make([]byte, 18)...))
}

func makeHWP(flags uint32) []byte {
	header := make([]byte, 256)
	copy(header, hwpSignature)
	le.PutUint32(header[36:], flags)
	style := func(name string) []byte {
		return append(le.AppendUint16(nil, uint16(len([]rune(name)))), units(name)...)
	}
	info := bytes.Join([][]byte{
		fill(0, 0), fill(1, 0xFFFFFF), fill(1, 0xD9D9D9), charShape(0), charShape(2),
		record(hwpParaShape, 0, le.AppendUint32(nil, 0)),
		record(hwpParaShape, 0, le.AppendUint32(nil, 1<<23|1<<25)), // outline, second level
		record(hwpStyle, 0, style("바탕글")), record(hwpStyle, 0, style("개요 1")),
	}, nil)
	control := func(id string) []byte { return record(hwpControl, 1, []byte{id[3], id[2], id[1], id[0]}) }
	body := bytes.Join([][]byte{
		paragraph(0, 0, 1, "온돌\r"), lineSeg(0),
		paragraph(0, 0, 0, "따뜻\x09\x00\x00\x00\x00\x00\x00\x09하다."),
		control("head"), paragraph(2, 0, 0, "머리말"),
		paragraph(0, 1, 0, "표"), lineSeg(1600, 0), // the next page begins within
		paragraph(0, 0, 0, "\x0b\x00\x00\x00\x00\x00\x00\x0b"),
		control("tbl "), cell(2, 0, 0, "가", 0, 1, 0), cell(2, 1, 0, "나", 0, 2, 0), cell(2, 0, 1, "다", 0, 1, 0), cell(2, 1, 1, "라", 0, 1, 0),
		paragraph(0, 0, 0, "\x0b\x00\x00\x00\x00\x00\x00\x0b"), // names by a mark, a colour, bold letters
		control("tbl "), cell(2, 0, 0, "마", 1<<18, 1, 0), cell(2, 1, 0, "바", 0, 3, 0), cell(2, 2, 0, "사", 0, 1, 1),
		cell(2, 0, 1, "1", 0, 1, 0), cell(2, 1, 1, "2", 0, 1, 0), cell(2, 2, 1, "3", 0, 1, 0),
		paragraph(0, 0, 0, strings.Repeat("길다. ", 1400)), lineSeg(1600),
	}, nil)
	pack := func(b []byte) []byte {
		if flags&1 == 0 {
			return b
		}
		var out bytes.Buffer
		w, _ := flate.NewWriter(&out, flate.BestSpeed)
		w.Write(b)
		w.Close()
		return out.Bytes()
	}
	return makeCFB([]cfbStream{{"FileHeader", header}, {"DocInfo", pack(info)}, {"BodyText/Section0", pack(body)}, {"BodyText/Section1", pack(paragraph(0, 0, 0, "끝"))}})
}

func init() {
	for _, flags := range []uint32{0, 1} { // as it is, and deflated
		goldens = append(goldens, golden{
			id:      "letter.hwp",
			data:    func(*testing.T) []byte { return makeHWP(flags) },
			title:   "온돌",
			body:    "온돌\n\n따뜻 하다.\n\n표\n\n가 | 나\n다 | 라\n\n| 마 | 바 | 사 |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n\n" + strings.TrimSpace(strings.Repeat("길다. ", 1400)) + "\n\n끝",
			outline: "# 온돌\n## 표\n",
			pages:   "page 1, page 2",
		})
	}
}

func TestHWPThatIsRefused(t *testing.T) {
	for want, data := range map[string][]byte{
		"without a password": makeHWP(2), "배포용": makeHWP(4), "HWP 3": []byte("HWP Document File V3.00"),
	} {
		_, err := Extract(index.Input{ID: "a.hwp", Data: data})
		if !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}
