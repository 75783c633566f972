//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

#define SPLATTED(v, x) F32Const $(x); F32x4Splat; Set v
#define TIMES(c)       Get V0; F32x4Mul; Get c; F32x4Add

// func exps(dst, x unsafe.Pointer, less, by float32, fours int, sums *[4]float32)
//
// The operations of exp in float.go, in their order. n is the bits of a float with
// the magic number in it: shifted, and added to those of 1, they are 2 to its power.
//
//	R0 dst  R1 numbers  R2 fours left
//	V0 what is left of a number  V1 n  V2 the number  V3 sums  V4 less  V5 by
//	V6-V15 constants
TEXT ·exps(SB), NOSPLIT, $0-40
	ARGUMENT(dst+0(FP), R0)
	ARGUMENT(x+8(FP), R1)
	F32Load less+16(FP); F32x4Splat; Set V4
	F32Load by+20(FP); F32x4Splat; Set V5
	ARGUMENT(fours+24(FP), R2)
	ZERO; Set V3
	SPLATTED(V6, 1.44269504)
	SPLATTED(V7, 12582912.0)
	SPLATTED(V8, 0.693359375)
	SPLATTED(V9, 2.12194440e-4)
	SPLATTED(V10, 1.9875691500e-4)
	SPLATTED(V11, 1.3981999507e-3)
	SPLATTED(V12, 8.3334519073e-3)
	SPLATTED(V13, 4.1665795894e-2)
	SPLATTED(V14, 1.6666665459e-1)
	SPLATTED(V15, 1.0)
	Loop
	PTR(R1); V128Load $0; Get V4; F32x4Sub; Get V5; F32x4Mul; Set V2
	Get V2; Get V6; F32x4Mul; Get V7; F32x4Add; Set V1
	Get V1; Get V7; F32x4Sub; Set V0
	Get V2; Get V0; Get V8; F32x4Mul; F32x4Sub; Get V0; Get V9; F32x4Mul; F32x4Add; Set V0
	Get V10; TIMES(V11); TIMES(V12); TIMES(V13); TIMES(V14)
	Get V0; F32x4Mul; F32Const $(0.5); F32x4Splat; F32x4Add
	Get V0; F32x4Mul; TIMES(V0); Get V15; F32x4Add
	Get V1; I32Const $23; I32x4Shl; Get V15; I32x4Add; F32x4Mul; Set V0
	V128Const $0x7f8000007f800000, $0x7f8000007f800000; Get V0
	Get V2; F32Const $(88.37); F32x4Splat; F32x4Gt; V128Bitselect
	Get V2; F32Const $(-87.3); F32x4Splat; F32x4Lt; V128Andnot; Set V0
	PTR(R0); Get V0; V128Store $0, $0
	Get V3; Get V0; F32x4Add; Set V3
	BUMP(R0, 16)
	BUMP(R1, 16)
	AGAIN(R2)
	End
	ARGUMENT(sums+32(FP), R0)
	PTR(R0); Get V3; V128Store $0, $0
	RET

// func largestFours(four *[4]float32, x unsafe.Pointer, fours int)
TEXT ·largestFours(SB), NOSPLIT, $0-24
	ARGUMENT(four+0(FP), R0)
	ARGUMENT(x+8(FP), R1)
	ARGUMENT(fours+16(FP), R2)
	PTR(R0); V128Load $0; Set V0
	Loop
	Get V0; PTR(R1); V128Load $0; F32x4Pmax; Set V0
	BUMP(R1, 16)
	AGAIN(R2)
	End
	PTR(R0); Get V0; V128Store $0, $0
	RET
