//go:build !(goexperiment.simd && (amd64 || wasm))

package vector

// dots writes the dot product of each row with x; a row is as long as x.
func dots(dst []int32, rows []int8, x []int16) { refDots(dst, rows, x) }
