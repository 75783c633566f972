package gguf

import (
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/ondol-rag/ondol/engine/quant"
)

const (
	magic            = "GGUF"
	defaultAlignment = 32
	maxDims          = 4

	// Limits keep a lying header from asking for memory. Real files stay far
	// below them.
	maxKeys    = 1 << 16
	maxTensors = 1 << 20
	maxArray   = 1 << 24
	maxText    = 1 << 28 // bytes of a string, or of all strings of an array
	maxAlign   = 1 << 20
)

// Read reads the header of a file of the given size through a small window, and
// checks that every tensor lies within the file, on its own.
func Read(r io.ReaderAt, size int64) (*File, error) {
	d := &decoder{r: r, size: size}
	f, err := d.file()
	if err != nil {
		return nil, fmt.Errorf("gguf: %w", err)
	}
	return f, nil
}

func (d *decoder) file() (*File, error) {
	head, err := d.bytes(4)
	if err != nil {
		return nil, err
	}
	if string(head) != magic {
		return nil, fmt.Errorf("%w: it begins with %q, not %q", ErrFormat, head, magic)
	}
	version, err := d.uint32()
	if err != nil {
		return nil, err
	}
	switch version {
	case 2, 3:
	case 1:
		return nil, fmt.Errorf("%w: version 1, which nothing has written since 2023; convert the model again", quant.ErrUnsupported)
	case 2 << 24, 3 << 24:
		return nil, fmt.Errorf("%w: a big-endian file; convert it to little-endian", quant.ErrUnsupported)
	default:
		return nil, fmt.Errorf("%w: version %d; 2 and 3 are known", ErrFormat, version)
	}
	nTensors, err := d.count("tensors", maxTensors, 8+4+8+4+8)
	if err != nil {
		return nil, err
	}
	nKeys, err := d.count("metadata entries", maxKeys, 8+4+1)
	if err != nil {
		return nil, err
	}
	f := &File{Version: int(version), Alignment: defaultAlignment, Size: d.size, keys: map[string]any{}, tensors: map[string]int{}}
	for i := range nKeys {
		if err := d.keyValue(f); err != nil {
			return nil, fmt.Errorf("metadata entry %d of %d: %w", i+1, nKeys, err)
		}
	}
	if v, ok := f.keys["general.alignment"]; ok {
		a, ok := v.(uint32)
		if !ok || a == 0 || a&(a-1) != 0 || a > maxAlign {
			return nil, fmt.Errorf("%w: general.alignment is %v, not a power of two of type uint32 up to %d", ErrFormat, v, maxAlign)
		}
		f.Alignment = int64(a)
	}
	for i := range nTensors {
		if err := d.tensor(f); err != nil {
			return nil, fmt.Errorf("tensor %d of %d: %w", i+1, nTensors, err)
		}
	}
	return f, d.place(f)
}

func (d *decoder) keyValue(f *File) error {
	at := d.pos
	key, err := d.string()
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if key == "" {
		return fmt.Errorf("%w: empty key at byte %d", ErrFormat, at)
	}
	if _, ok := f.keys[key]; ok {
		return fmt.Errorf("%w: key %q at byte %d stands there twice", ErrFormat, key, at)
	}
	v, err := d.value()
	if err != nil {
		return fmt.Errorf("%q: %w", key, err)
	}
	f.keys[key] = v
	f.KeyValues = append(f.KeyValues, KeyValue{key, v})
	return nil
}

func (d *decoder) tensor(f *File) error {
	at := d.pos
	name, err := d.string()
	if err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if _, ok := f.tensors[name]; ok {
		return fmt.Errorf("%w: tensor %q at byte %d stands there twice", ErrFormat, name, at)
	}
	t := TensorInfo{Name: name}
	if err := d.shape(&t); err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	f.tensors[name] = len(f.Tensors)
	f.Tensors = append(f.Tensors, t)
	return nil
}

// shape reads what follows a tensor's name; Offset is still from the data's start.
func (d *decoder) shape(t *TensorInfo) error {
	nDims, err := d.uint32()
	if err != nil {
		return err
	}
	if nDims == 0 || nDims > maxDims {
		return fmt.Errorf("%w: %d dimensions; 1 to %d are allowed", ErrFormat, nDims, maxDims)
	}
	t.Dims = make([]int, nDims)
	elements := uint64(1)
	for i := range t.Dims {
		n, err := d.uint64()
		if err != nil {
			return err
		}
		// A weight takes more than a bit, so this is more than any file holds, and
		// products of it do not overflow.
		if n == 0 || n > 8*uint64(d.size)/elements {
			return fmt.Errorf("%w: dimension %d is %d in a file of %d bytes", ErrFormat, i, n, d.size)
		}
		t.Dims[i] = int(n)
		elements *= n
	}
	id, err := d.uint32()
	if err != nil {
		return err
	}
	if t.Type, err = quant.ByID(id); err != nil {
		return err
	}
	if t.Dims[0]%t.Type.BlockSize != 0 {
		return fmt.Errorf("%w: rows of %d weights do not fill blocks of %d (%s)", ErrFormat, t.Dims[0], t.Type.BlockSize, t.Type)
	}
	offset, err := d.uint64()
	if err != nil {
		return err
	}
	if offset > uint64(d.size) {
		return fmt.Errorf("%w: offset %d lies beyond the file's %d bytes", ErrFormat, offset, d.size)
	}
	t.Offset = int64(offset)
	return nil
}

// place makes offsets absolute and checks where tensors lie.
func (d *decoder) place(f *File) error {
	start := (d.pos + f.Alignment - 1) / f.Alignment * f.Alignment
	order := make([]*TensorInfo, len(f.Tensors))
	for i := range f.Tensors {
		t := &f.Tensors[i]
		if t.Offset%f.Alignment != 0 {
			return fmt.Errorf("%w: tensor %q: offset %d is no multiple of the alignment %d", ErrFormat, t.Name, t.Offset, f.Alignment)
		}
		t.Offset += start
		if n := t.Bytes(); n > f.Size-t.Offset {
			return fmt.Errorf("%w: tensor %q: its %d bytes at %d reach beyond the file's %d; was the file cut off?", ErrFormat, t.Name, n, t.Offset, f.Size)
		}
		order[i] = t
	}
	sort.Slice(order, func(i, j int) bool { return order[i].Offset < order[j].Offset })
	for i := 1; i < len(order); i++ {
		if a, b := order[i-1], order[i]; a.Offset+a.Bytes() > b.Offset {
			return fmt.Errorf("%w: tensors %q (%d bytes at %d) and %q (at %d) overlap", ErrFormat, a.Name, a.Bytes(), a.Offset, b.Name, b.Offset)
		}
	}
	return nil
}

func (d *decoder) value() (any, error) {
	typ, err := d.uint32()
	if err != nil {
		return nil, err
	}
	switch typ {
	case typeString:
		return d.string()
	case typeArray:
		return d.array()
	}
	s, ok := scalars[typ]
	if !ok {
		return nil, fmt.Errorf("%w: value type %d at byte %d", ErrFormat, typ, d.pos-4)
	}
	b, err := d.bytes(s.size)
	if err != nil {
		return nil, err
	}
	return s.value(b), nil
}

func (d *decoder) array() (any, error) {
	typ, err := d.uint32()
	if err != nil {
		return nil, err
	}
	if typ == typeString {
		return d.strings()
	}
	s, ok := scalars[typ]
	if !ok {
		return nil, fmt.Errorf("%w: array of value type %d at byte %d", ErrFormat, typ, d.pos-4)
	}
	n, err := d.count("array elements", maxArray, s.size)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n*s.size) // no more than is left of the file
	if err := d.read(b); err != nil {
		return nil, err
	}
	return s.array(b, n), nil
}

// strings reads an array of strings into two allocations: one for all the
// bytes, one for the headers.
func (d *decoder) strings() ([]string, error) {
	n, err := d.count("strings", maxArray, 8)
	if err != nil {
		return nil, err
	}
	var text []byte
	ends := make([]uint32, 0, min(n, 1<<18))
	for i := range n {
		length, err := d.uint64()
		if err != nil {
			return nil, fmt.Errorf("string %d: %w", i, err)
		}
		if length > uint64(maxText-len(text)) {
			return nil, fmt.Errorf("%w: string %d has %d bytes at byte %d; strings of one array may have %d together", ErrFormat, i, length, d.pos-8, maxText)
		}
		if int64(length) > d.size-d.pos {
			return nil, fmt.Errorf("string %d: %w", i, d.short(int64(length)))
		}
		from := len(text)
		text = slices.Grow(text, int(length))[:from+int(length)]
		if err := d.read(text[from:]); err != nil {
			return nil, fmt.Errorf("string %d: %w", i, err)
		}
		ends = append(ends, uint32(len(text)))
	}
	values, all, from := make([]string, n), string(text), uint32(0)
	for i, end := range ends {
		values[i], from = all[from:end], end
	}
	return values, nil
}

func (d *decoder) string() (string, error) {
	n, err := d.uint64()
	if err != nil {
		return "", err
	}
	if n > maxText {
		return "", fmt.Errorf("%w: string of %d bytes at byte %d; at most %d are read", ErrFormat, n, d.pos-8, maxText)
	}
	if int64(n) > d.size-d.pos {
		return "", d.short(int64(n))
	}
	b := make([]byte, n)
	err = d.read(b)
	return string(b), err
}

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(what string, limit, size int) (int, error) {
	n, err := d.uint64()
	if err != nil {
		return 0, err
	}
	if n > uint64(limit) || int64(n) > (d.size-d.pos)/int64(size) {
		return 0, fmt.Errorf("%w: %d %s at byte %d, with %d bytes to follow", ErrFormat, n, what, d.pos-8, d.size-d.pos)
	}
	return int(n), nil
}
