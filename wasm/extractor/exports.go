//go:build wasip1

package main

import "unsafe"

var (
	// pinned keeps what the host holds a pointer to from the collector.
	pinned = map[uint32][]byte{}
	// out is the last reply.
	out []byte
)

// alloc returns a buffer of n bytes for a request or a document; 0 if n is not
// positive. The next extract frees all.
//
//go:wasmexport ondol_alloc
func alloc(n int32) uint32 {
	if n <= 0 {
		return 0
	}
	b := make([]byte, n)
	p := address(b)
	pinned[p] = b
	return p
}

// extractAt reads the document at data as the request at head asks. It returns
// the reply as pointer << 32 | length, valid until the next call of any export.
//
//go:wasmexport ondol_extract
func extractAt(head, data uint32) uint64 {
	out = extractFrom(pinned[head], pinned[data])
	clear(pinned)
	return uint64(address(out))<<32 | uint64(len(out))
}

func address(b []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
}
