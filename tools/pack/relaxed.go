package main

import (
	"errors"
	"fmt"
)

// Go 1.27's assembler knows the instructions of relaxed SIMD and writes them
// wrongly: as FD xx 01 02, which says another instruction and the beginning of a
// block, where FD xx 02 is meant. It writes a needless 01, a nop, after the other
// instruction itself, so that no 02 can follow that one directly. With the last two
// bytes changed round, what is meant stands there, a nop behind it, and nothing
// moves.

var errCode = errors.New("code with an unknown instruction")

// Opcodes that matter here, and what prefixes and counts look like
// (https://webassembly.github.io/spec/core/binary/instructions.html).
const (
	codeSection  = 10
	prefixMisc   = 0xfc
	prefixVector = 0xfd
	relaxedFrom  = 0x80 // of the second byte
	relaxedTo    = 0x93
)

// relax mends the relaxed SIMD of a code section in place, and returns how many
// instructions there were.
func relax(body []byte) (mended int, err error) {
	r := reader{rest: body}
	functions := r.unsigned()
	for range functions {
		if r.bad {
			break
		}
		code := reader{rest: r.bytes(int(r.unsigned()))}
		n, err := relaxFunction(&code)
		if err != nil {
			return 0, err
		}
		mended += n
	}
	if r.bad || len(r.rest) > 0 {
		return 0, errFormat
	}
	return mended, nil
}

// relaxFunction mends one function: its locals, then its instructions.
func relaxFunction(r *reader) (mended int, err error) {
	for range r.unsigned() {
		if r.bad {
			break
		}
		r.unsigned()
		r.bytes(1)
	}
	for len(r.rest) > 0 && !r.bad {
		if b := r.rest; len(b) >= 4 && b[0] == prefixVector && b[1] >= relaxedFrom && b[1] <= relaxedTo && b[2] == 1 && b[3] == 2 {
			b[2], b[3] = 2, 1
			mended++
		}
		if err := skip(r); err != nil {
			return 0, err
		}
	}
	if r.bad {
		return 0, errFormat
	}
	return mended, nil
}

// skip reads an instruction.
func skip(r *reader) error {
	op := r.bytes(1)
	if r.bad {
		return errFormat
	}
	switch op := op[0]; {
	case op <= 0x01, op == 0x05, op == 0x0b, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4, op == 0xd1:
	case op >= 0x02 && op <= 0x04, op == 0x41, op == 0x42: // blocks, whose type is a signed number; constants
		r.signed()
	case op == 0x0c, op == 0x0d, op == 0x10, op >= 0x20 && op <= 0x26, op == 0xd2:
		r.unsigned()
	case op == 0x0e: // a table of branches, and the default
		for n := r.unsigned(); !r.bad; n-- {
			r.unsigned()
			if n == 0 {
				break
			}
		}
	case op == 0x11, op >= 0x28 && op <= 0x3e: // an indirect call; loads and stores
		r.unsigned()
		r.unsigned()
	case op == 0x1c:
		r.bytes(int(r.unsigned()))
	case op == 0x3f, op == 0x40, op == 0xd0:
		r.bytes(1)
	case op == 0x43:
		r.bytes(4)
	case op == 0x44:
		r.bytes(8)
	case op == prefixMisc:
		return skipMisc(r)
	case op == prefixVector:
		return skipVector(r)
	default:
		return fmt.Errorf("%w: %#x", errCode, op)
	}
	return nil
}

func skipMisc(r *reader) error {
	switch op := r.unsigned(); {
	case op <= 7:
	case op == 8, op == 10, op == 12, op == 14:
		r.unsigned()
		r.unsigned()
	case op <= 17:
		r.unsigned()
	default:
		return fmt.Errorf("%w: %#x %#x", errCode, prefixMisc, op)
	}
	return nil
}

func skipVector(r *reader) error {
	switch op := r.unsigned(); {
	case op <= 0x0b, op == 0x5c, op == 0x5d: // loads and stores
		r.unsigned()
		r.unsigned()
	case op == 0x0c, op == 0x0d: // a constant, a shuffle
		r.bytes(16)
	case op >= 0x15 && op <= 0x22:
		r.bytes(1)
	case op >= 0x54 && op <= 0x5b: // of one lane
		r.unsigned()
		r.unsigned()
		r.bytes(1)
	case op > 0x113:
		return fmt.Errorf("%w: %#x %#x", errCode, prefixVector, op)
	}
	return nil
}
