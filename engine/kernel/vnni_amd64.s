//go:build goexperiment.simd

#include "textflag.h"

// A panel of 16 rows times one vector of activations, or times 8, by AVX-512 VNNI,
// whose dot takes 4 columns of all rows and the 4 activations that belong to them.
// It wants weights without a sign; sums of the activations mend that.
//
//	SI weights  DI activations  R8 R9 R10 R11 1, 3, 5, 7 times from one vector to the next
//	DX side of the block, L bytes a line  CX blocks left  R12 groups left
//	R13 scales of groups  BX line of a group
//	Z0-Z7 dots  Z8-Z15 sums  Z16-Z23 dots of blocks of 256
//	Z24 Z25 Z28-Z30 weights  Z26 scales  Z27 free  Z31 mask
//
// L is 4 times the number of vectors. Macros that end in 1 or 8 are for so many.

// One vector waits for memory: it fetches a page ahead, which processors do not
// by themselves.
#define DOT1(w, at) PREFETCHT0 (4096+16*at)(SI); VPDPBUSD.BCST at(DI), w, Z0

#define DOT8(w, at) \
	VPDPBUSD.BCST at(DI), w, Z0; \
	VPDPBUSD.BCST at(DI)(R8*1), w, Z1; \
	VPDPBUSD.BCST at(DI)(R8*2), w, Z2; \
	VPDPBUSD.BCST at(DI)(R9*1), w, Z3; \
	VPDPBUSD.BCST at(DI)(R8*4), w, Z4; \
	VPDPBUSD.BCST at(DI)(R10*1), w, Z5; \
	VPDPBUSD.BCST at(DI)(R9*2), w, Z6; \
	VPDPBUSD.BCST at(DI)(R11*1), w, Z7

// EACH does the same for each vector: its dot, its sum, its dot of 256, and where
// it lies within the lines.
#define EACH1(do, L) do(Z0, Z8, Z16, 0, L)

#define EACH8(do, L) \
	do(Z0, Z8, Z16, 0, L); \
	do(Z1, Z9, Z17, 4, L); \
	do(Z2, Z10, Z18, 8, L); \
	do(Z3, Z11, Z19, 12, L); \
	do(Z4, Z12, Z20, 16, L); \
	do(Z5, Z13, Z21, 20, L); \
	do(Z6, Z14, Z22, 24, L); \
	do(Z7, Z15, Z23, 28, L)

#define CLEAR(dot, sum, dot256, at, L) VPXORD dot, dot, dot
#define CLEARSUM(dot, sum, dot256, at, L) VPXORD sum, sum, sum
#define CLEAR256(dot, sum, dot256, at, L) VPXORD dot256, dot256, dot256
#define MEND(dot, sum, dot256, at, L) VPBROADCASTD (at+L)(DX), dot
#define MENDGROUP(dot, sum, dot256, at, L) VPBROADCASTD at(BX), dot

// SCALED brings a dot to floats: by Z26 and the scale of the activations.
#define SCALED(dot, at) \
	VCVTDQ2PS dot, dot; \
	VMULPS.BCST at(DX), Z26, Z27; \
	VMULPS Z27, dot, dot

#define ADD(dot, sum, dot256, at, L) SCALED(dot, at); VADDPS dot, sum, sum
#define ADD256(dot, sum, dot256, at, L) SCALED(dot256, at); VADDPS dot256, sum, sum
#define ADDGROUP(dot, sum, dot256, at, L) VPMULLD Z26, dot, dot; VPADDD dot, dot256, dot256

// LESS takes off the minimums, which are pairs of words of 2 groups in Z24, Z25,
// Z28 and Z29.
#define LESS(dot, sum, dot256, at, L) \
	VPXORD dot, dot, dot; \
	VPDPWSSD.BCST (at+L)(DX), Z24, dot; \
	VPDPWSSD.BCST (at+2*L)(DX), Z25, dot; \
	VPDPWSSD.BCST (at+3*L)(DX), Z28, dot; \
	VPDPWSSD.BCST (at+4*L)(DX), Z29, dot; \
	SCALED(dot, at); \
	VSUBPS dot, sum, sum

// BYTES multiplies 32 columns.
#define BYTE(DOT, i) VMOVDQU32 (64*i)(SI), Z24; DOT(Z24, 4*i)
#define BYTES(DOT) \
	BYTE(DOT, 0); BYTE(DOT, 1); BYTE(DOT, 2); BYTE(DOT, 3); \
	BYTE(DOT, 4); BYTE(DOT, 5); BYTE(DOT, 6); BYTE(DOT, 7)

// NIBBLES is BYTES of 4 bits.
#define NIBBLE(DOT, i) \
	VMOVDQU32 (64*i)(SI), Z24; \
	VPANDD Z31, Z24, Z25; \
	DOT(Z25, 8*i); \
	VPSRLW $4, Z24, Z24; \
	VPANDD Z31, Z24, Z25; \
	DOT(Z25, 8*i+4)
#define NIBBLES(DOT) NIBBLE(DOT, 0); NIBBLE(DOT, 1); NIBBLE(DOT, 2); NIBBLE(DOT, 3)

// LOOKUPS is NIBBLES that stand for elements of a table, Z30.
#define LOOKUP(DOT, i) \
	VMOVDQU32 (64*i)(SI), Z24; \
	VPANDD Z31, Z24, Z25; \
	VPSHUFB Z25, Z30, Z25; \
	DOT(Z25, 8*i); \
	VPSRLW $4, Z24, Z24; \
	VPANDD Z31, Z24, Z25; \
	VPSHUFB Z25, Z30, Z25; \
	DOT(Z25, 8*i+4)
#define LOOKUPS(DOT) LOOKUP(DOT, 0); LOOKUP(DOT, 1); LOOKUP(DOT, 2); LOOKUP(DOT, 3)

// LOW multiplies the lower bits of a vector.
#define LOW(DOT, i) \
	VMOVDQU32 (64*i)(SI), Z24; \
	VPANDD Z31, Z24, Z25; \
	DOT(Z25, 4*i)

// TOP gathers bits of Z24 from above: first sets, else adds to what is there.
#define TOPFIRST(shift, mask, to) VPSRLW $shift, Z24, to; VPANDD.BCST mask<>(SB), to, to
#define TOP(shift, mask, to) VPSRLW $shift, Z24, Z25; VPTERNLOGD.BCST $0xf8, mask<>(SB), Z25, to

// FIVES is BYTES of 5 bits.
#define FIVES(DOT) \
	LOW(DOT, 0); TOPFIRST(5, mask07, Z28); \
	LOW(DOT, 1); TOP(2, mask18, Z28); TOPFIRST(4, mask08, Z29); \
	LOW(DOT, 2); TOPFIRST(5, mask07, Z30); \
	LOW(DOT, 3); TOP(2, mask18, Z30); TOP(3, mask10, Z29); \
	LOW(DOT, 4); TOP(5, mask07, Z29); \
	DOT(Z28, 20); DOT(Z30, 24); DOT(Z29, 28)

// SIXES is BYTES of 6 bits and 16 columns.
#define SIXES(DOT) \
	LOW(DOT, 0); TOPFIRST(6, mask03, Z28); \
	LOW(DOT, 1); TOP(4, mask0c, Z28); \
	LOW(DOT, 2); TOP(2, mask30, Z28); \
	DOT(Z28, 12)

#define MASK(name, v) DATA name<>+0(SB)/4, $v; GLOBL name<>(SB), RODATA|NOPTR, $4
MASK(mask03, 0x03030303)
MASK(mask07, 0x07070707)
MASK(mask08, 0x08080808)
MASK(mask0c, 0x0c0c0c0c)
MASK(mask0f, 0x0f0f0f0f)
MASK(mask10, 0x10101010)
MASK(mask18, 0x18181818)
MASK(mask1f, 0x1f1f1f1f)
MASK(mask30, 0x30303030)
MASK(mask3f, 0x3f3f3f3f)
MASK(low6, 0x0000003f)
MASK(words6, 0x003f003f)

#define BEGIN1(mask) \
	MOVQ panel+16(FP), SI; \
	MOVQ q+24(FP), DI; \
	MOVQ side+40(FP), DX; \
	MOVQ blocks+48(FP), CX; \
	VPBROADCASTD mask<>(SB), Z31; \
	EACH1(CLEARSUM, 4)

#define BEGIN8(mask) \
	BEGIN1(mask); \
	MOVQ apart+32(FP), R8; \
	LEAQ (R8)(R8*2), R9; \
	LEAQ (R8)(R8*4), R10; \
	LEAQ (R9)(R8*4), R11; \
	EACH8(CLEARSUM, 32)

#define END1 \
	MOVQ dst+0(FP), AX; \
	VMOVUPS Z8, (AX); \
	VZEROUPPER; \
	RET

#define END8 \
	MOVQ dst+0(FP), AX; \
	MOVQ stride+8(FP), BX; \
	LEAQ (BX)(BX*2), R8; \
	LEAQ (AX)(BX*4), R9; \
	VMOVUPS Z8, (AX); \
	VMOVUPS Z9, (AX)(BX*1); \
	VMOVUPS Z10, (AX)(BX*2); \
	VMOVUPS Z11, (AX)(R8*1); \
	VMOVUPS Z12, (R9); \
	VMOVUPS Z13, (R9)(BX*1); \
	VMOVUPS Z14, (R9)(BX*2); \
	VMOVUPS Z15, (R9)(R8*1); \
	VZEROUPPER; \
	RET

// BLOCK32 multiplies a block of 32, whose scales lie behind so many bytes.
#define BLOCK32(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(MEND, L); \
	WEIGHTS(DOT); \
	VCVTPH2PS bytes(SI), Z26; \
	EACH(ADD, L); \
	ADDQ $bytes+32, SI; \
	ADDQ $32, DI; \
	ADDQ $2*L, DX; \
	DECQ CX

// MINIMUMS32 is BLOCK32 with minimums, in Z24, behind the scales.
#define ADDMIN(dot, sum, dot256, at, L) VMULPS.BCST (at+L)(DX), Z24, Z27; VADDPS Z27, sum, sum
#define MINIMUMS32(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	VCVTPH2PS bytes(SI), Z26; \
	VCVTPH2PS bytes+32(SI), Z24; \
	EACH(ADD, L); \
	EACH(ADDMIN, L); \
	ADDQ $bytes+64, SI; \
	ADDQ $32, DI; \
	ADDQ $2*L, DX; \
	DECQ CX

// A block of 256 with minimums: two times 16 scales, 3 vectors of scales and
// minimums of groups, weights.
#define HEADER 256

#define GROUP(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	VPMOVZXBD (R13), Z26; \
	VPANDD.BCST low6<>(SB), Z26, Z26; \
	EACH(ADDGROUP, L); \
	ADDQ $bytes, SI; \
	ADDQ $32, DI; \
	ADDQ $16, R13; \
	DECQ R12

#define BEGINGROUPS(EACH, L) \
	ADDQ $HEADER, SI; \
	LEAQ (64-HEADER)(SI), R13; \
	MOVQ $8, R12; \
	EACH(CLEAR256, L)

#define ENDGROUPS(EACH, L, bytes) \
	VCVTPH2PS (-HEADER-8*bytes)(SI), Z26; \
	EACH(ADD256, L); \
	VMOVDQU32 (64-HEADER-8*bytes)(SI), Z24; \
	TOPFIRST(6, mask03, Z29); \
	VMOVDQU32 (128-HEADER-8*bytes)(SI), Z24; \
	TOP(4, mask0c, Z29); \
	VMOVDQU32 (192-HEADER-8*bytes)(SI), Z24; \
	TOP(2, mask30, Z29); \
	VPSRLW $8, Z24, Z25; \
	VPANDD.BCST words6<>(SB), Z24, Z24; \
	VPANDD.BCST words6<>(SB), Z25, Z25; \
	VPANDD.BCST words6<>(SB), Z29, Z28; \
	VPSRLW $8, Z29, Z29; \
	VCVTPH2PS (32-HEADER-8*bytes)(SI), Z26; \
	EACH(LESS, L); \
	ADDQ $5*L, DX; \
	DECQ CX

// Q6_K: 16 scales, a byte each for the 16 groups, weights.
#define HEADER6 288

#define GROUP6(DOT, EACH, L) \
	EACH(MENDGROUP, L); \
	SIXES(DOT); \
	VPMOVSXBD (R13), Z26; \
	EACH(ADDGROUP, L); \
	ADDQ $192, SI; \
	ADDQ $16, DI; \
	ADDQ $16, R13; \
	ADDQ $L, BX; \
	DECQ R12

#define BEGINGROUPS6(EACH, L) \
	ADDQ $HEADER6, SI; \
	LEAQ (32-HEADER6)(SI), R13; \
	LEAQ L(DX), BX; \
	MOVQ $16, R12; \
	EACH(CLEAR256, L)

#define ENDGROUPS6(EACH, L) \
	VCVTPH2PS (-HEADER6-16*192)(SI), Z26; \
	EACH(ADD256, L); \
	MOVQ BX, DX; \
	DECQ CX

// func oneQ8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ8_0(SB), NOSPLIT, $0-56
	BEGIN1(mask0f)
loop:
	BLOCK32(DOT1, EACH1, 4, BYTES, 512)
	JNZ loop
	END1

// func eightQ8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ8_0(SB), NOSPLIT, $0-56
	BEGIN8(mask0f)
loop:
	BLOCK32(DOT8, EACH8, 32, BYTES, 512)
	JNZ loop
	END8

// func oneNibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneNibbles(SB), NOSPLIT, $0-56
	BEGIN1(mask0f)
loop:
	BLOCK32(DOT1, EACH1, 4, NIBBLES, 256)
	JNZ loop
	END1

// func eightNibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightNibbles(SB), NOSPLIT, $0-56
	BEGIN8(mask0f)
loop:
	BLOCK32(DOT8, EACH8, 32, NIBBLES, 256)
	JNZ loop
	END8

// func oneIQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneIQ4_NL(SB), NOSPLIT, $0-56
	BEGIN1(mask0f)
	VBROADCASTI32X4 ·nonlinear128(SB), Z30
loop:
	BLOCK32(DOT1, EACH1, 4, LOOKUPS, 256)
	JNZ loop
	END1

// func eightIQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightIQ4_NL(SB), NOSPLIT, $0-56
	BEGIN8(mask0f)
	VBROADCASTI32X4 ·nonlinear128(SB), Z30
loop:
	BLOCK32(DOT8, EACH8, 32, LOOKUPS, 256)
	JNZ loop
	END8

// func oneQ4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ4_1(SB), NOSPLIT, $0-56
	BEGIN1(mask0f)
loop:
	MINIMUMS32(DOT1, EACH1, 4, NIBBLES, 256)
	JNZ loop
	END1

// func eightQ4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ4_1(SB), NOSPLIT, $0-56
	BEGIN8(mask0f)
loop:
	MINIMUMS32(DOT8, EACH8, 32, NIBBLES, 256)
	JNZ loop
	END8

// func oneQ5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ5_0(SB), NOSPLIT, $0-56
	BEGIN1(mask1f)
loop:
	BLOCK32(DOT1, EACH1, 4, FIVES, 320)
	JNZ loop
	END1

// func eightQ5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ5_0(SB), NOSPLIT, $0-56
	BEGIN8(mask1f)
loop:
	BLOCK32(DOT8, EACH8, 32, FIVES, 320)
	JNZ loop
	END8

// func oneQ5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ5_1(SB), NOSPLIT, $0-56
	BEGIN1(mask1f)
loop:
	MINIMUMS32(DOT1, EACH1, 4, FIVES, 320)
	JNZ loop
	END1

// func eightQ5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ5_1(SB), NOSPLIT, $0-56
	BEGIN8(mask1f)
loop:
	MINIMUMS32(DOT8, EACH8, 32, FIVES, 320)
	JNZ loop
	END8

// func oneQ4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ4_K(SB), NOSPLIT, $0-56
	BEGIN1(mask0f)
loop:
	BEGINGROUPS(EACH1, 4)
group:
	GROUP(DOT1, EACH1, 4, NIBBLES, 256)
	JNZ group
	ENDGROUPS(EACH1, 4, 256)
	JNZ loop
	END1

// func eightQ4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ4_K(SB), NOSPLIT, $0-56
	BEGIN8(mask0f)
loop:
	BEGINGROUPS(EACH8, 32)
group:
	GROUP(DOT8, EACH8, 32, NIBBLES, 256)
	JNZ group
	ENDGROUPS(EACH8, 32, 256)
	JNZ loop
	END8

// func oneQ5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ5_K(SB), NOSPLIT, $0-56
	BEGIN1(mask1f)
loop:
	BEGINGROUPS(EACH1, 4)
group:
	GROUP(DOT1, EACH1, 4, FIVES, 320)
	JNZ group
	ENDGROUPS(EACH1, 4, 320)
	JNZ loop
	END1

// func eightQ5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ5_K(SB), NOSPLIT, $0-56
	BEGIN8(mask1f)
loop:
	BEGINGROUPS(EACH8, 32)
group:
	GROUP(DOT8, EACH8, 32, FIVES, 320)
	JNZ group
	ENDGROUPS(EACH8, 32, 320)
	JNZ loop
	END8

// func oneQ6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·oneQ6_K(SB), NOSPLIT, $0-56
	BEGIN1(mask3f)
loop:
	BEGINGROUPS6(EACH1, 4)
group:
	GROUP6(DOT1, EACH1, 4)
	JNZ group
	ENDGROUPS6(EACH1, 4)
	JNZ loop
	END1

// func eightQ6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·eightQ6_K(SB), NOSPLIT, $0-56
	BEGIN8(mask3f)
loop:
	BEGINGROUPS6(EACH8, 32)
group:
	GROUP6(DOT8, EACH8, 32)
	JNZ group
	ENDGROUPS6(EACH8, 32)
	JNZ loop
	END8

#define PAIRS(q, a, b) \
	VPDPWSSD.BCST (q)(BX*4), Z8, a; \
	VPDPWSSD.BCST (q)(BX*4), Z9, b

// func mulBytes512(s0, s1, s2, s3, q0, q1, q2, q3, b unsafe.Pointer, stride, pairs, columns int)
//
// It takes 32 columns at a time.
TEXT ·mulBytes512(SB), NOSPLIT, $0-96
	MOVQ q0+32(FP), SI
	MOVQ q1+40(FP), DI
	MOVQ q2+48(FP), R8
	MOVQ q3+56(FP), R9
	MOVQ b+64(FP), R12
	MOVQ stride+72(FP), R10
	MOVQ pairs+80(FP), R11
	MOVQ columns+88(FP), R14
	XORQ R13, R13 // bytes of sums behind
	MOVL $32, R15
loop:
	MOVQ R14, AX
	CMPQ AX, R15
	CMOVQGT R15, AX
	MOVQ $-1, BX
	BZHIQ AX, BX, CX
	KMOVW CX, K3
	SHRQ $16, CX
	KMOVW CX, K4
	ADDQ AX, AX
	BZHIQ AX, BX, CX
	KMOVD CX, K1
	SHRQ $32, CX
	KMOVD CX, K2
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3
	VPXORD Z4, Z4, Z4
	VPXORD Z5, Z5, Z5
	VPXORD Z6, Z6, Z6
	VPXORD Z7, Z7, Z7
	MOVQ R12, AX
	XORQ BX, BX
pair:
	VPMOVSXBW.Z (AX), K1, Z8
	VPMOVSXBW.Z 32(AX), K2, Z9
	PAIRS(SI, Z0, Z1)
	PAIRS(DI, Z2, Z3)
	PAIRS(R8, Z4, Z5)
	PAIRS(R9, Z6, Z7)
	ADDQ R10, AX
	INCQ BX
	CMPQ BX, R11
	JNE pair
	MOVQ s0+0(FP), AX
	VMOVDQU32 Z0, K3, (AX)(R13*1)
	VMOVDQU32 Z1, K4, 64(AX)(R13*1)
	MOVQ s1+8(FP), AX
	VMOVDQU32 Z2, K3, (AX)(R13*1)
	VMOVDQU32 Z3, K4, 64(AX)(R13*1)
	MOVQ s2+16(FP), AX
	VMOVDQU32 Z4, K3, (AX)(R13*1)
	VMOVDQU32 Z5, K4, 64(AX)(R13*1)
	MOVQ s3+24(FP), AX
	VMOVDQU32 Z6, K3, (AX)(R13*1)
	VMOVDQU32 Z7, K4, 64(AX)(R13*1)
	ADDQ $128, R13
	ADDQ $64, R12
	SUBQ R15, R14
	JGT loop
	VZEROUPPER
	RET
