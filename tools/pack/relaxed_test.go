package main

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

const (
	wrong = "\xfd\x93\x01\x02" // as the assembler writes i32x4.relaxed_dot_i8x16_i7x16_add_s
	right = "\xfd\x93\x02\x01" // and a nop
)

// code is a section of functions without locals, one with.
func code(bodies ...string) []byte {
	b := binary.AppendUvarint(nil, uint64(len(bodies)))
	for i, body := range bodies {
		locals := "\x00"
		if i%2 == 1 {
			locals = "\x01\xfd\x93\x01\x7b" // 18941 vectors: the count begins as the instruction does
		}
		b = binary.AppendUvarint(b, uint64(len(locals)+len(body)))
		b = append(append(b, locals...), body...)
	}
	return b
}

// instructions hold the bytes of the wrong instruction, or something like them, in
// what belongs to them.
var instructions = []string{
	"\x01", "\x0b", "\x6a", "\x1a",
	"\x41\xfd\x93\x01", "\x42\xfd\x93\x01", // constants, which a block follows here and there
	"\x02\x40", "\x03\x40", "\x04\x7b",
	"\x43" + wrong, "\x44" + wrong + wrong,
	"\xfd\x0c" + wrong + wrong + wrong + wrong, "\xfd\x0d" + wrong + wrong + wrong + wrong,
	"\xfd\x93\x01\x01", "\xfd\x93\x02\x01", "\xfd\x52", // subtraction, the right one, bitselect
	"\x20\xfd\x93\x01", "\x28\x02\xfd\x93\x01", "\xfd\x00\x04\xfd\x93\x01", "\xfd\x15\x02", "\xfd\x54\x00\x02\x02",
	"\x0e\x02\xfd\x93\x01\x02\xfd\x93\x01", "\x11\xfd\x93\x01\x02", "\x1c\x01\x7b", "\x3f\x00",
	"\xfc\x00", "\xfc\x08\xfd\x93\x01\x00", "\xfc\x0a\x00\x00", "\xfc\x0b\x00", "\xd2\xfd\x93\x01",
}

// TestRelaxMendsInstructions puts wrong ones between others in every order that
// chance finds.
func TestRelaxMendsInstructions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var before, after [3]string
		want := 0
		for i := range before {
			for range r.IntN(12) {
				if r.IntN(3) == 0 {
					before[i], after[i] = before[i]+wrong, after[i]+right
					want++
					continue
				}
				next := instructions[r.IntN(len(instructions))]
				before[i], after[i] = before[i]+next, after[i]+next
			}
			before[i], after[i] = before[i]+"\x0b", after[i]+"\x0b"
		}
		got := code(before[:]...)
		n, err := relax(got)
		if err != nil || n != want {
			t.Fatalf("% x: %d mended, %v, want %d", code(before[:]...), n, err, want)
		}
		if !bytes.Equal(got, code(after[:]...)) {
			t.Fatalf("% x became % x, want % x", code(before[:]...), got, code(after[:]...))
		}
	}
}

func TestRelaxRefusesUnknownCode(t *testing.T) {
	for _, body := range []string{"\xe0\x0b", "\xfc\x20\x0b", "\xfd\x94\x02\x0b", "\xfd\x0c\x0b", "\x41", "\x0e\x05\x00\x0b"} {
		if _, err := relax(code(body)); err == nil {
			t.Errorf("% x was taken", body)
		}
	}
	if _, err := relax(append(code("\x0b"), 0)); err == nil {
		t.Error("bytes behind the last function were taken")
	}
}

// FuzzRelax holds that nothing but pairs of bytes is changed round, and nothing is
// left to mend.
func FuzzRelax(f *testing.F) {
	f.Add(code("\x20\x00"+wrong+"\x0b", "\x43"+wrong+"\x0b"))
	f.Add(code(instructions...))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x00\x0b"))
	f.Fuzz(func(t *testing.T, section []byte) {
		got := bytes.Clone(section)
		n, err := relax(got)
		if err != nil {
			return
		}
		changed := 0
		for i := 0; i < len(got); i++ {
			if got[i] == section[i] {
				continue
			}
			if i < 2 || i+1 == len(got) || got[i-2] != prefixVector || got[i] != 2 || got[i+1] != 1 || section[i] != 1 || section[i+1] != 2 {
				t.Fatalf("% x became % x", section, got)
			}
			changed++
			i++
		}
		if changed != n {
			t.Errorf("%d changed, %d reported", changed, n)
		}
		if again, err := relax(got); again != 0 || err != nil {
			t.Errorf("%d left in % x: %v", again, got, err)
		}
	})
}
