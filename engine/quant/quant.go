// Package quant holds the block formats of GGUF tensors.
//
// A Type is one format, one file each, which registers itself. Block formats
// share one description: small integers, a scale for each group of them, and for
// some a minimum that is taken off. Unpack brings out these parts, and all
// arithmetic derives from them.
package quant

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// ErrUnsupported is wrapped by errors about sound files that need something
// that is not there.
var ErrUnsupported = errors.New("unsupported")

// Type is a format of weights. Exactly one of Unpack and Floats is set.
type Type struct {
	Name string // as llama.cpp spells it: "Q4_K"
	ID   uint32 // ggml_type

	BlockSize int // weights in a block
	TypeSize  int // bytes of a block

	// Group is how many weights share a scale: 16 or 32; 0 if Floats is set.
	Group int
	// Offset says that groups have a minimum too.
	Offset bool
	// Unpack splits whole blocks: weight i is
	//
	//	scale[i/Group]*q[i] - min[i/Group]
	//
	// len(q) is the number of weights. min is untouched unless Offset is set.
	Unpack func(q []int8, scale, min []float32, src []byte)
	// Floats widens plain floats. len(dst) is the number of weights.
	Floats func(dst []float32, src []byte)

	// Quantize packs len(src) weights, whole blocks of them; nil where only
	// reading is needed.
	Quantize func(dst []byte, src []float32)
	// Bound is the largest error that Quantize may make, as a share of the
	// largest magnitude in a block.
	Bound float64
}

var types = map[uint32]*Type{}

// register is called by every format; inlined it would be 2 KB of the page.
//
//go:noinline
func register(t *Type) *Type {
	if _, ok := types[t.ID]; ok {
		panic("quant: two types with ID " + t.Name)
	}
	types[t.ID] = t
	return t
}

// ByID returns the type with a ggml_type number.
func ByID(id uint32) (*Type, error) {
	if t, ok := types[id]; ok {
		return t, nil
	}
	var names []string
	for _, t := range All() {
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("%w: block format %d; those there are: %s", ErrUnsupported, id, strings.Join(names, " "))
}

// All returns the types in order of their IDs.
func All() []*Type {
	all := slices.Collect(maps.Values(types))
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

func (t *Type) String() string { return t.Name }

// Bytes returns the size of n weights, which must fill whole blocks.
func (t *Type) Bytes(n int) int { return n / t.BlockSize * t.TypeSize }

// Dequantize turns whole blocks back to floats. It is the reference that faster
// ways are held against.
func (t *Type) Dequantize(dst []float32, src []byte) {
	if t.Floats != nil {
		t.Floats(dst, src)
		return
	}
	var q [256]int8
	var scale, min [256 / 16]float32
	for len(dst) > 0 {
		n := t.BlockSize
		t.Unpack(q[:n], scale[:n/t.Group], min[:n/t.Group], src[:t.TypeSize])
		for i := range n {
			dst[i] = scale[i/t.Group]*float32(q[i]) - min[i/t.Group]
		}
		dst, src = dst[n:], src[t.TypeSize:]
	}
}
