//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

func at4(p unsafe.Pointer, i int) *[4]float32 { return (*[4]float32)(unsafe.Add(p, 4*i)) }

func float32x4(p unsafe.Pointer, i int) archsimd.Float32x4 {
	return archsimd.LoadFloat32x4Array(at4(p, i))
}

// expRoom is how many exponentials are made at once, few enough to add up in single
// precision.
const expRoom = 256

// expSum turns each x into exp(x-less), and returns their sum.
func expSum(x []float32, less float32) (sum float64) {
	if avx512 && len(x) > 0 {
		return expSum512(pointer(x), len(x), less)
	}
	if !vectors {
		return refExpSum(x, less)
	}
	leave()
	n := len(x) &^ 3
	var sums [4]float32
	for at := 0; at < n; at += expRoom {
		p := unsafe.Add(pointer(x), 4*at)
		exps(p, p, less, 1, min(expRoom, n-at)/4, &sums)
		sum += float64(sums[0]) + float64(sums[1]) + float64(sums[2]) + float64(sums[3])
	}
	return sum + refExpSum(x[n:], less)
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
	four := *at4(pointer(x), len(x)-4)
	largestFours(&four, pointer(x), len(x)/4)
	return refLargest(four[:])
}

// Add adds y to x.
func Add(x, y []float32) {
	leave()
	i := 0
	for p, q := pointer(x[:len(y)]), pointer(y); vectors && i+4 <= len(y); i += 4 {
		v := float32x4(p, i).Add(float32x4(q, i))
		v.StoreArray(at4(p, i))
	}
	refAdd(x[i:], y[i:])
}

// normalizeFours is normalize without a bias, of as many numbers as it returns.
func normalizeFours(dst, x, weight []float32, less, scale float32) (i int) {
	leave()
	l, s := archsimd.BroadcastFloat32x4(less), archsimd.BroadcastFloat32x4(scale)
	for p, q, w := pointer(dst), pointer(x), pointer(weight); vectors && i+4 <= len(x); i += 4 {
		float32x4(q, i).Sub(l).Mul(s).Mul(float32x4(w, i)).StoreArray(at4(p, i))
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
		float32x4(p, i).Mul(b).StoreArray(at4(p, i))
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
	n, one := len(gate)&^3, archsimd.BroadcastFloat32x4(1)
	if !vectors {
		n = 0
	}
	var e [expRoom]float32
	var sums [4]float32
	for at := 0; at < n; at += expRoom {
		p, u, q, m := unsafe.Add(pointer(gate), 4*at), unsafe.Add(pointer(up[:n]), 4*at), unsafe.Pointer(&e), min(expRoom, n-at)
		exps(q, p, 0, -1, m/4, &sums)
		for i := 0; i < m; i += 4 {
			float32x4(p, i).Div(float32x4(q, i).Add(one)).Mul(float32x4(u, i)).StoreArray(at4(p, i))
		}
	}
	refSwiGLU(gate[n:], up[n:])
}

// GELU applies the Gaussian error linear unit, in place.
func GELU(x []float32) {
	if avx512 && len(x) > 0 {
		gelu512(pointer(x), len(x))
		return
	}
	refGELU(x[geluFours(x):])
}

// GeGLU writes gelu(gate) * up into gate.
func GeGLU(gate, up []float32) {
	if avx512 && len(gate) > 0 {
		geGLU512(pointer(gate), pointer(up[:len(gate)]), len(gate))
		return
	}
	n := geluFours(gate)
	for p, u, i := pointer(gate), pointer(up[:len(gate)]), 0; i < n; i += 4 {
		float32x4(p, i).Mul(float32x4(u, i)).StoreArray(at4(p, i))
	}
	refGeGLU(gate[n:], up[n:])
}

// geluFours is gelu of as many numbers as it returns.
func geluFours(x []float32) (n int) {
	leave()
	if !vectors {
		return 0
	}
	n = len(x) &^ 3
	var half, e [expRoom]float32
	var sums [4]float32
	zero, one, ten := archsimd.BroadcastFloat32x4(0), archsimd.BroadcastFloat32x4(1), archsimd.BroadcastFloat32x4(10)
	c, third := archsimd.BroadcastFloat32x4(2*0.79788456080286535587989211986876), archsimd.BroadcastFloat32x4(0.044715)
	for at := 0; at < n; at += expRoom {
		p, h, q, m := unsafe.Add(pointer(x), 4*at), unsafe.Pointer(&half), unsafe.Pointer(&e), min(expRoom, n-at)
		for i := 0; i < m; i += 4 {
			v := toHalf4(float32x4(p, i).ToBits()).BitsToFloat32()
			v.StoreArray(at4(h, i))
			c.Mul(v).Mul(one.Add(third.Mul(v).Mul(v))).StoreArray(at4(q, i))
		}
		exps(q, q, 0, 1, m/4, &sums)
		for i := 0; i < m; i += 4 {
			x, v := float32x4(p, i), float32x4(h, i)
			y := toHalf4(v.Sub(v.Div(float32x4(q, i).Add(one))).ToBits()).BitsToFloat32()
			y = zero.IfElse(x.LessEqual(zero.Sub(ten)), y)
			x.IfElse(x.GreaterEqual(ten), y).StoreArray(at4(p, i))
		}
	}
	return n
}
