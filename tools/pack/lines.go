package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// The table of functions that the runtime unwinds stacks by (runtime.pcHeader,
// runtime._func; little-endian). Its parts lie one after the other: names of
// functions, compilation units, names of files, tables by program counter,
// functions.
const (
	functionTable = "\xf1\xff\xff\xff\x00\x00\x01\x08" // how it begins: magic, unit and pointer size

	nfuncAt, namesAt, unitsAt, filesAt, pctabAt, functionsAt = 8, 32, 40, 48, 56, 64
	headerSize                                               = 72

	// of a function:
	pcspAt, pcfileAt, npcdataAt, unitAt, funcIDAt, pcdataAt = 16, 20, 28, 32, 40, 44
)

var errFunctions = errors.New("the table of functions is not that of Go 1.27")

// dropLines clears what only tracebacks print: files, lines, and the names of
// functions of the standard library. Where memory has no table of functions there is nothing to drop.
func dropLines(memory []byte) error {
	begin := bytes.Index(memory, []byte(functionTable))
	if begin < 0 {
		return nil
	}
	table := memory[begin:]
	if len(table) < headerSize {
		return errFunctions
	}
	at := func(field int) uint64 { return binary.LittleEndian.Uint64(table[field:]) }
	n, names, units, files, pctab, functions := at(nfuncAt), at(namesAt), at(unitsAt), at(filesAt), at(pctabAt), at(functionsAt)
	size := uint64(len(table))
	if !(names <= units && units <= files && files <= pctab && pctab <= functions && functions <= size && n <= (size-functions)/8) {
		return errFunctions
	}
	values := table[pctab:functions]
	used := make([]bool, len(values))
	// keep marks a table of pairs of deltas, which a zero ends. Tables share bytes.
	keep := func(offset uint32) {
		if offset == 0 || int(offset) >= len(values) {
			return
		}
		r := reader{rest: values[offset:]}
		for r.unsigned(); !r.bad; {
			r.unsigned()
			if r.unsigned() == 0 {
				break
			}
		}
		for i := range values[offset : len(values)-len(r.rest)] {
			used[int(offset)+i] = true
		}
	}
	for i := range n {
		f := functions + uint64(binary.LittleEndian.Uint32(table[functions+8*i+4:]))
		if f > size || size-f < pcdataAt {
			return errFunctions
		}
		function := table[f:]
		field := func(at int) uint32 { return binary.LittleEndian.Uint32(function[at:]) }
		npcdata := int(field(npcdataAt))
		if npcdata > (len(function)-pcdataAt)/4 {
			return errFunctions
		}
		keep(field(pcspAt))
		for i := range npcdata {
			keep(field(pcdataAt + 4*i))
		}
		clear(function[pcfileAt:npcdataAt]) // and pcln
		clear(function[unitAt:funcIDAt])    // and startLine
	}
	for i := range values {
		if !used[i] {
			values[i] = 0
		}
	}
	clear(table[units:pctab])
	dropNames(table[names:units])
	return nil
}

// known is how names begin that the runtime knows its own functions by.
const known = "runtime."

// kept are how the names begin that a traceback is read for: our own.
var kept = []string{"github.com/ondol-rag/", "main."}

// dropNames clears the other names, each of which a zero ends, and all but the
// beginning of those of the runtime.
func dropNames(names []byte) {
	for len(names) > 0 {
		name, rest, _ := bytes.Cut(names, []byte{0})
		if bytes.HasPrefix(name, []byte(known)) {
			clear(name[len(known):])
		} else if !slices.ContainsFunc(kept, func(begin string) bool { return bytes.HasPrefix(name, []byte(begin)) }) {
			clear(name)
		}
		names = rest
	}
}
