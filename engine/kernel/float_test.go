package kernel

import (
	"math"
	"testing"
)

func TestExp(t *testing.T) {
	worst := 0.0
	for x := float32(-87.2); x < 88.37; x += 0.0173 {
		want := math.Exp(float64(x))
		worst = max(worst, math.Abs(float64(exp(x))-want)/want)
	}
	if worst > 2*0x1p-23 {
		t.Errorf("off by %g", worst)
	}
	inf := float32(math.Inf(1))
	for x, want := range map[float32]float32{0: 1, -inf: 0, inf: inf, 89: inf, -200: 0} {
		if got := exp(x); got != want {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if got := exp(float32(math.NaN())); got == got {
		t.Errorf("exp(NaN) = %v", got)
	}
}

func TestActivations(t *testing.T) {
	for _, v := range []float64{-100, -20, -3, -0.5, 0, 1e-6, 0.5, 3, 20, 100} {
		silu := v / (1 + math.Exp(-v))
		gelu := 0.5 * v * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))
		x, y := []float32{float32(v)}, []float32{float32(v)}
		SwiGLU(x, []float32{2})
		GeGLU(y, []float32{2})
		if math.Abs(float64(x[0])-2*silu) > 1e-6*max(1, math.Abs(v)) {
			t.Errorf("silu(%v) = %v, want %v", v, x[0]/2, silu)
		}
		if math.Abs(float64(y[0])-2*gelu) > 0x1p-9*max(1, math.Abs(v)) {
			t.Errorf("gelu(%v) = %v, want %v", v, y[0]/2, gelu)
		}
	}
}

func TestSoftmax(t *testing.T) {
	for _, x := range [][]float32{{0}, {1000, 1000}, {-1e30, 0}, {1, 2, 3}} {
		p := append([]float32(nil), x...)
		Softmax(p)
		var sum float64
		for i := range p {
			sum += float64(p[i])
			if i > 0 && p[i] < p[i-1] != (x[i] < x[i-1]) {
				t.Errorf("softmax(%v) = %v", x, p)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("softmax(%v) sums to %v", x, sum)
		}
	}
}

func TestNorms(t *testing.T) {
	x := []float32{3, -1, 2, 0}
	got := make([]float32, 4)
	RMSNorm(got, x, []float32{1, 2, 1, 1}, 0)
	rms := math.Sqrt(14.0 / 4)
	for i, want := range []float64{3 / rms, -2 / rms, 2 / rms, 0} {
		if math.Abs(float64(got[i])-want) > 1e-6 {
			t.Errorf("RMSNorm: %v", got)
		}
	}
	LayerNorm(got, x, []float32{1, 1, 1, 2}, []float32{0, 0, 5, 0}, 0)
	deviation := math.Sqrt((4 + 4 + 1 + 1) / 4.0)
	for i, want := range []float64{2 / deviation, -2 / deviation, 1/deviation + 5, -2 / deviation} {
		if math.Abs(float64(got[i])-want) > 1e-6 {
			t.Errorf("LayerNorm: %v", got)
		}
	}
}

func TestRotate(t *testing.T) {
	cos, sin := []float32{0, -1}, []float32{1, 0} // a quarter and half a turn
	x := []float32{1, 2, 3, 4, 9}
	Rotate(x, cos, sin, false)
	if want := [5]float32{-2, 1, -3, -4, 9}; [5]float32(x) != want {
		t.Errorf("neighbours: %v, want %v", x, want)
	}
	x = []float32{1, 2, 3, 4, 9}
	Rotate(x, cos, sin, true)
	if want := [5]float32{-3, -2, 1, -4, 9}; [5]float32(x) != want {
		t.Errorf("halves: %v, want %v", x, want)
	}
}
