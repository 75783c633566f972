package gguf

import (
	"encoding/binary"
	"math"
)

// The numbers of value types, as they stand in files.
const (
	typeUint8 = iota
	typeInt8
	typeUint16
	typeInt16
	typeUint32
	typeInt32
	typeFloat32
	typeBool
	typeString
	typeArray
	typeUint64
	typeInt64
	typeFloat64
)

// scalar is a value type of fixed size.
type scalar struct {
	size  int
	value func(b []byte) any        // one of them
	array func(b []byte, n int) any // n of them, len(b) = n*size
}

func fixed[T any](size int, decode func(b []byte) T) scalar {
	return scalar{
		size:  size,
		value: func(b []byte) any { return decode(b) },
		array: func(b []byte, n int) any {
			values := make([]T, n)
			for i := range values {
				values[i] = decode(b[i*size:])
			}
			return values
		},
	}
}

var le = binary.LittleEndian

var scalars = map[uint32]scalar{
	typeUint8:   fixed(1, func(b []byte) uint8 { return b[0] }),
	typeInt8:    fixed(1, func(b []byte) int8 { return int8(b[0]) }),
	typeUint16:  fixed(2, le.Uint16),
	typeInt16:   fixed(2, func(b []byte) int16 { return int16(le.Uint16(b)) }),
	typeUint32:  fixed(4, le.Uint32),
	typeInt32:   fixed(4, func(b []byte) int32 { return int32(le.Uint32(b)) }),
	typeFloat32: fixed(4, func(b []byte) float32 { return math.Float32frombits(le.Uint32(b)) }),
	typeBool:    fixed(1, func(b []byte) bool { return b[0] != 0 }),
	typeUint64:  fixed(8, le.Uint64),
	typeInt64:   fixed(8, func(b []byte) int64 { return int64(le.Uint64(b)) }),
	typeFloat64: fixed(8, func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }),
}
