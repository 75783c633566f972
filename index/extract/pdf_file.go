//go:build !lean

package extract

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"errors"
	"fmt"
	"io"
	"slices"
)

// pdfFile holds the objects of a PDF. They are found by reading the file from
// end to end rather than by its cross-reference tables, which damaged files and
// careless programs get wrong; the last definition of a number holds.
type pdfFile struct {
	data    []byte
	places  map[pdfRef]pdfPlace
	objects map[pdfRef]any // parsed so far
	trailer pdfDict
	left    int // bytes that may yet be inflated
	wasted  int // bytes read for objects that turned out broken
}

// pdfPlace is where an object lies: in the file, or in an object stream.
type pdfPlace struct {
	at     int    // in packed, or in the file where packed is nil
	packed []byte // an object stream, unpacked
}

func openPDF(data []byte) (*pdfFile, error) {
	f := &pdfFile{data: data, places: map[pdfRef]pdfPlace{}, objects: map[pdfRef]any{}, trailer: pdfDict{}, left: maxInflated}
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("obj"))
		t := bytes.Index(data[at:min(len(data), at+max(i, 0))], []byte("trailer"))
		if i < 0 {
			t = bytes.Index(data[at:], []byte("trailer"))
		}
		if t >= 0 {
			l := pdfLexer{data, at + t + len("trailer")}
			if d, err := l.next(0); err == nil {
				f.trail(d)
			}
			at = max(l.at, at+t+len("trailer"))
			continue
		}
		if i < 0 {
			break
		}
		at += i + len("obj")
		id, ok := objectNumber(data, at-len("obj"))
		if !ok {
			continue
		}
		f.places[id] = pdfPlace{at: at}
		delete(f.objects, id)
		object, end := f.parse(data, at)
		at = max(at, end)
		if s, ok := object.(*pdfStream); ok {
			switch s.pdfDict["Type"] {
			case pdfName("ObjStm"):
				f.unpack(s)
			case pdfName("XRef"):
				f.trail(s.pdfDict)
			}
		}
	}
	if _, ok := f.trailer["Encrypt"]; ok {
		return nil, errPDFEncrypted
	}
	if f.dict(f.trailer["Root"])["Pages"] == nil {
		for id := range f.places {
			if d := f.dict(id); d["Type"] == pdfName("Catalog") {
				f.trailer["Root"] = id
			}
		}
	}
	if f.dict(f.trailer["Root"])["Pages"] == nil {
		return nil, errors.New("it has no pages")
	}
	return f, nil
}

var errPDFEncrypted = errors.New("encrypted")

// objectNumber reads "12 0 " that ends at i.
func objectNumber(data []byte, i int) (pdfRef, bool) {
	number := func() (n int, ok bool) {
		for i > 0 && pdfSpace(data[i-1]) {
			i--
		}
		for scale := 1; i > 0 && digit(data[i-1]) && scale < 1e9; scale *= 10 {
			i--
			n += int(data[i]-'0') * scale
			ok = true
		}
		return n, ok
	}
	if _, ok := number(); !ok {
		return 0, false
	}
	n, ok := number()
	return pdfRef(n), ok
}

func (f *pdfFile) trail(v any) {
	d, _ := v.(pdfDict)
	for _, k := range []pdfName{"Root", "Encrypt", "Info"} {
		if v := d[k]; v != nil {
			f.trailer[k] = v
		}
	}
}

// parse reads the object at a place, with its stream, and returns its end.
func (f *pdfFile) parse(data []byte, at int) (any, int) {
	l := pdfLexer{data, at}
	if f.wasted > 8*len(f.data) {
		return nil, at
	}
	v, err := l.next(0)
	if err != nil {
		f.wasted += l.at - at
		return nil, at
	}
	d, ok := v.(pdfDict)
	if !ok {
		return v, l.at
	}
	end := l.at
	if word, err := l.next(0); err != nil || word != pdfWord("stream") {
		return v, end
	}
	start := l.at
	if bytes.HasPrefix(data[start:], []byte("\r\n")) {
		start += 2
	} else if start < len(data) && (data[start] == '\n' || data[start] == '\r') {
		start++
	}
	if n, ok := d["Length"].(float64); ok && n >= 0 && n <= float64(len(data)-start) {
		stop := start + int(n)
		if i := bytes.Index(data[stop:min(len(data), stop+32)], []byte("endstream")); i >= 0 {
			return &pdfStream{d, data[start:stop]}, stop
		}
	}
	n := bytes.Index(data[start:], []byte("endstream"))
	if n < 0 {
		n = len(data) - start
	}
	return &pdfStream{d, data[start : start+n]}, start + n
}

// unpack notes the objects of an object stream (7.5.7).
func (f *pdfFile) unpack(s *pdfStream) {
	data, err := f.stream(s)
	first, ok := s.pdfDict["First"].(float64)
	if err != nil || !ok || first < 0 || first > float64(len(data)) {
		return
	}
	l := pdfLexer{data[:int(first)], 0}
	for {
		id, err := l.next(0)
		at, err2 := l.next(0)
		i, ok := id.(float64)
		o, ok2 := at.(float64)
		if err != nil || err2 != nil || !ok || !ok2 || o < 0 || first+o > float64(len(data)) {
			return
		}
		f.places[pdfRef(i)] = pdfPlace{at: int(first + o), packed: data}
		delete(f.objects, pdfRef(i))
	}
}

// get follows references to an object.
func (f *pdfFile) get(v any) any {
	for range 8 {
		id, ok := v.(pdfRef)
		if !ok {
			return v
		}
		object, known := f.objects[id]
		if !known {
			place, ok := f.places[id]
			if !ok {
				return nil
			}
			data := place.packed
			if data == nil {
				data = f.data
			}
			object, _ = f.parse(data, place.at)
			f.objects[id] = object
		}
		v = object
	}
	return nil
}

// dict returns a dictionary, also that of a stream; nil if it is none.
func (f *pdfFile) dict(v any) pdfDict {
	switch v := f.get(v).(type) {
	case pdfDict:
		return v
	case *pdfStream:
		return v.pdfDict
	}
	return nil
}

func (f *pdfFile) array(v any) []any    { a, _ := f.get(v).([]any); return a }
func (f *pdfFile) number(v any) float64 { n, _ := f.get(v).(float64); return n }
func (f *pdfFile) name(v any) pdfName   { n, _ := f.get(v).(pdfName); return n }
func (f *pdfFile) str(v any) string     { s, _ := f.get(v).(string); return s }

// bytes returns the decoded bytes of a stream object, or nil.
func (f *pdfFile) bytes(v any) []byte {
	s, ok := f.get(v).(*pdfStream)
	if !ok {
		return nil
	}
	data, err := f.stream(s)
	if err != nil {
		return nil
	}
	return data
}

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
		case "ASCII85Decode", "A85":
			data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
			data, _, _ = bytes.Cut(data, []byte("~>"))
			data, err = io.ReadAll(ascii85.NewDecoder(bytes.NewReader(data)))
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
