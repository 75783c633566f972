package kernel

import (
	"math"

	"github.com/chewxy/math32"
)

// RMSNorm writes x over its root mean square, times weight. dst may be x.
func RMSNorm(dst, x, weight []float32, eps float32) {
	sum := squares(x, 0) // in double precision, as llama.cpp
	normalize(dst, x, weight, nil, 0, 1/math32.Sqrt(float32(sum/float64(len(x)))+eps))
}

// LayerNorm writes x less its mean, over its standard deviation, times weight
// plus bias. dst may be x.
func LayerNorm(dst, x, weight, bias []float32, eps float32) {
	mean := float32(total(x) / float64(len(x)))
	sum := squares(x, mean)
	normalize(dst, x, weight, bias, mean, 1/math32.Sqrt(float32(sum/float64(len(x)))+eps))
}

// total is the sum of x.
func total(x []float32) (sum float64) {
	if avx512 {
		return sum512(pointer(x), len(x))
	}
	var sums [4]float64 // one would wait for each addition
	for _, v := range x[totalFours(&sums, x):] {
		sums[0] += float64(v)
	}
	return sums[0] + sums[1] + (sums[2] + sums[3])
}

// squares is the sum of the squares of x less a number.
func squares(x []float32, less float32) (sum float64) {
	if avx512 {
		return squares512(pointer(x), len(x), less)
	}
	var sums [4]float64
	for _, v := range x[squaresFours(&sums, x, less):] {
		sums[0] += float64((v - less) * (v - less))
	}
	return sums[0] + sums[1] + (sums[2] + sums[3])
}

// refTotalFours adds up numbers by their place among four, and returns how many.
func refTotalFours(sums *[4]float64, x []float32) (n int) {
	for ; n+4 <= len(x); n += 4 {
		for i := range sums {
			sums[i] += float64(x[n+i])
		}
	}
	return n
}

// refSquaresFours is refTotalFours of the squares of x less a number.
func refSquaresFours(sums *[4]float64, x []float32, less float32) (n int) {
	for ; n+4 <= len(x); n += 4 {
		a, b, c, d := x[n]-less, x[n+1]-less, x[n+2]-less, x[n+3]-less
		sums[0] += float64(a * a)
		sums[1] += float64(b * b)
		sums[2] += float64(c * c)
		sums[3] += float64(d * d)
	}
	return n
}

// normalize writes x less a number, scaled, times weight, plus bias unless it is
// nil.
func normalize(dst, x, weight, bias []float32, less, scale float32) {
	n := len(x)
	dst, weight = dst[:n], weight[:n]
	if bias != nil {
		bias = bias[:n]
	}
	if avx512 {
		normalize512(pointer(dst), pointer(x), pointer(weight), pointer(bias), n, less, scale)
		return
	}
	for i := normalizeFours(dst, x, weight, less, scale); i < n; i++ {
		dst[i] = (x[i] - less) * scale * weight[i]
	}
	if bias != nil {
		Add(dst, bias)
	}
}

// Softmax turns scores into probabilities, in place.
func Softmax(x []float32) {
	Scale(x, float32(1/expSum(x, Largest(x))))
}

func refExpSum(x []float32, less float32) (sum float64) {
	for i, v := range x {
		e := exp(v - less)
		x[i] = e
		sum += float64(e)
	}
	return sum
}

// refLargest does without max, which is slow on WebAssembly.
func refLargest(x []float32) float32 {
	largest := x[0]
	for _, v := range x {
		if v > largest {
			largest = v
		}
	}
	return largest
}

func refSwiGLU(gate, up []float32) {
	for i, v := range gate {
		gate[i] = v / (1 + exp(-v)) * up[i]
	}
}

func refGeGLU(gate, up []float32) {
	for i, v := range gate {
		gate[i] = gelu(v) * up[i]
	}
}

func refGELU(x []float32) {
	for i, v := range x {
		x[i] = gelu(v)
	}
}

// gelu is the usual approximation, https://arxiv.org/abs/1606.08415: models are
// trained with it. It is written with exp, as tanh(z) = 1 - 2/(exp(2z)+1), and
// rounded to half precision before and after, since llama.cpp looks it up.
func gelu(v float32) float32 {
	switch {
	case v <= -10:
		return 0
	case v >= 10:
		return v
	}
	v = toHalf(v)
	const c = 2 * 0.79788456080286535587989211986876 // 2 sqrt(2/pi)
	return toHalf(v - v/(exp(c*v*(1+0.044715*v*v))+1))
}

func refAdd(x, y []float32) {
	_ = x[:len(y)]
	for i, v := range y {
		x[i] += v
	}
}

func refScale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}

// exp is e to the power of x, to 2 units in the last place; 0 below -87.3 and
// infinity above 88.37. The polynomial is that of Cephes, expf.c.
func exp(x float32) float32 {
	if !(x >= -87.3) {
		if x != x {
			return x
		}
		return 0
	}
	if x > 88.37 {
		return float32(math.Inf(1))
	}
	const magic = 3 << 22 // adding it rounds to an integer
	n := x*math.Log2E + magic
	k := int32(math.Float32bits(n)) - int32(math.Float32bits(magic))
	n -= magic
	x = float32(x-float32(n*0.693359375)) + float32(n*2.12194440e-4)
	p := float32(1.9875691500e-4)
	p = float32(p*x) + 1.3981999507e-3
	p = float32(p*x) + 8.3334519073e-3
	p = float32(p*x) + 4.1665795894e-2
	p = float32(p*x) + 1.6666665459e-1
	p = float32(p*x) + 5.0000001201e-1
	p = float32(p*x*x) + x + 1
	return p * math.Float32frombits(uint32(k+127)<<23)
}
