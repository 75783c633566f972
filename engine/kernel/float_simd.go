//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// exp4 is exp of 4 numbers, to the same bits; NaN becomes infinity.
func exp4(x archsimd.Float32x4) archsimd.Float32x4 {
	low, high := x.Less(archsimd.BroadcastFloat32x4(-87.3)), x.LessEqual(archsimd.BroadcastFloat32x4(88.37))
	magic := archsimd.BroadcastFloat32x4(3 << 22)
	n := x.Mul(archsimd.BroadcastFloat32x4(1.44269504)).Add(magic)
	k := n.ToBits().Sub(magic.ToBits())
	n = n.Sub(magic)
	x = x.Sub(n.Mul(archsimd.BroadcastFloat32x4(0.693359375))).Add(n.Mul(archsimd.BroadcastFloat32x4(2.12194440e-4)))
	p := archsimd.BroadcastFloat32x4(1.9875691500e-4)
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(1.3981999507e-3))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(8.3334519073e-3))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(4.1665795894e-2))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(1.6666665459e-1))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(5.0000001201e-1))
	p = p.Mul(x).Mul(x).Add(x).Add(archsimd.BroadcastFloat32x4(1))
	p = p.Mul(k.Add(archsimd.BroadcastUint32x4(127)).ShiftAllLeft(23).BitsToFloat32())
	p = p.IfElse(high, archsimd.BroadcastUint32x4(0x7f800000).BitsToFloat32())
	return archsimd.BroadcastFloat32x4(0).IfElse(low, p)
}

func at4(p unsafe.Pointer, i int) *[4]float32 { return (*[4]float32)(unsafe.Add(p, 4*i)) }

// expSum turns each x into exp(x-less), and returns their sum.
func expSum(x []float32, less float32) (sum float64) {
	if avx512 && len(x) > 0 {
		return expSum512(pointer(x), len(x), less)
	}
	if !vectors {
		return refExpSum(x, less)
	}
	leave()
	p, i, l := pointer(x), 0, archsimd.BroadcastFloat32x4(less)
	var total archsimd.Float32x4
	for ; i+4 <= len(x); i += 4 {
		e := exp4(archsimd.LoadFloat32x4Array(at4(p, i)).Sub(l))
		e.StoreArray(at4(p, i))
		total = total.Add(e)
		if i%256 == 252 { // few enough for single precision
			sum += total4(total)
			total = archsimd.Float32x4{}
		}
	}
	return sum + total4(total) + refExpSum(x[i:], less)
}

func total4(x archsimd.Float32x4) float64 {
	return float64(x.GetElem(0)) + float64(x.GetElem(1)) + float64(x.GetElem(2)) + float64(x.GetElem(3))
}

// Largest returns the largest number.
func Largest(x []float32) float32 {
	if avx512 && len(x) > 0 {
		return largest512(pointer(x), len(x))
	}
	if !vectors || len(x) < 4 {
		return refLargest(x)
	}
	leave()
	p, m := pointer(x), archsimd.LoadFloat32x4Array(at4(pointer(x), len(x)-4))
	for i := 0; i+4 <= len(x); i += 4 {
		v := archsimd.LoadFloat32x4Array(at4(p, i))
		m = v.IfElse(v.Greater(m), m)
	}
	var four [4]float32
	m.StoreArray(&four)
	return refLargest(four[:])
}

// Add adds y to x.
func Add(x, y []float32) {
	leave()
	i := 0
	for p, q := pointer(x[:len(y)]), pointer(y); vectors && i+4 <= len(y); i += 4 {
		v := archsimd.LoadFloat32x4Array(at4(p, i)).Add(archsimd.LoadFloat32x4Array(at4(q, i)))
		v.StoreArray(at4(p, i))
	}
	refAdd(x[i:], y[i:])
}

// normalizeFours is normalize without a bias, of as many numbers as it returns.
func normalizeFours(dst, x, weight []float32, less, scale float32) (i int) {
	leave()
	l, s := archsimd.BroadcastFloat32x4(less), archsimd.BroadcastFloat32x4(scale)
	for p, q, w := pointer(dst), pointer(x), pointer(weight); vectors && i+4 <= len(x); i += 4 {
		archsimd.LoadFloat32x4Array(at4(q, i)).Sub(l).Mul(s).Mul(archsimd.LoadFloat32x4Array(at4(w, i))).StoreArray(at4(p, i))
	}
	return i
}

// Scale multiplies x with a number.
func Scale(x []float32, by float32) {
	if avx512 && len(x) > 0 {
		scale512(pointer(x), len(x), by)
		return
	}
	leave()
	i, b := 0, archsimd.BroadcastFloat32x4(by)
	for p := pointer(x); vectors && i+4 <= len(x); i += 4 {
		archsimd.LoadFloat32x4Array(at4(p, i)).Mul(b).StoreArray(at4(p, i))
	}
	refScale(x[i:], by)
}

// SwiGLU writes silu(gate) * up into gate.
func SwiGLU(gate, up []float32) {
	if avx512 && len(gate) > 0 {
		swiGLU512(pointer(gate), pointer(up[:len(gate)]), len(gate))
		return
	}
	leave()
	i := 0
	if p, u, one := pointer(gate), pointer(up[:len(gate)]), archsimd.BroadcastFloat32x4(1); vectors {
		for ; i+4 <= len(gate); i += 4 {
			v := archsimd.LoadFloat32x4Array(at4(p, i))
			e := exp4(archsimd.Float32x4{}.Sub(v)).Add(one)
			v.Div(e).Mul(archsimd.LoadFloat32x4Array(at4(u, i))).StoreArray(at4(p, i))
		}
	}
	refSwiGLU(gate[i:], up[i:])
}

// GELU applies the Gaussian error linear unit, in place.
func GELU(x []float32) {
	if avx512 && len(x) > 0 {
		gelu512(pointer(x), len(x))
		return
	}
	leave()
	i := 0
	for p := pointer(x); vectors && i+4 <= len(x); i += 4 {
		gelu4(archsimd.LoadFloat32x4Array(at4(p, i))).StoreArray(at4(p, i))
	}
	refGELU(x[i:])
}

// GeGLU writes gelu(gate) * up into gate.
func GeGLU(gate, up []float32) {
	if avx512 && len(gate) > 0 {
		geGLU512(pointer(gate), pointer(up[:len(gate)]), len(gate))
		return
	}
	leave()
	i := 0
	for p, u := pointer(gate), pointer(up[:len(gate)]); vectors && i+4 <= len(gate); i += 4 {
		v := gelu4(archsimd.LoadFloat32x4Array(at4(p, i)))
		v.Mul(archsimd.LoadFloat32x4Array(at4(u, i))).StoreArray(at4(p, i))
	}
	refGeGLU(gate[i:], up[i:])
}

// gelu4 is gelu of 4 numbers.
func gelu4(x archsimd.Float32x4) archsimd.Float32x4 {
	v := toHalf4(x.ToBits()).BitsToFloat32()
	const c = 2 * 0.79788456080286535587989211986876
	e := exp4(archsimd.BroadcastFloat32x4(c).Mul(v).Mul(archsimd.BroadcastFloat32x4(1).Add(archsimd.BroadcastFloat32x4(0.044715).Mul(v).Mul(v)))).Add(archsimd.BroadcastFloat32x4(1))
	y := toHalf4(v.Sub(v.Div(e)).ToBits()).BitsToFloat32()
	y = archsimd.BroadcastFloat32x4(0).IfElse(x.LessEqual(archsimd.BroadcastFloat32x4(-10)), y)
	return x.IfElse(x.GreaterEqual(archsimd.BroadcastFloat32x4(10)), y)
}
