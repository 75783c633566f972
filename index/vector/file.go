package vector

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"unsafe"

	"github.com/ondol-rag/ondol/index"
)

// A file holds the vectors of some chunks of one segment by one encoder. All
// numbers are little-endian:
//
//	magic, version u32, dimension u32, rows u32, length of the encoder's name u32,
//	CRC-32C of all that follows and of the three numbers before u32,
//	name, padding to lane,
//	chunks u32 each, scales f32 each, padding to lane,
//	rows of stride bytes
const (
	magic      = "ONDOLVEC"
	version    = 1
	headerSize = 28
)

var (
	le         = binary.LittleEndian
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// File is an opened file. It is searched as it lies.
type File struct {
	Name    string
	Encoder string
	Dim     int
	chunks  []byte // u32 each
	scales  []byte // f32 each
	rows    []int8
	codes   []uint64 // made when first asked for
}

// Open checks a file's sum and bounds. It keeps b.
func Open(name string, b []byte) (*File, error) {
	bad := func(format string, args ...any) (*File, error) {
		return nil, fmt.Errorf("%w: %s, vectors: %s", index.ErrCorrupt, name, fmt.Sprintf(format, args...))
	}
	switch {
	case len(b) < headerSize:
		return bad("%d bytes are too few", len(b))
	case string(b[:8]) != magic:
		return bad("it begins with %q", b[:8])
	case le.Uint32(b[8:]) != version:
		return bad("version %d; this Ondol reads %d", le.Uint32(b[8:]), version)
	case le.Uint32(b[24:]) != sum(b):
		return bad("the checksum does not hold")
	}
	dim, n, name2 := uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:])), uint64(le.Uint32(b[20:]))
	if dim == 0 || dim > MaxDim || n > math.MaxInt32 || name2 > 1<<16 {
		return bad("%d rows of %d dimensions", n, dim)
	}
	f := &File{Name: name, Dim: int(dim)}
	chunks := pad(headerSize + name2)
	rows := pad(chunks + 8*n)
	if uint64(len(b)) != rows+n*uint64(stride(f.Dim)) {
		return bad("%d bytes do not hold %d rows of %d dimensions", len(b), n, dim)
	}
	f.Encoder = string(b[headerSize : headerSize+name2])
	f.chunks, f.scales = b[chunks:chunks+4*n], b[chunks+4*n:chunks+8*n]
	f.rows = unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b[rows:]))), len(b[rows:]))
	return f, nil
}

func pad(n uint64) uint64 { return (n + lane - 1) &^ (lane - 1) }

// sum is the checksum of a file without its own field, magic and version.
func sum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[12:24], castagnoli), castagnoli, b[headerSize:])
}

// Len is the number of rows.
func (f *File) Len() int { return len(f.chunks) / 4 }

// Chunk is the chunk that a row belongs to.
func (f *File) Chunk(row int) int { return int(le.Uint32(f.chunks[4*row:])) }

func (f *File) scale(row int) float32 { return math.Float32frombits(le.Uint32(f.scales[4*row:])) }

func (f *File) row(row int) []int8 {
	n := stride(f.Dim)
	return f.rows[row*n : row*n+n]
}

// Writer gathers vectors into a file.
type Writer struct {
	encoder string
	dim     int
	chunks  []byte
	scales  []byte
	rows    []int8
}

// NewWriter returns an empty writer.
func NewWriter(encoder string, dim int) *Writer { return &Writer{encoder: encoder, dim: dim} }

// Len is the number of rows.
func (w *Writer) Len() int { return len(w.chunks) / 4 }

// Continues reports whether a writer's vectors are of the encoder of a file.
func (f *File) Continues(w *Writer) bool { return w.encoder == f.Encoder && w.dim == f.Dim }

// Add takes the vector of a chunk in.
func (w *Writer) Add(chunk int, v []float32) error {
	if len(v) != w.dim || w.dim > MaxDim {
		return fmt.Errorf("%w: a vector of %d dimensions, from an encoder of %d; the most are %d", index.ErrInput, len(v), w.dim, MaxDim)
	}
	row := make([]int8, stride(w.dim))
	scale := quantize(row, v)
	if math.IsNaN(float64(scale)) || math.IsInf(float64(scale), 0) {
		return fmt.Errorf("%w: the encoder %s made a vector that is no number", index.ErrInput, w.encoder)
	}
	w.add(chunk, scale, row)
	return nil
}

func (w *Writer) add(chunk int, scale float32, row []int8) {
	w.chunks = le.AppendUint32(w.chunks, uint32(chunk))
	w.scales = le.AppendUint32(w.scales, math.Float32bits(scale))
	w.rows = append(w.rows, row...)
}

// Append takes a row of a file in, for a chunk of another number.
func (w *Writer) Append(f *File, row, chunk int) { w.add(chunk, f.scale(row), f.row(row)) }

// Bytes is the finished file.
func (w *Writer) Bytes() []byte {
	b := append(make([]byte, 0, headerSize+len(w.encoder)+2*lane+8*w.Len()+len(w.rows)), magic...)
	for _, n := range []int{version, w.dim, w.Len(), len(w.encoder), 0} {
		b = le.AppendUint32(b, uint32(n))
	}
	b = append(b, w.encoder...)
	b = append(b, make([]byte, pad(uint64(len(b)))-uint64(len(b)))...)
	b = append(append(b, w.chunks...), w.scales...)
	b = append(b, make([]byte, pad(uint64(len(b)))-uint64(len(b)))...)
	b = append(b, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(w.rows))), len(w.rows))...)
	le.PutUint32(b[24:], sum(b))
	return b
}
