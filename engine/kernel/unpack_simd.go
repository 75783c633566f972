//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// unpackers are the same as Unpack of the types, over vectors. They write 16
// weights at a time; the layouts are told where the types are.
var unpackers = map[*quant.Type]unpackFunc{
	quant.Q4_0: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.Q4_0, q, scale, src)
		for g := range scale {
			scale[g] = half(p, 0)
			lo, hi := nibbles(bytes16(p, 2))
			store16(out, 0, lo.Sub(splat(8)))
			store16(out, 16, hi.Sub(splat(8)))
			p, out = unsafe.Add(p, 18), unsafe.Add(out, 32)
		}
	},
	quant.Q4_1: func(q []int8, scale, min []float32, src []byte) {
		p, out := start(quant.Q4_1, q, scale, src)
		for g := range scale {
			scale[g], min[g] = half(p, 0), -half(p, 2)
			lo, hi := nibbles(bytes16(p, 4))
			store16(out, 0, lo)
			store16(out, 16, hi)
			p, out = unsafe.Add(p, 20), unsafe.Add(out, 32)
		}
	},
	quant.Q5_0: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.Q5_0, q, scale, src)
		for g := range scale {
			scale[g] = half(p, 0)
			fiveBits(unsafe.Add(p, 2), out, splat(16))
			p, out = unsafe.Add(p, 22), unsafe.Add(out, 32)
		}
	},
	quant.Q5_1: func(q []int8, scale, min []float32, src []byte) {
		p, out := start(quant.Q5_1, q, scale, src)
		for g := range scale {
			scale[g], min[g] = half(p, 0), -half(p, 2)
			fiveBits(unsafe.Add(p, 4), out, splat(0))
			p, out = unsafe.Add(p, 24), unsafe.Add(out, 32)
		}
	},
	quant.IQ4_NL: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.IQ4_NL, q, scale, src)
		for g := range scale {
			scale[g] = half(p, 0)
			nonlinear(unsafe.Add(p, 2), out)
			p, out = unsafe.Add(p, 18), unsafe.Add(out, 32)
		}
	},
	quant.IQ4_XS: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.IQ4_XS, q, scale, src)
		for ; len(scale) > 0; scale = scale[8:] {
			d, high := half(p, 0), int(*(*uint16)(unsafe.Add(p, 2)))
			for g := range 8 {
				low := int(*(*uint8)(unsafe.Add(p, 4+g/2))) >> (g % 2 * 4) & 15
				scale[g] = d * float32(low|high>>(2*g)&3<<4-32)
				nonlinear(unsafe.Add(p, 8+16*g), out)
				out = unsafe.Add(out, 32)
			}
			p = unsafe.Add(p, 136)
		}
	},
	quant.Q2_K: func(q []int8, scale, min []float32, src []byte) {
		p, out := start(quant.Q2_K, q, scale, src)
		three := bits(3)
		for ; len(scale) > 0; scale, min = scale[16:], min[16:] {
			d, dmin := half(p, 80), half(p, 82)
			for g := range 16 {
				v := *(*uint8)(unsafe.Add(p, g))
				scale[g], min[g] = d*float32(v&15), dmin*float32(v>>4)
			}
			for i := 0; i < 64; i += 16 {
				v, to := bytes16(p, 16+i), i/32*128+i%32
				store16(out, to, v.And(three).BitsToInt8())
				store16(out, to+32, shift(v, 2).And(three).BitsToInt8())
				store16(out, to+64, shift(v, 4).And(three).BitsToInt8())
				store16(out, to+96, shift(v, 6).And(three).BitsToInt8())
			}
			p, out = unsafe.Add(p, 84), unsafe.Add(out, 256)
		}
	},
	quant.Q3_K: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.Q3_K, q, scale, src)
		three, four, less := bits(3), bits(4), splat(4)
		for ; len(scale) > 0; scale = scale[16:] {
			d := half(p, 108)
			for g := range 16 {
				low := *(*uint8)(unsafe.Add(p, 96+g%8)) >> (g / 8 * 4) & 15
				high := *(*uint8)(unsafe.Add(p, 104+g%4)) >> (g / 4 * 2) & 3
				scale[g] = d * float32(int(low|high<<4)-32)
			}
			for i := 0; i < 64; i += 16 {
				v, to := bytes16(p, 32+i), i/32*128+i%32
				third := shift(bytes16(p, i%32), uint64(i/32*4)) // the bits of four groups come down one by one
				store16(out, to, v.And(three).Or(up(third, 2).And(four)).BitsToInt8().Sub(less))
				store16(out, to+32, shift(v, 2).And(three).Or(up(third, 1).And(four)).BitsToInt8().Sub(less))
				store16(out, to+64, shift(v, 4).And(three).Or(third.And(four)).BitsToInt8().Sub(less))
				store16(out, to+96, shift(v, 6).And(three).Or(shift(third, 1).And(four)).BitsToInt8().Sub(less))
			}
			p, out = unsafe.Add(p, 110), unsafe.Add(out, 256)
		}
	},
	quant.Q4_K: func(q []int8, scale, min []float32, src []byte) {
		p, out := start(quant.Q4_K, q, scale, src)
		for ; len(scale) > 0; scale, min, src = scale[8:], min[8:], src[144:] {
			quant.SixBits(scale, min, src)
			for i := 0; i < 128; i += 16 {
				lo, hi := nibbles(bytes16(p, 16+i))
				to := i/32*64 + i%32
				store16(out, to, lo)
				store16(out, to+32, hi)
			}
			p, out = unsafe.Add(p, 144), unsafe.Add(out, 256)
		}
	},
	quant.Q5_K: func(q []int8, scale, min []float32, src []byte) {
		p, out := start(quant.Q5_K, q, scale, src)
		one := bits(1)
		for ; len(scale) > 0; scale, min, src = scale[8:], min[8:], src[176:] {
			quant.SixBits(scale, min, src)
			for i := 0; i < 128; i += 16 {
				lo, hi := nibbles(bytes16(p, 48+i))
				fifth := shift(bytes16(p, 16+i%32), uint64(i/32*2))
				to := i/32*64 + i%32
				store16(out, to, lo.Or(up(fifth.And(one), 4).BitsToInt8()))
				store16(out, to+32, hi.Or(up(shift(fifth, 1).And(one), 4).BitsToInt8()))
			}
			p, out = unsafe.Add(p, 176), unsafe.Add(out, 256)
		}
	},
	quant.Q6_K: func(q []int8, scale, _ []float32, src []byte) {
		p, out := start(quant.Q6_K, q, scale, src)
		three, less := bits(3), splat(32)
		for ; len(scale) > 0; scale = scale[16:] {
			d := half(p, 208)
			for g := range 16 {
				scale[g] = d * float32(*(*int8)(unsafe.Add(p, 192+g)))
			}
			for i := 0; i < 64; i += 16 {
				part, at := i/32, i%32
				lo0, hi0 := nibbles(bytes16(p, part*64+at))
				lo1, hi1 := nibbles(bytes16(p, part*64+at+32))
				two, to := bytes16(p, 128+i), part*128+at
				store16(out, to, lo0.Or(up(two.And(three), 4).BitsToInt8()).Sub(less))
				store16(out, to+32, lo1.Or(up(shift(two, 2).And(three), 4).BitsToInt8()).Sub(less))
				store16(out, to+64, hi0.Or(up(shift(two, 4).And(three), 4).BitsToInt8()).Sub(less))
				store16(out, to+96, hi1.Or(up(shift(two, 6).And(three), 4).BitsToInt8()).Sub(less))
			}
			p, out = unsafe.Add(p, 210), unsafe.Add(out, 256)
		}
	},
}

func unpacker(t *quant.Type) unpackFunc {
	if f, ok := unpackers[t]; ok && vectors {
		return f
	}
	return t.Unpack
}

// start checks the lengths, once for all that pointers then reach.
func start(t *quant.Type, q []int8, scale []float32, src []byte) (p, out unsafe.Pointer) {
	leave()
	n := len(scale) * t.Group
	_, _ = q[:n], src[:t.Bytes(n)]
	return unsafe.Pointer(unsafe.SliceData(src)), unsafe.Pointer(unsafe.SliceData(q))
}

func bytes16(p unsafe.Pointer, i int) archsimd.Uint8x16 {
	return archsimd.LoadUint8x16Array((*[16]uint8)(unsafe.Add(p, i)))
}

func store16(p unsafe.Pointer, i int, v archsimd.Int8x16) {
	v.StoreArray((*[16]int8)(unsafe.Add(p, i)))
}

func half(p unsafe.Pointer, i int) float32 { return halves[*(*uint16)(unsafe.Add(p, i))] }

func bits(v uint8) archsimd.Uint8x16 { return archsimd.BroadcastUint8x16(v) }

func splat(v int8) archsimd.Int8x16 { return archsimd.BroadcastInt8x16(v) }

// shift moves bits down; those of the neighbour come in from above.
func shift(v archsimd.Uint8x16, by uint64) archsimd.Uint8x16 {
	return v.ReshapeToUint16s().ShiftAllRight(by).ReshapeToUint8s()
}

// up moves bits up; those of the neighbour come in from below.
func up(v archsimd.Uint8x16, by uint64) archsimd.Uint8x16 {
	return v.ReshapeToUint16s().ShiftAllLeft(by).ReshapeToUint8s()
}

// nibbles returns the lower and the upper four bits of each byte.
func nibbles(v archsimd.Uint8x16) (lo, hi archsimd.Int8x16) {
	return v.And(bits(15)).BitsToInt8(), shift(v, 4).And(bits(15)).BitsToInt8()
}

var (
	eachBit   = [16]uint8{1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128}
	lowBytes  = [16]int8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}
	highBytes = [16]int8{2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3}
)

// fiveBits brings out 32 weights: a word of fifth bits and 16 bytes of four.
func fiveBits(p, out unsafe.Pointer, less archsimd.Int8x16) {
	word := archsimd.BroadcastUint32x4(*(*uint32)(p)).ReshapeToUint8s().BitsToInt8()
	bit, sixteen := archsimd.LoadUint8x16Array(&eachBit), splat(16)
	lo, hi := nibbles(bytes16(p, 4))
	fifth := lookup(word, archsimd.LoadInt8x16Array(&lowBytes)).ToBits().And(bit).Equal(bit).ToInt8x16()
	store16(out, 0, lo.Or(fifth.And(sixteen)).Sub(less))
	fifth = lookup(word, archsimd.LoadInt8x16Array(&highBytes)).ToBits().And(bit).Equal(bit).ToInt8x16()
	store16(out, 16, hi.Or(fifth.And(sixteen)).Sub(less))
}

// nonlinear looks up 32 weights of 4 bits.
func nonlinear(p, out unsafe.Pointer) {
	table := archsimd.LoadInt8x16Array(&quant.Nonlinear)
	lo, hi := nibbles(bytes16(p, 0))
	store16(out, 0, lookup(table, lo))
	store16(out, 16, lookup(table, hi))
}
