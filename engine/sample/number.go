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

// exp is e to the x, for x not above 0, to within 2 units in the last place.
// math.Exp is another on each platform; here every product is rounded before it
// is added to, so that none can be fused.
func exp(x float32) float32 {
	if !(x > -87) {
		return 0
	}
	// x = n ln 2 + f, |f| <= ln 2 / 2, and e^f by its series.
	v := float64(x)
	n := math.Floor(float64(v*math.Log2E) + 0.5)
	f := v - float64(n*math.Ln2)
	sum, term := 1.0, 1.0
	for i := 1.0; i <= 9; i++ {
		term = float64(term*f) / i
		sum += term
	}
	return float32(sum * math.Float64frombits(uint64(1023+int64(n))<<52))
}
