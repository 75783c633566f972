//go:build goexperiment.simd && !relaxed

package kernel

import "github.com/ondol-rag/ondol/engine/quant"

// Formats of few bits go by words, where there is no relaxed SIMD.
func init() {
	panelKernels[quant.Q4_0] = &panelKernel{dot: dotQ4_0, unpack: unpackQ4_0, gemm: gemm32}
	panelKernels[quant.Q5_0] = &panelKernel{dot: dotQ5_0, unpack: unpackQ5_0, gemm: gemm32}
	panelKernels[quant.Q4_K] = &panelKernel{dot: dotQ4_K, unpack: unpackQ4_K, gemm: gemm256}
	panelKernels[quant.Q6_K] = &panelKernel{dot: dotQ6_K, unpack: unpackQ6_K, gemm: gemm256}
}
