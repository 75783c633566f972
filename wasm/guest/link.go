//go:build wasip1

package main

import (
	"errors"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/model"
)

// exchange is AllGather of this instance's shard and those of other instances.
// It blocks until all have given their part, and returns how many bytes were
// gathered; below zero, no others are there or they are lost. A dst of 0 leaves
// out the result.
//
//go:wasmimport ondol exchange
func exchange(dst unsafe.Pointer, room uint32, part unsafe.Pointer, n uint32) int32

var _ model.Link = host{}

var errAlone = errors.New("the other shards of the model are gone, or too much was given")

// AllGather implements model.Link.
func (host) AllGather(dst, part []byte) (int, error) {
	n := exchange(unsafe.Pointer(unsafe.SliceData(dst)), uint32(len(dst)), unsafe.Pointer(unsafe.SliceData(part)), uint32(len(part)))
	if n < 0 {
		return 0, errAlone
	}
	return int(n), nil
}
