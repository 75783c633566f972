// Command pack rewrites a WebAssembly module so that it compresses better, mends its
// relaxed SIMD (relaxed.go), and spares wazero checks of bounds (address.go).
//
//	pack FILE.wasm
//
// Go's linker leaves out every run of eight zeros of the initial memory, and so
// cuts it into tens of thousands of segments. Their headers hold less than the
// zeros did, but gzip could have had the zeros for nothing. And it has no flag to
// leave out the lines of tracebacks, which -s and -w keep.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pack FILE.wasm")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(name string) error {
	module, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	packed, err := pack(module)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, packed, 0o644)
}

// The parts of the binary format that matter here
// (https://webassembly.github.io/spec/core/binary/modules.html).
const (
	header      = "\x00asm\x01\x00\x00\x00"
	dataSection = 11
	i32Const    = 0x41
	end         = 0x0b
)

// maxGap is the longest run of zeros that is written out, in bytes.
const maxGap = 4096

var errFormat = errors.New("not a module as Go's linker writes it")

// pack returns the module with few, long data segments, no lines, and either relaxed
// SIMD as it is meant or addresses that are shared; it may write to what it was given.
func pack(module []byte) ([]byte, error) {
	r := reader{rest: module}
	if string(r.bytes(len(header))) != header {
		return nil, errFormat
	}
	out := []byte(header)
	var params, types []uint64
	for len(r.rest) > 0 && !r.bad {
		id := r.bytes(1)
		body := r.bytes(int(r.unsigned()))
		if r.bad {
			break
		}
		var err error
		switch id[0] {
		case typeSection:
			params, err = parameters(body)
		case functionSection:
			types, err = typesOf(body)
		case codeSection:
			var relaxed int
			if relaxed, err = relax(body); err == nil && relaxed == 0 {
				body, err = share(body, params, types) // what is relaxed, V8 runs
			}
		case dataSection:
			body, err = packData(body)
		}
		if err != nil {
			return nil, err
		}
		out = binary.AppendUvarint(append(out, id[0]), uint64(len(body)))
		out = append(out, body...)
	}
	if r.bad {
		return nil, errFormat
	}
	return out, nil
}

// packData joins the segments of a data section, and clears what only tracebacks read.
func packData(body []byte) ([]byte, error) {
	segments, err := parseData(body)
	if err != nil {
		return nil, err
	}
	segments = merge(segments)
	for _, s := range segments {
		if err := dropLines(s.data); err != nil {
			return nil, err
		}
	}
	return appendData(nil, segments), nil
}

// segment is what memory holds from an address on.
type segment struct {
	at   uint64
	data []byte
}

func (s segment) end() uint64 { return s.at + uint64(len(s.data)) }

// merge joins neighbours with little between them, and nothing of others. Later
// segments may overwrite earlier ones, so their order stays.
func merge(segments []segment) (merged []segment) {
	for _, s := range segments {
		if n := len(merged); n > 0 {
			last := &merged[n-1]
			end := last.end()
			between := func(other segment) bool { return other.at < s.at && other.end() > end }
			if s.at >= end && s.at-end <= maxGap && !slices.ContainsFunc(merged[:n-1], between) {
				last.data = append(append(last.data, make([]byte, s.at-end)...), s.data...)
				continue
			}
		}
		merged = append(merged, segment{s.at, slices.Clone(s.data)})
	}
	return merged
}

// parseData reads a section of active segments of memory 0.
func parseData(body []byte) ([]segment, error) {
	r := reader{rest: body}
	count := r.unsigned()
	var segments []segment
	for len(r.rest) > 0 && !r.bad {
		if kind := r.bytes(2); r.bad || kind[0] != 0 || kind[1] != i32Const {
			return nil, errFormat
		}
		at := r.signed()
		if stop := r.bytes(1); r.bad || at < 0 || stop[0] != end {
			return nil, errFormat
		}
		segments = append(segments, segment{uint64(at), r.bytes(int(r.unsigned()))})
	}
	if r.bad || uint64(len(segments)) != count {
		return nil, errFormat
	}
	return segments, nil
}

func appendData(b []byte, segments []segment) []byte {
	b = binary.AppendUvarint(b, uint64(len(segments)))
	for _, s := range segments {
		b = append(b, 0, i32Const)
		b = append(appendSigned(b, int64(s.at)), end)
		b = binary.AppendUvarint(b, uint64(len(s.data)))
		b = append(b, s.data...)
	}
	return b
}

// reader reads LEB128 numbers and bytes. It is bad after the first that is not
// there, and returns zeros from then on.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.bytes(max(n, 0))
	r.bad = r.bad || n <= 0
	return v
}

// signed reads a two's complement number whose last byte carries the sign in its
// seventh bit.
func (r *reader) signed() (v int64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.bytes(1)
		if r.bad {
			return 0
		}
		v |= int64(b[0]&0x7f) << shift
		if b[0] < 0x80 {
			if shift += 7; b[0]&0x40 != 0 && shift < 64 {
				v |= -1 << shift
			}
			return v
		}
	}
	r.bad = true
	return 0
}

func appendSigned(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
