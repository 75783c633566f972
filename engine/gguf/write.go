package gguf

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/ondol-rag/ondol/engine/quant"
)

// Tensor is a tensor to be written.
type Tensor struct {
	Name string
	Dims []int // Dims[0] varies fastest
	Type *quant.Type
	Data []byte // the blocks, as Type has them
}

// Write writes a file of version 3. A "general.alignment" among the key values
// is obeyed.
func Write(w io.Writer, keyValues []KeyValue, tensors []Tensor) error {
	e := &encoder{w: bufio.NewWriter(w)}
	alignment := int64(defaultAlignment)
	e.bytes([]byte(magic))
	e.uint32(3)
	e.uint64(uint64(len(tensors)))
	e.uint64(uint64(len(keyValues)))
	for _, kv := range keyValues {
		e.string(kv.Key)
		if err := e.value(kv.Value); err != nil {
			return fmt.Errorf("gguf: %q: %w", kv.Key, err)
		}
		if a, ok := kv.Value.(uint32); ok && kv.Key == "general.alignment" {
			if a == 0 || a&(a-1) != 0 || a > maxAlign {
				return fmt.Errorf("gguf: general.alignment is %d, not a power of two up to %d", a, maxAlign)
			}
			alignment = int64(a)
		}
	}
	offset := int64(0)
	for _, t := range tensors {
		info := TensorInfo{Name: t.Name, Dims: t.Dims, Type: t.Type}
		if len(t.Dims) == 0 || len(t.Dims) > maxDims || len(t.Data) == 0 || t.Dims[0]%t.Type.BlockSize != 0 || info.Bytes() != int64(len(t.Data)) {
			return fmt.Errorf("gguf: tensor %q: %d bytes are not %v weights of %s", t.Name, len(t.Data), t.Dims, t.Type)
		}
		e.string(t.Name)
		e.uint32(uint32(len(t.Dims)))
		for _, d := range t.Dims {
			e.uint64(uint64(d))
		}
		e.uint32(t.Type.ID)
		e.uint64(uint64(offset))
		offset += (info.Bytes() + alignment - 1) / alignment * alignment
	}
	for _, t := range tensors {
		e.pad(alignment)
		e.bytes(t.Data)
	}
	e.pad(alignment)
	if err := e.w.Flush(); err != nil {
		return fmt.Errorf("gguf: %w", err)
	}
	return nil
}

// encoder counts what it writes; its errors stay with w until Flush.
type encoder struct {
	w   *bufio.Writer
	pos int64
}

func (e *encoder) bytes(b []byte) {
	e.w.Write(b)
	e.pos += int64(len(b))
}

func (e *encoder) uint32(v uint32) { e.bytes(le.AppendUint32(nil, v)) }
func (e *encoder) uint64(v uint64) { e.bytes(le.AppendUint64(nil, v)) }

func (e *encoder) string(s string) {
	e.uint64(uint64(len(s)))
	e.bytes([]byte(s))
}

func (e *encoder) pad(alignment int64) {
	for e.pos%alignment != 0 {
		e.bytes([]byte{0})
	}
}

var numbers = map[reflect.Kind]uint32{
	reflect.Uint8: typeUint8, reflect.Int8: typeInt8, reflect.Uint16: typeUint16, reflect.Int16: typeInt16,
	reflect.Uint32: typeUint32, reflect.Int32: typeInt32, reflect.Uint64: typeUint64, reflect.Int64: typeInt64,
	reflect.Float32: typeFloat32, reflect.Float64: typeFloat64, reflect.Bool: typeBool, reflect.String: typeString,
}

func (e *encoder) value(v any) error {
	if v == nil {
		return errors.New("no value")
	}
	t := reflect.TypeOf(v)
	isArray := t.Kind() == reflect.Slice
	if isArray {
		t = t.Elem()
	}
	number, ok := numbers[t.Kind()]
	if !ok {
		return fmt.Errorf("GGUF has no type for %T", v)
	}
	if isArray {
		e.uint32(typeArray)
	}
	e.uint32(number)
	if isArray {
		e.uint64(uint64(reflect.ValueOf(v).Len()))
	}
	switch v := v.(type) {
	case string:
		e.string(v)
	case []string:
		for _, s := range v {
			e.string(s)
		}
	default:
		b, err := binary.Append(nil, le, v)
		if err != nil {
			return err
		}
		e.bytes(b)
	}
	return nil
}
