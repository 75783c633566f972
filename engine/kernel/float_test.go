package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
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
	r := rand.New(rand.NewPCG(4, 4))
	for n := 1; n < 40; n++ {
		v, weight := normals(r, n), normals(r, n)
		var squares float64
		for _, v := range v {
			squares += float64(v) * float64(v)
		}
		scaled := make([]float32, n)
		RMSNorm(scaled, v, weight, 1e-5)
		for i, w := range weight {
			if want := float64(v[i]) * float64(w) / math.Sqrt(squares/float64(n)+1e-5); math.Abs(float64(scaled[i])-want) > 1e-6*(1+math.Abs(want)) {
				t.Fatalf("RMSNorm of %d numbers: %v, want %v", n, scaled[i], want)
			}
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

// TestVectors wants the same bits of vectors as of one number at a time.
func TestVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	inf := float32(math.Inf(1))
	extremes := []float32{inf, -inf, float32(math.NaN()), 0, float32(math.Copysign(0, -1)), 1e-45, 6e-8,
		88.37, 88.38, -87.3, -87.31, 10, -10, 9.9999, -9.9999, 65504, 65520, -65520, math.MaxFloat32, -math.MaxFloat32}
	same := func(a, b float32) bool { return a == b || a != a && b != b }
	anything := map[string]bool{"GELU": true, "GeGLU": true, "exp": true} // becomes of NaN, of which nothing is right
	lengths := []int{255, 256, 257, 260, 515}
	for n := 1; n < 40; n++ {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		x, y := normals(r, n), normals(r, n)
		for i := range x {
			x[i] *= float32(math.Exp(r.NormFloat64() * 3))
		}
		extreme := slices.Clone(x)
		for i := range extreme {
			if r.IntN(2) == 0 {
				extreme[i] = extremes[r.IntN(len(extremes))]
			}
		}
		for name, k := range map[string][2]func(x, y []float32){
			"SwiGLU": {SwiGLU, refSwiGLU},
			"GeGLU":  {GeGLU, refGeGLU},
			"GELU":   {func(x, _ []float32) { GELU(x) }, func(x, _ []float32) { refGELU(x) }},
			"Add":    {Add, refAdd},
			"Scale":  {func(x, _ []float32) { Scale(x, 1.7) }, func(x, _ []float32) { refScale(x, 1.7) }},
			"exp":    {func(x, _ []float32) { expSum(x, 1) }, func(x, _ []float32) { refExpSum(x, 1) }},
		} {
			for _, x := range [][]float32{x, extreme} {
				got, want := slices.Clone(x), slices.Clone(x)
				k[0](got, y)
				k[1](want, y)
				for i := range x {
					if !same(got[i], want[i]) && !(x[i] != x[i] && anything[name]) {
						t.Errorf("%s of %d, of %v: %v, want %v", name, n, x[i], got[i], want[i])
					}
				}
			}
		}
		if got, want := Largest(x), slices.Max(x); got != want {
			t.Errorf("the largest of %v is %v, want %v", x, got, want)
		}
		if got, want := expSum(slices.Clone(x), 3), refExpSum(slices.Clone(x), 3); math.Abs(got-want) > 1e-6*want {
			t.Errorf("sum of exponentials %v, want %v", got, want)
		}
	}
}

// TestAddProduct wants the same of all sizes, and of rows alone.
func TestAddProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	for _, shape := range [][3]int{{1, 1, 1}, {4, 4, 8}, {3, 8, 16}, {2, 5, 9}, {4, 64, 64}, {1, 64, 24}, {4, 7, 40}, {1, 30, 15}} {
		m, k, n := shape[0], shape[1], shape[2]
		stride := n + 3
		b := normals(r, k*stride)
		var a, got, want [][]float32
		for range m {
			a = append(a, normals(r, k))
			got = append(got, normals(r, n))
			want = append(want, slices.Clone(got[len(got)-1]))
		}
		alone := slices.Clone(got[m-1])
		var all, one Rows
		all.Set(a)
		all.AddProduct(got, b, stride)
		refAddProduct(want, a, b, stride, 0)
		one.Set(a[m-1:])
		one.AddProduct([][]float32{alone}, b, stride)
		for i := range m {
			for j := range n {
				if !near(got[i][j], want[i][j], k+1, 16) {
					t.Errorf("%v: %v, want %v", shape, got[i], want[i])
				}
			}
		}
		if !slices.Equal(alone, got[m-1]) {
			t.Errorf("%v: %v alone, %v among others", shape, alone, got[m-1])
		}
	}
}

// TestMoments holds sums of every length to the bits of the plain ones.
func TestMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 13))
	for n := range 40 {
		x := normals(r, n)
		for _, less := range []float32{0, 0.3, -1e10} {
			want, got := [4]float64{1, 2, 3, 4}, [4]float64{1, 2, 3, 4}
			if a, b := refSquaresFours(&want, x, less), squaresFours(&got, x, less); got != want || a != b {
				t.Fatalf("squares of %v less %v: %v, want %v", x, less, got, want)
			}
			if a, b := refTotalFours(&want, x), totalFours(&got, x); got != want || a != b {
				t.Fatalf("total of %v: %v, want %v", x, got, want)
			}
		}
	}
}
