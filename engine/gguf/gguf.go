// Package gguf reads and writes GGUF, the file format of GGML models: typed
// metadata, then named tensors.
//
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
package gguf

import (
	"errors"
	"math"

	"github.com/ondol-rag/ondol/engine/quant"
)

// ErrFormat is wrapped by every error about a file that is no sound GGUF.
var ErrFormat = errors.New("not a sound GGUF file")

// File is what stands before a file's tensor data.
type File struct {
	Version   int
	Alignment int64 // of tensors
	Size      int64 // of the whole file, bytes
	KeyValues []KeyValue
	Tensors   []TensorInfo

	keys    map[string]any
	tensors map[string]int // index into Tensors
}

// KeyValue is one entry of metadata. Value is a uint8, int8, uint16, int16,
// uint32, int32, uint64, int64, float32, float64, bool or string, or a slice of
// one of these.
type KeyValue struct {
	Key   string
	Value any
}

// TensorInfo says where a tensor is and how to read it.
type TensorInfo struct {
	Name   string
	Dims   []int // Dims[0] varies fastest: a matrix of rows x cols has Dims {cols, rows}
	Type   *quant.Type
	Offset int64 // of its first byte, from the start of the file
}

// Elements is the number of weights.
func (t *TensorInfo) Elements() int {
	n := 1
	for _, d := range t.Dims {
		n *= d
	}
	return n
}

// Bytes is the size of the data.
func (t *TensorInfo) Bytes() int64 { return int64(t.Type.Bytes(t.Elements())) }

// Tensor returns a tensor by its name.
func (f *File) Tensor(name string) (*TensorInfo, bool) {
	i, ok := f.tensors[name]
	if !ok {
		return nil, false
	}
	return &f.Tensors[i], true
}

// Value returns the value of a key as it stands in the file.
func (f *File) Value(key string) (any, bool) {
	v, ok := f.keys[key]
	return v, ok
}

// Int returns an integer of any width. It is false too for one beyond int64.
func (f *File) Int(key string) (int64, bool) {
	switch v := f.keys[key].(type) {
	case uint8:
		return int64(v), true
	case int8:
		return int64(v), true
	case uint16:
		return int64(v), true
	case int16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case int32:
		return int64(v), true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case int64:
		return v, true
	}
	return 0, false
}

// Float returns a float of either width.
func (f *File) Float(key string) (float64, bool) {
	switch v := f.keys[key].(type) {
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// Bool returns a truth value.
func (f *File) Bool(key string) (bool, bool) { return get[bool](f, key) }

// String returns a string.
func (f *File) String(key string) (string, bool) { return get[string](f, key) }

// Strings returns an array of strings. All of them share one allocation.
func (f *File) Strings(key string) ([]string, bool) { return get[[]string](f, key) }

// Float32s returns an array of float32.
func (f *File) Float32s(key string) ([]float32, bool) { return get[[]float32](f, key) }

// Int32s returns an array of int32.
func (f *File) Int32s(key string) ([]int32, bool) { return get[[]int32](f, key) }

// Uint8s returns an array of uint8.
func (f *File) Uint8s(key string) ([]uint8, bool) { return get[[]uint8](f, key) }

// Bools returns an array of truth values.
func (f *File) Bools(key string) ([]bool, bool) { return get[[]bool](f, key) }

func get[T any](f *File, key string) (T, bool) {
	v, ok := f.keys[key].(T)
	return v, ok
}
