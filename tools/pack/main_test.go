package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// module has a section of another kind and one of data.
func module(segments []segment) []byte {
	data := appendData(nil, segments)
	m := append([]byte(header), 5, 3, 1, 0, 1)
	m = binary.AppendUvarint(append(m, dataSection), uint64(len(data)))
	return append(m, data...)
}

// memory is what the segments leave, in order.
func memory(segments []segment) []byte {
	m := make([]byte, 1<<16)
	for _, s := range segments {
		copy(m[s.at:], s.data)
	}
	return m
}

func TestPackKeepsMemory(t *testing.T) {
	segments := []segment{
		{64, []byte("a")}, {65, []byte("bc")}, {75, []byte("d")}, // neighbours
		{75 + 1 + maxGap, []byte("e")}, {40000, bytes.Repeat([]byte("f"), 300)}, // at the limit, beyond it
		{70, []byte("XX")}, {40010, []byte("Y")}, // over what is there
		{60, []byte("W")}, {80, []byte("ZZ")}, // with something else between
		{10, []byte("p")}, {12, []byte("q")}, // as Go's linker goes on at lower addresses
	}
	packed, err := pack(module(segments))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(packed, append([]byte(header), 5, 3, 1, 0, 1)) {
		t.Errorf("the other section changed: % x", packed[:13])
	}
	r := reader{rest: packed[13:]}
	r.bytes(1)
	got, err := parseData(r.bytes(int(r.unsigned())))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 7 {
		t.Errorf("%d segments, want 7", len(got))
	}
	if !bytes.Equal(memory(got), memory(segments)) {
		t.Error("memory begins with other bytes")
	}
	again, err := pack(packed)
	if err != nil || !bytes.Equal(again, packed) {
		t.Errorf("packing twice changes the module: %v", err)
	}
}

func FuzzPack(f *testing.F) {
	f.Add(module([]segment{{1, []byte("a")}, {1 << 30, []byte("b")}}))
	f.Add([]byte(header + "\x0b\x06\x01\x00\x41\x7f\x0b\x00"))
	f.Add([]byte(header + "\x0b\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if packed, err := pack(b); err == nil {
			if _, err := pack(packed); err != nil {
				t.Errorf("% x was packed as % x, which is no module: %v", b, packed, err)
			}
		}
	})
}

// table is a table of two functions, with room for values.
func table(values string, functions ...[]uint32) []byte {
	b := append([]byte(functionTable), make([]byte, headerSize-len(functionTable))...)
	put := func(at, v int) { binary.LittleEndian.PutUint64(b[at:], uint64(v)) }
	put(nfuncAt, len(functions))
	put(namesAt, len(b))
	b = append(b, "main.f\x00sort.g\x00runtime.h\x00"...)
	put(unitsAt, len(b))
	b = append(b, "units"...)
	put(filesAt, len(b))
	b = append(b, "files"...)
	put(pctabAt, len(b))
	b = append(b, values...)
	put(functionsAt, len(b))
	at := 8 * len(functions)
	for _, f := range functions {
		b = binary.LittleEndian.AppendUint32(b, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += 4 * len(f)
	}
	for _, f := range functions {
		for _, v := range f {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	return b
}

func TestDropLines(t *testing.T) {
	values := "\x00" + "\x02\x03\x04\x01\x00" + "\x80\x01\x05\x00" + "\x06\x01\x00" + "\x00\x09\x00"
	//          none     1: stack pointer         6: files              10: lines       13: shared with pcdata
	// Names are at 0, 7 and 14; the last byte of names is at 23.
	f := []uint32{100, 0, 102, 103, 1, 6, 10, 3, 104, 105, 4<<24 | 106, 10, 13, 6, 1, 2, 3, 4}
	g := []uint32{200, 7, 202, 203, 0, 0, 0, 0, 204, 205, 206}
	h := []uint32{300, 14, 302, 303, 0, 0, 0, 0, 304, 305, 306}
	want := table("\x00"+"\x02\x03\x04\x01\x00"+"\x00\x00\x00\x00"+"\x00\x00\x00"+"\x00\x09\x00",
		[]uint32{100, 0, 102, 103, 1, 0, 0, 3, 0, 0, 4<<24 | 106, 0, 13, 0, 1, 2, 3, noFuncdata},
		[]uint32{200, 23, 202, 203, 0, 0, 0, 0, 0, 0, 206}, []uint32{300, 14, 302, 303, 0, 0, 0, 0, 0, 0, 306})
	left := want[headerSize:]
	clear(left[len("main.f\x00"):][:len("sort.g\x00")])
	clear(left[len("main.f\x00sort.g\x00runtime."):][:len("h\x00unitsfiles")])
	got := table(values, f, g, h)
	if err := dropLines(got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n% x, want\n% x", got, want)
	}
	if err := dropLines([]byte("another language's memory")); err != nil {
		t.Error(err)
	}
	for n := range got {
		dropLines(bytes.Clone(got[:n])) // no panic
	}
	if err := dropLines(table(values, []uint32{1, 2, 3, 4, 5, 6, 7, 1 << 30, 9, 10, 11})); err == nil {
		t.Error("a function of a billion tables passed")
	}
	if err := dropLines(table(values, []uint32{1, 99, 3, 4, 5, 6, 7, 0, 9, 10, 11})); err == nil {
		t.Error("a function whose name is nowhere passed")
	}
}

func TestPackRefusesACountOfSegmentsThatIsWrong(t *testing.T) {
	const most = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	if _, err := pack([]byte(header + "\x0b\x0a" + most)); !errors.Is(err, errFormat) {
		t.Errorf("%v, want errFormat", err)
	}
}
