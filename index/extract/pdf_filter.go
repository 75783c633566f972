//go:build !lean

package extract

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"fmt"
	"io"
	"slices"
)

// stream undoes the filters of a stream (7.4).
func (f *pdfFile) stream(s *pdfStream) ([]byte, error) {
	filters, ok := f.get(s.pdfDict["Filter"]).([]any)
	if !ok && s.pdfDict["Filter"] != nil {
		filters = []any{s.pdfDict["Filter"]}
	}
	params := f.array(s.pdfDict["DecodeParms"])
	if params == nil {
		params = []any{s.pdfDict["DecodeParms"]}
	}
	data := s.raw
	for i, filter := range filters {
		var err error
		switch name := f.name(filter); name {
		case "FlateDecode", "Fl":
			data, err = f.inflate(data)
			if err == nil && i < len(params) {
				data, err = f.predict(data, f.dict(params[i]))
			}
		case "ASCIIHexDecode", "AHx":
			l := pdfLexer{append([]byte("<"), data...), 0}
			data = []byte(l.hex())
		case "LZWDecode", "LZW":
			var early any
			if i < len(params) {
				early = f.dict(params[i])["EarlyChange"]
			}
			data, err = f.lzw(data, early == nil || f.number(early) != 0)
			if err == nil && i < len(params) {
				data, err = f.predict(data, f.dict(params[i]))
			}
		case "RunLengthDecode", "RL":
			data, err = f.runLength(data)
		case "ASCII85Decode", "A85":
			data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
			data, _, _ = bytes.Cut(data, []byte("~>"))
			data, err = io.ReadAll(ascii85.NewDecoder(bytes.NewReader(data)))
		case "Crypt": // names the method, which metadata alone has of its own
		default:
			err = fmt.Errorf("filter %s", name)
		}
		if err != nil {
			return nil, err
		}
	}
	return data, nil
}

// inflate unpacks a zlib stream, as far as it goes: writers get its end and its
// checksum wrong.
func (f *pdfFile) inflate(data []byte) ([]byte, error) {
	if len(data) < 2 {
		return nil, nil
	}
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data[2:])), int64(f.left)+1))
	if f.left -= len(out); f.left < 0 {
		return nil, errBomb
	}
	if len(out) == 0 {
		return nil, err
	}
	return out, nil
}

// lzw unpacks LZW (7.4.4): codes of 9 to 12 bits, the highest bit first. Where the
// length changes early, it does one code before it has to.
func (f *pdfFile) lzw(data []byte, early bool) ([]byte, error) {
	const clear, end, most = 256, 257, 4096
	type entry struct{ start, length int } // of a sequence, in out
	var table [most]entry
	var out []byte
	next, width, last := end+1, 9, -1
	ahead := 0
	if early {
		ahead = 1
	}
	bits, n := uint32(0), 0
	for _, b := range data {
		bits, n = bits<<8|uint32(b), n+8
		if n < width {
			continue
		}
		n -= width
		code := int(bits >> n & (1<<width - 1))
		start := len(out)
		switch {
		case code == clear:
			next, width, last = end+1, 9, -1
			continue
		case code == end:
			return out, nil
		case code < clear:
			out = append(out, byte(code))
		case code < next && last >= 0:
			e := table[code]
			for k := range e.length { // it may run into itself
				out = append(out, out[e.start+k])
			}
		default:
			return out, nil // damaged from here on
		}
		if f.left -= len(out) - start; f.left < 0 {
			return nil, errBomb
		}
		last = code
		// The next code is this sequence and the first byte of the one after it,
		// which follows in out.
		if next < most {
			table[next] = entry{start, len(out) - start + 1}
			next++
		}
		if next+ahead > 1<<width && width < 12 {
			width++
		}
	}
	return out, nil
}

// runLength unpacks RunLengthDecode (7.4.5).
func (f *pdfFile) runLength(data []byte) ([]byte, error) {
	var out []byte
	for len(data) > 1 && data[0] != 128 {
		n := int(data[0])
		if n < 128 {
			n = min(n+1, len(data)-1)
			out = append(out, data[1:1+n]...)
			data = data[1+n:]
		} else {
			n = 257 - n
			out = append(out, bytes.Repeat(data[1:2], n)...)
			data = data[2:]
		}
		if f.left -= n; f.left < 0 {
			return nil, errBomb
		}
	}
	return out, nil
}

// predict undoes the PNG predictors (7.4.4.4).
func (f *pdfFile) predict(data []byte, params pdfDict) ([]byte, error) {
	if f.number(params["Predictor"]) < 10 {
		return data, nil
	}
	or1 := func(v any) int { return min(max(int(f.number(v)), 1), 1<<16) }
	pixel := max(or1(params["Colors"])*max(int(f.number(params["BitsPerComponent"])), 1)/8, 1)
	if params["BitsPerComponent"] == nil {
		pixel = or1(params["Colors"])
	}
	columns := or1(params["Columns"]) * pixel
	out := make([]byte, 0, len(data))
	above := make([]byte, columns)
	for len(data) > 1 {
		kind := data[0]
		row := slices.Clone(data[1:min(len(data), 1+columns)])
		data = data[1+len(row):]
		for i := range row {
			var left, corner byte
			if i >= pixel {
				left, corner = row[i-pixel], above[i-pixel]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, row...)
		copy(above, row)
	}
	return out, nil
}

// paeth predicts from the neighbour nearest to left + up - corner.
func paeth(left, up, corner byte) byte {
	p := int(left) + int(up) - int(corner)
	a, b, c := abs(p-int(left)), abs(p-int(up)), abs(p-int(corner))
	if a <= b && a <= c {
		return left
	}
	if b <= c {
		return up
	}
	return corner
}

func abs(n int) int { return max(n, -n) }
