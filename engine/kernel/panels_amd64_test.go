//go:build goexperiment.simd

package kernel

import "testing"

// TestWithoutVNNI runs what older processors do.
func TestWithoutVNNI(t *testing.T) {
	if !vnni {
		t.Skip("the other tests do")
	}
	vnni = false
	defer func() { vnni = true }()
	t.Run("Mul", TestMul)
	t.Run("BatchesDoNotMatter", TestBatchesDoNotMatter)
	t.Run("Slice", TestSlice)
}
