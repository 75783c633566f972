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
	nameAt, pcspAt, pcfileAt, npcdataAt, unitAt, funcIDAt, nfuncdataAt, pcdataAt = 4, 16, 20, 28, 32, 40, 43, 44

	noFuncdata = 1<<32 - 1
)

// What tables by program counter and data a function has that only tracebacks,
// traces and preemption read, which there is none of here: points where it is
// unsafe; what was inlined; which arguments live, and how they are printed; what is
// wrapped (internal/abi, symtab.go).
var (
	needlessPcdata   = []int{0, 2, 3}
	needlessFuncdata = []int{3, 5, 6, 7}
)

var errFunctions = errors.New("the table of functions is not that of Go 1.27")

// dropLines clears what only tracebacks print: files, lines, arguments, what was
// inlined, and the names of functions of the standard library. Where memory has no
// table of functions there is nothing to drop.
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
	n, namesFrom, units, files, pctab, functions := at(nfuncAt), at(namesAt), at(unitsAt), at(filesAt), at(pctabAt), at(functionsAt)
	size := uint64(len(table))
	if !(namesFrom <= units && units <= files && files <= pctab && pctab <= functions && functions <= size && n <= (size-functions)/8) {
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
	names := newNames(table[namesFrom:units])
	for i := range n {
		f := functions + uint64(binary.LittleEndian.Uint32(table[functions+8*i+4:]))
		if f > size || size-f < pcdataAt {
			return errFunctions
		}
		function := table[f:]
		field := func(at int) uint32 { return binary.LittleEndian.Uint32(function[at:]) }
		set := func(at int, v uint32) { binary.LittleEndian.PutUint32(function[at:], v) }
		npcdata, nfuncdata := int(field(npcdataAt)), int(function[nfuncdataAt])
		if npcdata > (len(function)-pcdataAt)/4-nfuncdata {
			return errFunctions
		}
		name, ok := names.keep(field(nameAt))
		if !ok {
			return errFunctions
		}
		set(nameAt, name)
		for _, i := range needlessPcdata {
			if i < npcdata {
				set(pcdataAt+4*i, 0)
			}
		}
		for _, i := range needlessFuncdata {
			if i < nfuncdata {
				set(pcdataAt+4*(npcdata+i), noFuncdata)
			}
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
	names.drop()
	return nil
}

// ours is how the names begin that a traceback is read for, runtimes how those do
// that the runtime knows its own functions by.
var (
	ours     = [][]byte{[]byte("github.com/ondol-rag/"), []byte("main.")}
	runtimes = []byte("runtime.")
)

// names are those of functions, each of which a zero ends.
type names struct {
	table   []byte
	used    []bool
	runtime int // where a name begins as those of the runtime; -1: there is none
}

func newNames(table []byte) *names {
	return &names{table, make([]bool, len(table)), bytes.Index(table, runtimes)}
}

// keep marks what stays of a name, and returns where: ours as they are, those of
// the runtime as one without an end, others as none.
func (n *names) keep(at uint32) (uint32, bool) {
	if int64(at) >= int64(len(n.table)) || n.table[len(n.table)-1] != 0 {
		return 0, false
	}
	name := n.table[at:]
	switch {
	case bytes.HasPrefix(name, runtimes):
		at, name = uint32(n.runtime), runtimes
	case slices.ContainsFunc(ours, func(begin []byte) bool { return bytes.HasPrefix(name, begin) }):
		name = name[:bytes.IndexByte(name, 0)]
	default:
		return uint32(len(n.table) - 1), true
	}
	for i := range name {
		n.used[int(at)+i] = true
	}
	return at, true
}

// drop clears what was not marked.
func (n *names) drop() {
	for i := range n.table {
		if !n.used[i] {
			n.table[i] = 0
		}
	}
}
