//go:build !goexperiment.simd || !(wasm || amd64)

package kernel

func expSum(x []float32, less float32) float64 { return refExpSum(x, less) }

// Largest returns the largest number.
func Largest(x []float32) float32 { return refLargest(x) }

// Add adds y to x.
func Add(x, y []float32) { refAdd(x, y) }

func normalizeFours(dst, x, weight []float32, less, scale float32) int { return 0 }

// Scale multiplies x with a number.
func Scale(x []float32, by float32) { refScale(x, by) }

// SwiGLU writes silu(gate) * up into gate.
func SwiGLU(gate, up []float32) { refSwiGLU(gate, up) }

// GELU applies the Gaussian error linear unit, in place.
func GELU(x []float32) { refGELU(x) }

// GeGLU writes gelu(gate) * up into gate.
func GeGLU(gate, up []float32) { refGeGLU(gate, up) }

func extreme(x []float32) (float32, bool) { return refExtreme(x) }

func roundAll(q []int8, x []float32, by float32) { refRoundAll(q, x, by) }
