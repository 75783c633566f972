//go:build !lean

package extract

import (
	"bytes"
	"errors"
)

// pdfFile holds the objects of a PDF. They are found by reading the file from
// end to end rather than by its cross-reference tables, which damaged files and
// careless programs get wrong; the last definition of a number holds.
type pdfFile struct {
	data    []byte
	places  map[pdfRef]pdfPlace
	objects map[pdfRef]any // parsed so far
	trailer pdfDict
	secret  *pdfCrypt // nil where nothing is encrypted
	left    int       // bytes that may yet be inflated
	wasted  int       // bytes read for objects that turned out broken
}

// pdfPlace is where an object lies: in the file, or in an object stream.
type pdfPlace struct {
	at         int    // in packed, or in the file where packed is nil
	packed     []byte // an object stream, unpacked
	defined    int    // where in the file
	generation int
}

func openPDF(data []byte) (*pdfFile, error) {
	f := &pdfFile{data: data, places: map[pdfRef]pdfPlace{}, objects: map[pdfRef]any{}, trailer: pdfDict{}, left: maxInflated}
	type packed struct {
		stream *pdfStream
		id     pdfRef
		pdfPlace
	}
	var streams []packed // of objects: the key to them is found at the end
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
		id, generation, ok := objectNumber(data, at-len("obj"))
		if !ok {
			continue
		}
		place := pdfPlace{at: at, defined: at, generation: generation}
		f.places[id] = place
		delete(f.objects, id)
		object, end := f.parse(data, at)
		at = max(at, end)
		if s, ok := object.(*pdfStream); ok {
			switch s.pdfDict["Type"] {
			case pdfName("ObjStm"):
				streams = append(streams, packed{s, id, place})
			case pdfName("XRef"):
				f.trail(s.pdfDict)
			}
		}
	}
	if v := f.trailer["Encrypt"]; v != nil {
		var id string
		if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
			id = f.str(ids[0])
		}
		secret, err := f.crypt(f.dict(v), id)
		if err != nil {
			return nil, err
		}
		f.secret = secret
		clear(f.objects)
	}
	for _, s := range streams {
		if f.secret != nil {
			f.secret.object(s.stream, s.id, s.generation)
		}
		f.unpack(s.stream, s.defined)
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

// objectNumber reads "12 0 " that ends at i.
func objectNumber(data []byte, i int) (id pdfRef, generation int, ok bool) {
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
	if generation, ok = number(); !ok {
		return 0, 0, false
	}
	n, ok := number()
	return pdfRef(n), generation, ok
}

func (f *pdfFile) trail(v any) {
	d, _ := v.(pdfDict)
	for _, k := range []pdfName{"Root", "Encrypt", "Info", "ID"} {
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

// unpack notes the objects of an object stream that lies at a place of the file,
// but those that were defined anew after it (7.5.7).
func (f *pdfFile) unpack(s *pdfStream, defined int) {
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
		if f.places[pdfRef(i)].defined < defined {
			f.places[pdfRef(i)] = pdfPlace{at: int(first + o), packed: data, defined: defined}
			delete(f.objects, pdfRef(i))
		}
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
			if f.secret != nil && place.packed == nil {
				object = f.secret.object(object, id, place.generation)
			}
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
