package kernel

// Rotate turns pairs of x by angles whose cosines and sines are given, one per
// pair: rotary position embedding, https://arxiv.org/abs/2104.09864. The pairs
// are neighbours, or, if halves is set, lie len(cos) apart. What lies beyond
// them stays as it is.
func Rotate(x, cos, sin []float32, halves bool) {
	n := len(cos)
	if halves {
		a, b := x[:n], x[n:2*n]
		for i, c := range cos {
			s, u, v := sin[i], a[i], b[i]
			a[i], b[i] = u*c-v*s, u*s+v*c
		}
		return
	}
	x = x[:2*n]
	for i, c := range cos {
		s, u, v := sin[i], x[2*i], x[2*i+1]
		x[2*i], x[2*i+1] = u*c-v*s, u*s+v*c
	}
}
