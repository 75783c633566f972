package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

const vector = "\xfd\x52" // bitselect: what kernels are known by

// TestShare takes functions of one parameter and a local of 64 bits, 1. What is shared
// goes to the locals from 2 on.
func TestShare(t *testing.T) {
	const narrow = "\x20\x01\xa7"
	for name, c := range map[string]struct{ before, after string }{
		"twice":               {narrow + "\x1a" + narrow + vector, narrow + "\x22\x02\x1a\x20\x02" + vector},
		"once":                {narrow + vector, narrow + vector},
		"as it is set":        {"\x22\x01\xa7" + narrow + vector, "\x22\x01\xa7\x22\x02\x20\x02" + vector},
		"changed between":     {narrow + "\x21\x01" + narrow + vector, narrow + "\x21\x01" + narrow + vector},
		"another changed":     {narrow + "\x21\x00" + narrow + vector, narrow + "\x22\x02\x21\x00\x20\x02" + vector},
		"after a branch":      {narrow + "\x0d\x00" + narrow + vector, narrow + "\x22\x02\x0d\x00\x20\x02" + vector},
		"within a block":      {narrow + "\x02\x40" + narrow + "\x0b" + vector, narrow + "\x22\x02\x02\x40\x20\x02\x0b" + vector},
		"behind a block":      {"\x02\x40" + narrow + "\x0b" + narrow + vector, "\x02\x40" + narrow + "\x0b" + narrow + vector},
		"from before a loop":  {narrow + "\x03\x40" + narrow + "\x0b" + vector, narrow + "\x03\x40" + narrow + "\x0b" + vector},
		"where nothing is":    {narrow + "\x1a" + narrow, narrow + "\x1a" + narrow},
		"two, each by itself": {narrow + "\x20\x00\xa7\x20\x00\xa7" + narrow + vector, narrow + "\x22\x02\x20\x00\xa7\x22\x03\x20\x03\x20\x02" + vector},
	} {
		got, err := shareFunction([]byte("\x01\x01\x7e"+c.before+"\x0b"), 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := "\x01\x01\x7e"
		if more := bytes.Count([]byte(c.after), []byte("\xa7\x22")); more > 0 {
			want = "\x02\x01\x7e" + string(byte(more)) + "\x7f"
		}
		if want += c.after + "\x0b"; string(got) != want {
			t.Errorf("%s: % x became % x, want % x", name, c.before, got, want)
		}
	}
}

// TestShareKeepsValues follows functions of random instructions: what each
// local.get and i32.wrap_i64 gave before, it or a shared local gives after.
func TestShareKeepsValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const params, locals = 2, 5
	shared := 0
	for range 3000 {
		body := []byte("\x01\x03\x7e")
		for range r.IntN(60) {
			x := byte(r.IntN(locals))
			body = append(body, [][]byte{
				{localGet, x, wrap}, {localGet, x, wrap}, {localGet, x, wrap}, {localGet, x},
				{localSet, x}, {localTee, x}, {localTee, x, wrap},
				{0x02, 0x40}, {loop, 0x40}, {0x04, 0x40}, {otherwise}, {end}, {0x0d, 0}, []byte(vector),
			}[r.IntN(14)]...)
		}
		body = append(body, vector...)
		got, err := shareFunction(body, params)
		if err != nil {
			t.Fatal(err)
		}
		before, after := narrowed(t, body, locals), narrowed(t, got, locals)
		if fmt.Sprint(before) != fmt.Sprint(after) {
			t.Fatalf("% x narrows %v, % x %v", body, before, got, after)
		}
		if !bytes.Equal(body, got) {
			shared++
		}
	}
	if shared < 1000 {
		t.Errorf("of 3000 functions %d share", shared)
	}
}

// narrowed lists which value of which local was narrowed, or taken from a local
// beyond the first ones, which hold nothing where control may come from elsewhere.
func narrowed(t *testing.T, code []byte, locals uint64) (values [][2]uint64) {
	t.Helper()
	r := reader{rest: code}
	for range r.unsigned() {
		r.unsigned()
		r.bytes(1)
	}
	list, err := decode(&r)
	if err != nil {
		t.Fatal(err)
	}
	changes := map[uint64]uint64{}
	holds := map[uint64][2]uint64{}
	for i, in := range list {
		x := in.local()
		switch op := in.op(); {
		case in.joins():
			clear(holds)
		case x < locals && (op == localSet || op == localTee):
			changes[x]++
		case op == localTee:
			holds[x] = values[len(values)-1]
		case op == localGet && x >= locals:
			value, ok := holds[x]
			if !ok {
				t.Fatalf("% x: local %d is read where it holds nothing", code, x)
			}
			values = append(values, value)
		}
		if list.wraps(i) {
			values = append(values, [2]uint64{x, changes[x]})
		}
	}
	return values
}

func TestShareRefusesWhatIsNoModule(t *testing.T) {
	for _, c := range []struct{ types, functions, code string }{
		{"\x01\x5f\x00\x00", "\x01\x00", "\x01\x02\x00\x0b"},
		{"\x01\x60\x00\x00", "\x01\x01", "\x01\x02\x00\x0b"},
		{"\x01\x60\x00\x00", "\x02\x00\x00", "\x01\x02\x00\x0b"},
		{"\x01\x60\x00\x00", "\x01\x00", "\x01\x02\x00\x0b\x00"},
		{"\x01\x60\x00", "\x01\x00", "\x01\x02\x00\x0b"},
	} {
		module := []byte(header)
		for _, s := range []struct {
			id   byte
			body string
		}{{typeSection, c.types}, {functionSection, c.functions}, {codeSection, c.code}} {
			module = append(binary.AppendUvarint(append(module, s.id), uint64(len(s.body))), s.body...)
		}
		if _, err := pack(module); err == nil {
			t.Errorf("types % x, functions % x and code % x were taken", c.types, c.functions, c.code)
		}
	}
}
