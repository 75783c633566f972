package sample

import "math"

// random is SplitMix64 (Steele et al., Fast Splittable Pseudorandom Number
// Generators, 2014).
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	x := uint64(*r)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// float returns a number in [0, 1).
func (r *random) float() float32 { return float32(r.next()>>40) / (1 << 24) }

// maxFloat is the largest number that penalties grow to.
const maxFloat = math.MaxFloat32

// exp is e to the x, for x not above 0, to within 2 units in the last place.
func exp(x float32) float32 {
	if !(x > -87) {
		return 0
	}
	return float32(exp64(float64(x)))
}

// exp64 is e to the v, for v between -700 and 700, to 1e-10 of it. math.Exp is
// another on each platform; here every product is rounded before it is added to,
// so that none can be fused.
func exp64(v float64) float64 {
	// v = n ln 2 + f, |f| <= ln 2 / 2, and e^f by its series.
	n := math.Floor(float64(v*math.Log2E) + 0.5)
	f := v - float64(n*math.Ln2)
	sum, term := 1.0, 1.0
	for i := 1.0; i <= 9; i++ {
		term = float64(term*f) / i
		sum += term
	}
	return sum * math.Float64frombits(uint64(1023+int64(n))<<52)
}

// log is the natural logarithm of a positive number, by the series of the
// inverse hyperbolic tangent; like exp64 it is the same everywhere.
func log(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	s := (m - 1) / (m + 1)
	square := float64(s * s)
	sum, term := 0.0, 2*s
	for i := 1.0; i <= 21; i += 2 {
		sum += term / i
		term = float64(term * square)
	}
	return sum + float64(float64(e)*math.Ln2)
}

// pow is x to the y, for x not below 0, within what a float64 holds.
func pow(x, y float64) float64 {
	if x <= 0 {
		return 0
	}
	return exp64(max(-700, min(700, float64(y*log(x)))))
}
