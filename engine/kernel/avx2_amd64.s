//go:build goexperiment.simd

#include "textflag.h"

// Panels of 16 rows as in vnni_amd64.s, 8 rows after the other 8, and up to 4
// vectors of activations, by AVX2: its dot takes pairs of bytes to words, which may
// be added up as long as they fit, and then to 32 bits.
//
//	SI weights  DI activations  R8 R9 1 and 3 times from one vector to the next
//	DX side of the block, L bytes a line  CX blocks left  R12 groups left
//	R11 scales of groups  BX line of a group  R14 0 or 1: which rows
//	R13 R10 -16 and -24 times that: from where weights lie to where scales do
//	Y0-Y3 dots  Y4-Y7 sums  Y8-Y11 dots of blocks of 256  Y12 weights, scales
//	Y13 free  Y14 mask  Y15 a 1 in each word

#define EACH1(do, L) do(Y0, Y4, Y8, 0, L)

#define EACH4(do, L) \
	do(Y0, Y4, Y8, 0, L); \
	do(Y1, Y5, Y9, 4, L); \
	do(Y2, Y6, Y10, 8, L); \
	do(Y3, Y7, Y11, 12, L)

#define FETCH(at) PREFETCHT0 (4096+16*at)(SI)
#define FOUR(do, at) \
	do(at(DI), Y0); \
	do(at(DI)(R8*1), Y1); \
	do(at(DI)(R8*2), Y2); \
	do(at(DI)(R9*1), Y3)

// WORDS are for weights of 4 bits: 32 columns fit.
#define WORDS(x, dot) \
	VPBROADCASTD x, Y13; \
	VPMADDUBSW Y13, Y12, Y13; \
	VPADDW Y13, dot, dot
#define WORDS1(at) FETCH(at); WORDS(at(DI), Y0)
#define WORDS4(at) FOUR(WORDS, at)

// SMALL are for weights of up to 7 bits.
#define SMALL(x, dot) \
	VPBROADCASTD x, Y13; \
	VPMADDUBSW Y13, Y12, Y13; \
	VPMADDWD Y15, Y13, Y13; \
	VPADDD Y13, dot, dot
#define SMALL1(at) FETCH(at); SMALL(at(DI), Y0)
#define SMALL4(at) FOUR(SMALL, at)

// SIGNED are for bytes with a sign, which moves to the activations: those are never
// -128. Y14 is without.
#define SIGNED(x, dot) \
	VPBROADCASTD x, Y13; \
	VPSIGNB Y12, Y13, Y13; \
	VPMADDUBSW Y13, Y14, Y13; \
	VPMADDWD Y15, Y13, Y13; \
	VPADDD Y13, dot, dot
#define SIGNED1(at) VPABSB Y12, Y14; FETCH(at); SIGNED(at(DI), Y0)
#define SIGNED4(at) VPABSB Y12, Y14; FOUR(SIGNED, at)

#define CLEAR(dot, sum, dot256, at, L) VPXOR dot, dot, dot
#define CLEARSUM(dot, sum, dot256, at, L) VPXOR sum, sum, sum
#define CLEAR256(dot, sum, dot256, at, L) VPXOR dot256, dot256, dot256
#define WIDEN(dot, sum, dot256, at, L) VPMADDWD Y15, dot, dot
#define MEND(dot, sum, dot256, at, L) VPBROADCASTD (at+L)(DX), Y13; VPADDD Y13, dot, dot
#define MENDGROUP(dot, sum, dot256, at, L) VPBROADCASTD at(BX), dot

// SCALED brings a dot to floats: by Y12 and the scale of the activations.
#define SCALED(dot, at) \
	VCVTDQ2PS dot, dot; \
	VBROADCASTSS at(DX), Y13; \
	VMULPS Y13, Y12, Y13; \
	VMULPS Y13, dot, dot

#define ADD(dot, sum, dot256, at, L) SCALED(dot, at); VADDPS dot, sum, sum
#define ADD256(dot, sum, dot256, at, L) SCALED(dot256, at); VADDPS dot256, sum, sum
#define ADDGROUP(dot, sum, dot256, at, L) VPMULLD Y12, dot, dot; VPADDD dot, dot256, dot256

// LESS takes off the minimums, which are pairs of words of 2 groups in Y8 to Y11.
#define PAIR(mins, at) VPBROADCASTD at(DX), Y13; VPMADDWD Y13, mins, Y13
#define LESS(dot, sum, dot256, at, L) \
	VPBROADCASTD (at+L)(DX), Y13; \
	VPMADDWD Y13, Y8, dot; \
	PAIR(Y9, (at+2*L)); \
	VPADDD Y13, dot, dot; \
	PAIR(Y10, (at+3*L)); \
	VPADDD Y13, dot, dot; \
	PAIR(Y11, (at+4*L)); \
	VPADDD Y13, dot, dot; \
	SCALED(dot, at); \
	VSUBPS dot, sum, sum

// BYTES multiplies 32 columns.
#define BYTE(DOT, i) VMOVDQU (64*i)(SI), Y12; VPXOR mask80<>(SB), Y12, Y12; DOT(4*i)
#define BYTES(DOT) \
	BYTE(DOT, 0); BYTE(DOT, 1); BYTE(DOT, 2); BYTE(DOT, 3); \
	BYTE(DOT, 4); BYTE(DOT, 5); BYTE(DOT, 6); BYTE(DOT, 7)

// NIBBLES is BYTES of 4 bits.
#define NIBBLE(DOT, i) \
	VMOVDQU (64*i)(SI), Y12; \
	VPAND Y14, Y12, Y12; \
	DOT(8*i); \
	VMOVDQU (64*i)(SI), Y12; \
	VPSRLW $4, Y12, Y12; \
	VPAND Y14, Y12, Y12; \
	DOT(8*i+4)
#define NIBBLES(DOT) NIBBLE(DOT, 0); NIBBLE(DOT, 1); NIBBLE(DOT, 2); NIBBLE(DOT, 3)

// LOOKUPS is NIBBLES that stand for elements of a table, Y11.
#define LOOKUP(DOT, i) \
	VMOVDQU (64*i)(SI), Y12; \
	VPAND Y10, Y12, Y12; \
	VPSHUFB Y12, Y11, Y12; \
	DOT(8*i); \
	VMOVDQU (64*i)(SI), Y12; \
	VPSRLW $4, Y12, Y12; \
	VPAND Y10, Y12, Y12; \
	VPSHUFB Y12, Y11, Y12; \
	DOT(8*i+4)
#define LOOKUPS(DOT) LOOKUP(DOT, 0); LOOKUP(DOT, 1); LOOKUP(DOT, 2); LOOKUP(DOT, 3)

// LOW multiplies the lower bits of a vector.
#define LOW(DOT, i) \
	VMOVDQU (64*i)(SI), Y12; \
	VPAND Y14, Y12, Y12; \
	DOT(4*i)

// TOP gathers upper bits of a vector in Y12: first sets, else adds to what is there.
#define TOPFIRST(i, shift, mask) \
	VMOVDQU (64*i)(SI), Y12; \
	VPSRLW $shift, Y12, Y12; \
	VPAND mask<>(SB), Y12, Y12
#define TOP(i, shift, mask) \
	VMOVDQU (64*i)(SI), Y13; \
	VPSRLW $shift, Y13, Y13; \
	VPAND mask<>(SB), Y13, Y13; \
	VPOR Y13, Y12, Y12

// FIVES is BYTES of 5 bits.
#define FIVES(DOT) \
	LOW(DOT, 0); LOW(DOT, 1); LOW(DOT, 2); LOW(DOT, 3); LOW(DOT, 4); \
	TOPFIRST(0, 5, mask07); TOP(1, 2, mask18); \
	DOT(20); \
	TOPFIRST(2, 5, mask07); TOP(3, 2, mask18); \
	DOT(24); \
	TOPFIRST(4, 5, mask07); TOP(1, 4, mask08); TOP(3, 3, mask10); \
	DOT(28)

// SIXES is BYTES of 6 bits and 16 columns.
#define SIXES(DOT) \
	LOW(DOT, 0); LOW(DOT, 1); LOW(DOT, 2); \
	TOPFIRST(0, 6, mask03); TOP(1, 4, mask0c); TOP(2, 2, mask30); \
	DOT(12)

#define MASK(name, v) \
	DATA name<>+0(SB)/8, $v; \
	DATA name<>+8(SB)/8, $v; \
	DATA name<>+16(SB)/8, $v; \
	DATA name<>+24(SB)/8, $v; \
	GLOBL name<>(SB), RODATA|NOPTR, $32
MASK(ones, 0x0001000100010001)
MASK(mask03, 0x0303030303030303)
MASK(mask07, 0x0707070707070707)
MASK(mask08, 0x0808080808080808)
MASK(mask0c, 0x0c0c0c0c0c0c0c0c)
MASK(mask0f, 0x0f0f0f0f0f0f0f0f)
MASK(mask10, 0x1010101010101010)
MASK(mask18, 0x1818181818181818)
MASK(mask1f, 0x1f1f1f1f1f1f1f1f)
MASK(mask30, 0x3030303030303030)
MASK(mask3f, 0x3f3f3f3f3f3f3f3f)
MASK(mask80, 0x8080808080808080)
MASK(low6, 0x0000003f0000003f)
MASK(words6, 0x003f003f003f003f)

// ROWS begins 8 rows of a panel.
#define ROWS1(mask) \
	MOVQ panel+16(FP), SI; \
	MOVQ q+24(FP), DI; \
	MOVQ side+40(FP), DX; \
	MOVQ blocks+48(FP), CX; \
	MOVQ R14, R13; \
	SHLQ $5, R13; \
	ADDQ R13, SI; \
	IMUL3Q $-16, R14, R13; \
	IMUL3Q $-24, R14, R10; \
	VMOVDQU mask<>(SB), Y14; \
	VMOVDQU ones<>(SB), Y15; \
	EACH1(CLEARSUM, 4)

#define ROWS4(mask) \
	ROWS1(mask); \
	MOVQ apart+32(FP), R8; \
	LEAQ (R8)(R8*2), R9; \
	EACH4(CLEARSUM, 16)

// END stores the sums, and sets the flags for the other rows.
#define END1 \
	MOVQ dst+0(FP), AX; \
	MOVQ R14, R13; \
	SHLQ $5, R13; \
	VMOVUPS Y4, (AX)(R13*1); \
	XORQ $1, R14

#define END4 \
	MOVQ dst+0(FP), AX; \
	MOVQ R14, R13; \
	SHLQ $5, R13; \
	ADDQ R13, AX; \
	MOVQ stride+8(FP), BX; \
	LEAQ (BX)(BX*2), R13; \
	VMOVUPS Y4, (AX); \
	VMOVUPS Y5, (AX)(BX*1); \
	VMOVUPS Y6, (AX)(BX*2); \
	VMOVUPS Y7, (AX)(R13*1); \
	XORQ $1, R14

// BLOCK32 multiplies a block of 32, whose scales lie behind so many bytes.
#define BLOCK32(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	ENDBLOCK32(EACH, L, bytes)

#define ENDBLOCK32(EACH, L, bytes) \
	EACH(MEND, L); \
	VCVTPH2PS bytes(SI)(R13*1), Y12; \
	EACH(ADD, L); \
	ADDQ $bytes+32, SI; \
	ADDQ $32, DI; \
	ADDQ $2*L, DX; \
	DECQ CX

#define BLOCKWORDS(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	EACH(WIDEN, L); \
	ENDBLOCK32(EACH, L, bytes)

// MINIMUMS32 is BLOCK32 with minimums, in Y12, behind the scales; WORDS32 so is
// BLOCKWORDS.
#define ADDMIN(dot, sum, dot256, at, L) VBROADCASTSS (at+L)(DX), Y13; VMULPS Y13, Y12, Y13; VADDPS Y13, sum, sum
#define MINIMUMS32(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	ENDMINIMUMS32(EACH, L, bytes)

#define WORDS32(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	EACH(WIDEN, L); \
	ENDMINIMUMS32(EACH, L, bytes)

#define ENDMINIMUMS32(EACH, L, bytes) \
	VCVTPH2PS bytes(SI)(R13*1), Y12; \
	EACH(ADD, L); \
	VCVTPH2PS bytes+32(SI)(R13*1), Y12; \
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
	ENDGROUP(EACH, L, bytes)

#define GROUPWORDS(DOT, EACH, L, WEIGHTS, bytes) \
	EACH(CLEAR, L); \
	WEIGHTS(DOT); \
	EACH(WIDEN, L); \
	ENDGROUP(EACH, L, bytes)

#define ENDGROUP(EACH, L, bytes) \
	VPMOVZXBD (R11), Y12; \
	VPAND low6<>(SB), Y12, Y12; \
	EACH(ADDGROUP, L); \
	ADDQ $bytes, SI; \
	ADDQ $32, DI; \
	ADDQ $16, R11; \
	DECQ R12

#define BEGINGROUPS(EACH, L) \
	ADDQ $HEADER, SI; \
	LEAQ (64-HEADER)(SI)(R10*1), R11; \
	MOVQ $8, R12; \
	EACH(CLEAR256, L)

#define ENDGROUPS(EACH, L, bytes) \
	VCVTPH2PS (-HEADER-8*bytes)(SI)(R13*1), Y12; \
	EACH(ADD256, L); \
	SUBQ $HEADER+8*bytes, SI; \
	TOPFIRST(1, 6, mask03); \
	TOP(2, 4, mask0c); \
	TOP(3, 2, mask30); \
	VPAND words6<>(SB), Y12, Y10; \
	VPSRLW $8, Y12, Y11; \
	VMOVDQU 192(SI), Y8; \
	VPSRLW $8, Y8, Y9; \
	VPAND words6<>(SB), Y8, Y8; \
	VPAND words6<>(SB), Y9, Y9; \
	VCVTPH2PS 32(SI)(R13*1), Y12; \
	EACH(LESS, L); \
	ADDQ $HEADER+8*bytes, SI; \
	ADDQ $5*L, DX; \
	DECQ CX

// Q6_K: 16 scales, a byte each for the 16 groups, weights.
#define HEADER6 288

#define GROUP6(DOT, EACH, L) \
	EACH(MENDGROUP, L); \
	SIXES(DOT); \
	VPMOVSXBD (R11), Y12; \
	EACH(ADDGROUP, L); \
	ADDQ $192, SI; \
	ADDQ $16, DI; \
	ADDQ $16, R11; \
	ADDQ $L, BX; \
	DECQ R12

#define BEGINGROUPS6(EACH, L) \
	ADDQ $HEADER6, SI; \
	LEAQ (32-HEADER6)(SI)(R10*1), R11; \
	LEAQ L(DX), BX; \
	MOVQ $16, R12; \
	EACH(CLEAR256, L)

#define ENDGROUPS6(EACH, L) \
	VCVTPH2PS (-HEADER6-16*192)(SI)(R13*1), Y12; \
	EACH(ADD256, L); \
	MOVQ BX, DX; \
	DECQ CX

// func one256Q8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q8_0(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask0f)
loop:
	BLOCK32(SIGNED1, EACH1, 4, BYTES, 512)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q8_0(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask0f)
loop:
	BLOCK32(SIGNED4, EACH4, 16, BYTES, 512)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Nibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Nibbles(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask0f)
loop:
	BLOCKWORDS(WORDS1, EACH1, 4, NIBBLES, 256)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Nibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Nibbles(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask0f)
loop:
	BLOCKWORDS(WORDS4, EACH4, 16, NIBBLES, 256)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256IQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256IQ4_NL(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask0f)
	VMOVDQA Y14, Y10
	VBROADCASTI128 ·nonlinears(SB), Y11
loop:
	BLOCK32(SIGNED1, EACH1, 4, LOOKUPS, 256)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256IQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256IQ4_NL(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask0f)
	VMOVDQA Y14, Y10
	VBROADCASTI128 ·nonlinears(SB), Y11
loop:
	BLOCK32(SIGNED4, EACH4, 16, LOOKUPS, 256)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q4_1(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask0f)
loop:
	WORDS32(WORDS1, EACH1, 4, NIBBLES, 256)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q4_1(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask0f)
loop:
	WORDS32(WORDS4, EACH4, 16, NIBBLES, 256)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q5_0(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask1f)
loop:
	BLOCK32(SMALL1, EACH1, 4, FIVES, 320)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q5_0(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask1f)
loop:
	BLOCK32(SMALL4, EACH4, 16, FIVES, 320)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q5_1(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask1f)
loop:
	MINIMUMS32(SMALL1, EACH1, 4, FIVES, 320)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q5_1(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask1f)
loop:
	MINIMUMS32(SMALL4, EACH4, 16, FIVES, 320)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q4_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask0f)
loop:
	BEGINGROUPS(EACH1, 4)
group:
	GROUPWORDS(WORDS1, EACH1, 4, NIBBLES, 256)
	JNZ group
	ENDGROUPS(EACH1, 4, 256)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q4_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask0f)
loop:
	BEGINGROUPS(EACH4, 16)
group:
	GROUPWORDS(WORDS4, EACH4, 16, NIBBLES, 256)
	JNZ group
	ENDGROUPS(EACH4, 16, 256)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q5_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask1f)
loop:
	BEGINGROUPS(EACH1, 4)
group:
	GROUP(SMALL1, EACH1, 4, FIVES, 320)
	JNZ group
	ENDGROUPS(EACH1, 4, 320)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q5_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask1f)
loop:
	BEGINGROUPS(EACH4, 16)
group:
	GROUP(SMALL4, EACH4, 16, FIVES, 320)
	JNZ group
	ENDGROUPS(EACH4, 16, 320)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET

// func one256Q6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·one256Q6_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS1(mask3f)
loop:
	BEGINGROUPS6(EACH1, 4)
group:
	GROUP6(SMALL1, EACH1, 4)
	JNZ group
	ENDGROUPS6(EACH1, 4)
	JNZ loop
	END1
	JNZ rows
	VZEROUPPER
	RET

// func four256Q6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)
TEXT ·four256Q6_K(SB), NOSPLIT, $0-56
	XORQ R14, R14
rows:
	ROWS4(mask3f)
loop:
	BEGINGROUPS6(EACH4, 16)
group:
	GROUP6(SMALL4, EACH4, 16)
	JNZ group
	ENDGROUPS6(EACH4, 16)
	JNZ loop
	END4
	JNZ rows
	VZEROUPPER
	RET
