//go:build !goexperiment.simd || !amd64

package kernel

import "unsafe"

// There are no vectors of 512 bits here, and nothing of this is called.

const avx512 = false

func expSum512(unsafe.Pointer, int, float32) float64 { return 0 }

func largest512(unsafe.Pointer, int) float32 { return 0 }

func scale512(unsafe.Pointer, int, float32) {}

func toHalves512(unsafe.Pointer, int) {}

func swiGLU512(_, _ unsafe.Pointer, _ int) {}

func gelu512(unsafe.Pointer, int) {}

func geGLU512(_, _ unsafe.Pointer, _ int) {}

func sum512(unsafe.Pointer, int) float64 { return 0 }

func squares512(unsafe.Pointer, int, float32) float64 { return 0 }

func normalize512(_, _, _, _ unsafe.Pointer, _ int, _, _ float32) {}

func extremes512(unsafe.Pointer, int) (most, least float32) { return 0, 0 }
