//go:build goexperiment.simd

#include "textflag.h"

// What lies between the matrices, in vectors of 512 bits. The assembler's code is
// never preempted, and each function leaves clean registers behind: see leave.
//
//	SI DI DX numbers, CX how many are left  K1 which of 16 there are

#define FLOAT(name, v) DATA name<>+0(SB)/4, $v; GLOBL name<>(SB), RODATA|NOPTR, $4

FLOAT(lowest, (-87.3))
FLOAT(highest, (88.37))
FLOAT(log2e, (1.44269504))
FLOAT(magic, (12582912.0))
FLOAT(ln2High, (0.693359375))
FLOAT(ln2Low, (2.12194440e-4))
FLOAT(exp0, (1.9875691500e-4))
FLOAT(exp1, (1.3981999507e-3))
FLOAT(exp2, (8.3334519073e-3))
FLOAT(exp3, (4.1665795894e-2))
FLOAT(exp4, (1.6666665459e-1))
FLOAT(exp5, (5.0000001201e-1))
FLOAT(one, (1.0))
FLOAT(bias, 127)
FLOAT(infinity, 0x7f800000)
FLOAT(gelu1, (1.59576912160573071175978423973752))
FLOAT(gelu3, (0.044715))
FLOAT(ten, (10.0))
FLOAT(minusTen, (-10.0))
FLOAT(int8Max, (127.0))
FLOAT(int8Min, -127)
FLOAT(noSign, 0x7fffffff)

// BEGIN and NEXT set K1 for what is left, up to 16.
#define BEGIN MOVQ $16, BX; MOVL $-1, R8

#define NEXT \
	MOVQ CX, R9; \
	CMPQ CX, BX; \
	CMOVQGT BX, R9; \
	BZHIL R9, R8, R9; \
	KMOVW R9, K1

#define LOADEXP \
	VBROADCASTSS lowest<>(SB), Z16; \
	VBROADCASTSS highest<>(SB), Z17; \
	VBROADCASTSS log2e<>(SB), Z18; \
	VBROADCASTSS magic<>(SB), Z19; \
	VBROADCASTSS ln2High<>(SB), Z20; \
	VBROADCASTSS ln2Low<>(SB), Z21; \
	VBROADCASTSS exp0<>(SB), Z22; \
	VBROADCASTSS exp1<>(SB), Z23; \
	VBROADCASTSS exp2<>(SB), Z24; \
	VBROADCASTSS exp3<>(SB), Z25; \
	VBROADCASTSS exp4<>(SB), Z26; \
	VBROADCASTSS exp5<>(SB), Z27; \
	VBROADCASTSS one<>(SB), Z28; \
	VPBROADCASTD bias<>(SB), Z29; \
	VBROADCASTSS infinity<>(SB), Z30

// EXP is exp of Z0, to the same bits; NaN becomes infinity. It uses Z1 to Z3.
#define EXP \
	VCMPPS $0x11, Z16, Z0, K2; \
	VCMPPS $0x12, Z17, Z0, K3; \
	VMULPS Z18, Z0, Z1; \
	VADDPS Z19, Z1, Z1; \
	VPSUBD Z19, Z1, Z2; \
	VSUBPS Z19, Z1, Z1; \
	VMULPS Z20, Z1, Z3; \
	VSUBPS Z3, Z0, Z0; \
	VMULPS Z21, Z1, Z3; \
	VADDPS Z3, Z0, Z0; \
	VMULPS Z0, Z22, Z3; \
	VADDPS Z23, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VADDPS Z24, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VADDPS Z25, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VADDPS Z26, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VADDPS Z27, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VMULPS Z0, Z3, Z3; \
	VADDPS Z0, Z3, Z3; \
	VADDPS Z28, Z3, Z3; \
	VPADDD Z29, Z2, Z2; \
	VPSLLD $23, Z2, Z2; \
	VMULPS Z2, Z3, Z3; \
	VBLENDMPS Z3, Z30, K3, Z0; \
	KNOTW K2, K2; \
	VMOVAPS.Z Z0, K2, Z0

// DOUBLES adds the floats of Z0 to the sums of Z4 and Z5.
#define DOUBLES \
	VEXTRACTF64X4 $1, Z0, Y1; \
	VCVTPS2PD Y0, Z0; \
	VCVTPS2PD Y1, Z1; \
	VADDPD Z0, Z4, Z4; \
	VADDPD Z1, Z5, Z5

// TOTAL brings these sums to one, in X4.
#define TOTAL \
	VADDPD Z5, Z4, Z4; \
	VEXTRACTF64X4 $1, Z4, Y5; \
	VADDPD Y5, Y4, Y4; \
	VEXTRACTF128 $1, Y4, X5; \
	VADDPD X5, X4, X4; \
	VPERMILPD $1, X4, X5; \
	VADDSD X5, X4, X4

// ACROSS brings a vector to one number, in all elements of X: do is VMAXPS or
// VMINPS.
#define ACROSS(do, Z, Y, X) \
	VEXTRACTF64X4 $1, Z, Y3; \
	do Y3, Y, Y; \
	VEXTRACTF128 $1, Y, X3; \
	do X3, X, X; \
	VPERMILPS $0x4e, X, X3; \
	do X3, X, X; \
	VPERMILPS $0xb1, X, X3; \
	do X3, X, X

// func expSum512(x unsafe.Pointer, n int, less float32) (sum float64)
TEXT ·expSum512(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS less+16(FP), Z6
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	LOADEXP
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VSUBPS Z6, Z0, Z0
	EXP
	VMOVUPS Z0, K1, (SI)
	VMOVAPS.Z Z0, K1, Z0
	DOUBLES
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	TOTAL
	VMOVSD X4, sum+24(FP)
	VZEROUPPER
	RET

// func largest512(x unsafe.Pointer, n int) (largest float32)
TEXT ·largest512(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS (SI), Z1
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VMAXPS Z1, Z0, K1, Z1
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	ACROSS(VMAXPS, Z1, Y1, X1)
	VMOVSS X1, largest+16(FP)
	VZEROUPPER
	RET

// func scale512(x unsafe.Pointer, n int, by float32)
TEXT ·scale512(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS by+16(FP), Z1
	BEGIN
loop:
	NEXT
	VMULPS.Z (SI), Z1, K1, Z0
	VMOVUPS Z0, K1, (SI)
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// HALVES rounds a vector to half precision.
#define HALVES(v, half) VCVTPS2PH $0, v, half; VCVTPH2PS half, v

// func toHalves512(x unsafe.Pointer, n int)
TEXT ·toHalves512(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS infinity<>(SB), Z1
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VCMPPS $3, Z0, Z0, K2
	HALVES(Z0, Y0)
	VMOVAPS Z1, K2, Z0
	VMOVUPS Z0, K1, (SI)
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// func swiGLU512(gate, up unsafe.Pointer, n int)
TEXT ·swiGLU512(SB), NOSPLIT, $0-24
	MOVQ gate+0(FP), SI
	MOVQ up+8(FP), DI
	MOVQ n+16(FP), CX
	VPXORD Z5, Z5, Z5
	LOADEXP
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z4
	VSUBPS Z4, Z5, Z0
	EXP
	VADDPS Z28, Z0, Z0
	VDIVPS Z0, Z4, Z4
	VMULPS.Z (DI), Z4, K1, Z4
	VMOVUPS Z4, K1, (SI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// GELU is gelu of Z4, in Z5. It uses Z0 to Z3.
#define LOADGELU \
	VBROADCASTSS gelu1<>(SB), Z6; \
	VBROADCASTSS gelu3<>(SB), Z7; \
	VBROADCASTSS ten<>(SB), Z8; \
	VBROADCASTSS minusTen<>(SB), Z9

#define GELU \
	VCVTPS2PH $0, Z4, Y5; \
	VCVTPH2PS Y5, Z5; \
	VMULPS Z5, Z6, Z0; \
	VMULPS Z5, Z7, Z1; \
	VMULPS Z5, Z1, Z1; \
	VADDPS Z28, Z1, Z1; \
	VMULPS Z1, Z0, Z0; \
	EXP; \
	VADDPS Z28, Z0, Z0; \
	VDIVPS Z0, Z5, Z0; \
	VSUBPS Z0, Z5, Z5; \
	HALVES(Z5, Y5); \
	VCMPPS $0x1e, Z9, Z4, K2; \
	VMOVAPS.Z Z5, K2, Z5; \
	VCMPPS $0x1d, Z8, Z4, K2; \
	VMOVAPS Z4, K2, Z5

// func gelu512(x unsafe.Pointer, n int)
TEXT ·gelu512(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	LOADEXP
	LOADGELU
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z4
	GELU
	VMOVUPS Z5, K1, (SI)
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// func geGLU512(gate, up unsafe.Pointer, n int)
TEXT ·geGLU512(SB), NOSPLIT, $0-24
	MOVQ gate+0(FP), SI
	MOVQ up+8(FP), DI
	MOVQ n+16(FP), CX
	LOADEXP
	LOADGELU
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z4
	GELU
	VMULPS.Z (DI), Z5, K1, Z5
	VMOVUPS Z5, K1, (SI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// func sum512(x unsafe.Pointer, n int) (sum float64)
TEXT ·sum512(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	DOUBLES
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	TOTAL
	VMOVSD X4, sum+16(FP)
	VZEROUPPER
	RET

// func squares512(x unsafe.Pointer, n int, less float32) (sum float64)
TEXT ·squares512(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTSS less+16(FP), Z6
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VSUBPS.Z Z6, Z0, K1, Z0
	VMULPS Z0, Z0, Z0
	DOUBLES
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	TOTAL
	VMOVSD X4, sum+24(FP)
	VZEROUPPER
	RET

// func normalize512(dst, x, weight, bias unsafe.Pointer, n int, less, scale float32)
TEXT ·normalize512(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ weight+16(FP), DX
	MOVQ bias+24(FP), AX
	MOVQ n+32(FP), CX
	VBROADCASTSS less+40(FP), Z1
	VBROADCASTSS scale+44(FP), Z2
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VSUBPS Z1, Z0, Z0
	VMULPS Z2, Z0, Z0
	VMULPS.Z (DX), Z0, K1, Z0
	TESTQ AX, AX
	JZ store
	VADDPS.Z (AX), Z0, K1, Z0
	ADDQ $64, AX
store:
	VMOVUPS Z0, K1, (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	ADDQ $64, DX
	SUBQ BX, CX
	JGT loop
	VZEROUPPER
	RET

// func quantize512(q, scale, x unsafe.Pointer, blocks int)
TEXT ·quantize512(SB), NOSPLIT, $0-32
	MOVQ q+0(FP), DI
	MOVQ scale+8(FP), DX
	MOVQ x+16(FP), SI
	MOVQ blocks+24(FP), CX
	VPBROADCASTD noSign<>(SB), Z8
	VBROADCASTSS int8Max<>(SB), Z9
	VPBROADCASTD int8Min<>(SB), Z10
	VPXORD Z11, Z11, Z11
loop:
	VMOVUPS (SI), Z0
	VMOVUPS 64(SI), Z1
	VPANDD Z8, Z0, Z2
	VPANDD Z8, Z1, Z3
	VMAXPS Z11, Z2, Z2 // NaN becomes the other, which comes first here
	VMAXPS Z2, Z3, Z2
	ACROSS(VMAXPS, Z2, Y2, X2)
	VDIVSS X9, X2, X3
	VCVTPS2PH $0, X3, X3
	VCVTPH2PS X3, X3
	VMOVSS X3, (DX)
	VMOVD X3, AX
	TESTL AX, AX
	JZ zero
	VDIVSS X2, X9, X2
	VBROADCASTSS X2, Z2
	VMULPS Z2, Z0, Z0
	VMULPS Z2, Z1, Z1
	VCVTPS2DQ Z0, Z0
	VCVTPS2DQ Z1, Z1
	VPMAXSD Z10, Z0, Z0
	VPMAXSD Z10, Z1, Z1
	VPMOVSDB Z0, X0
	VPMOVSDB Z1, X1
store:
	VMOVDQU X0, (DI)
	VMOVDQU X1, 16(DI)
	ADDQ $128, SI
	ADDQ $32, DI
	ADDQ $4, DX
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET
zero:
	VPXOR X0, X0, X0
	VPXOR X1, X1, X1
	JMP store

// func round512(q, x unsafe.Pointer, by float32, sixteens int)
TEXT ·round512(SB), NOSPLIT, $0-32
	MOVQ q+0(FP), DI
	MOVQ x+8(FP), SI
	VBROADCASTSS by+16(FP), Z1
	MOVQ sixteens+24(FP), CX
	VPBROADCASTD int8Min<>(SB), Z10
loop:
	VMULPS (SI), Z1, Z0
	VCVTPS2DQ Z0, Z0
	VPMAXSD Z10, Z0, Z0
	VPMOVSDB Z0, X0
	VMOVDQU X0, (DI)
	ADDQ $64, SI
	ADDQ $16, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET

// func extremes512(x unsafe.Pointer, n int) (most, least float32)
TEXT ·extremes512(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	BEGIN
loop:
	NEXT
	VMOVUPS.Z (SI), K1, Z0
	VMAXPS Z1, Z0, Z1
	VMINPS Z2, Z0, Z2
	ADDQ $64, SI
	SUBQ BX, CX
	JGT loop
	ACROSS(VMAXPS, Z1, Y1, X1)
	ACROSS(VMINPS, Z2, Y2, X2)
	VMOVSS X1, most+16(FP)
	VMOVSS X2, least+20(FP)
	VZEROUPPER
	RET

// func sumSixteens(sums, q unsafe.Pointer, sixteens int)
TEXT ·sumSixteens(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), DI
	MOVQ q+8(FP), SI
	MOVQ sixteens+16(FP), CX
	VPCMPEQD X3, X3, X3
	VPSLLW $15, X3, X3
	VPACKSSWB X3, X3, X3 // 128 in each byte
	VPXOR X2, X2, X2
loop:
	VPXOR (SI), X3, X0
	VPSADBW X2, X0, X0
	VPSHUFD $0x4e, X0, X1
	VPADDD X1, X0, X0
	VMOVD X0, AX
	SUBL $2048, AX
	MOVL AX, (DI)
	ADDQ $16, SI
	ADDQ $4, DI
	DECQ CX
	JNZ loop
	VZEROUPPER
	RET

// func product512(d0, d1, d2, d3, a0, a1, a2, a3, b unsafe.Pointer, stride, columns, n int)
//
// It takes 64 columns of b at a time.
TEXT ·product512(SB), NOSPLIT, $0-96
	MOVQ n+88(FP), R14
	MOVQ stride+72(FP), R10
	MOVQ columns+80(FP), R11
	MOVQ b+64(FP), R12
	XORQ R13, R13 // bytes of dst behind
	MOVL $64, R15
loop:
	MOVQ R14, AX
	CMPQ AX, R15
	CMOVQGT R15, AX
	MOVQ $-1, BX
	BZHIQ AX, BX, BX
	KMOVW BX, K1
	SHRQ $16, BX
	KMOVW BX, K2
	SHRQ $16, BX
	KMOVW BX, K3
	SHRQ $16, BX
	KMOVW BX, K4
	MOVQ d0+0(FP), SI
	MOVQ d1+8(FP), DI
	MOVQ d2+16(FP), R8
	MOVQ d3+24(FP), R9

#define ROW(do, p, a, b, c, d) \
	do(K1, 0, p, a); \
	do(K2, 64, p, b); \
	do(K3, 128, p, c); \
	do(K4, 192, p, d)
#define LOAD(k, at, p, z) VMOVUPS.Z at(p)(R13*1), k, z
#define STORE(k, at, p, z) VMOVUPS z, k, at(p)(R13*1)

	ROW(LOAD, SI, Z0, Z1, Z2, Z3)
	ROW(LOAD, DI, Z4, Z5, Z6, Z7)
	ROW(LOAD, R8, Z8, Z9, Z10, Z11)
	ROW(LOAD, R9, Z12, Z13, Z14, Z15)
	MOVQ a0+32(FP), SI
	MOVQ a1+40(FP), DI
	MOVQ a2+48(FP), R8
	MOVQ a3+56(FP), R9
	LEAQ (R12)(R13*1), AX
	XORQ BX, BX

#define FOUR(p, v, a, b, c, d) \
	VBROADCASTSS (p)(BX*4), v; \
	VFMADD231PS Z16, v, a; \
	VFMADD231PS Z17, v, b; \
	VFMADD231PS Z18, v, c; \
	VFMADD231PS Z19, v, d

column:
	VMOVUPS.Z (AX), K1, Z16
	VMOVUPS.Z 64(AX), K2, Z17
	VMOVUPS.Z 128(AX), K3, Z18
	VMOVUPS.Z 192(AX), K4, Z19
	PREFETCHT0 4096(AX)
	PREFETCHT0 4160(AX)
	PREFETCHT0 4224(AX)
	PREFETCHT0 4288(AX)
	FOUR(SI, Z20, Z0, Z1, Z2, Z3)
	FOUR(DI, Z21, Z4, Z5, Z6, Z7)
	FOUR(R8, Z22, Z8, Z9, Z10, Z11)
	FOUR(R9, Z23, Z12, Z13, Z14, Z15)
	ADDQ R10, AX
	INCQ BX
	CMPQ BX, R11
	JNE column
	MOVQ d0+0(FP), SI
	MOVQ d1+8(FP), DI
	MOVQ d2+16(FP), R8
	MOVQ d3+24(FP), R9
	ROW(STORE, SI, Z0, Z1, Z2, Z3)
	ROW(STORE, DI, Z4, Z5, Z6, Z7)
	ROW(STORE, R8, Z8, Z9, Z10, Z11)
	ROW(STORE, R9, Z12, Z13, Z14, Z15)
	ADDQ $256, R13
	SUBQ R15, R14
	JGT loop
	VZEROUPPER
	RET
