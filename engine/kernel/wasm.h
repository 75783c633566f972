// What the kernels in WebAssembly share, and how they get by with the assembler
// of Go 1.27:
//
//   - It leaves out the operand (alignment, offset) of loads that widen or splat.
//     AT0, AT1, ... write it: alignment 0 and offset 72+4k, out of instructions
//     whose opcodes are these bytes. Pointers for such loads are thus BIAS too low.
//   - It takes the offset of V128Store and the lane of ...ExtractLane for the
//     second of two operands: one alone is ignored.
//   - It knows no operands of I8x16Shuffle at all, and encodes relaxed SIMD wrongly.
//
// A later assembler that mends one of these makes modules that do not validate,
// or fails TestPanels.

#define AT0  Unreachable; I32LtS
#define AT1  Unreachable; I32LeS
#define AT2  Unreachable; I64Eqz
#define AT3  Unreachable; I64LtU
#define AT4  Unreachable; I64LeU
#define AT5  Unreachable; F32Ne
#define AT6  Unreachable; F32Ge
#define AT7  Unreachable; F64Gt
#define AT8  Unreachable; I32Ctz
#define AT9  Unreachable; I32Mul
#define AT10 Unreachable; I32RemU
#define AT11 Unreachable; I32Shl
#define AT12 Unreachable; I32Rotr
#define AT13 Unreachable; I64Add
#define AT14 Unreachable; I64DivU; Nop
#define AT15 Unreachable; I64Or; Nop
#define AT16 Unreachable; I64ShrU; Nop
#define AT18 Unreachable; F32Nearest; Nop
#define AT20 Unreachable; F32Copysign; Nop
#define AT22 Unreachable; F64Add; Nop
#define AT24 Unreachable; I32TruncF32S; Nop
#define AT26 Unreachable; I64TruncF64S; Nop
#define AT28 Unreachable; F64ConvertI32U; Nop
#define AT30 Unreachable; I32Extend8S; Nop

#define BIAS 72

#define ARGUMENT(name, r) I64Load name; Set r
#define BIASED(name, r)   I64Load name; I64Const $BIAS; I64Sub; Set r
#define PTR(r)            Get r; I32WrapI64
#define BUMP(r, n)        Get r; I64Const $n; I64Add; Set r
#define COPY(from, to)    Get from; Set to
#define AGAIN(r)          Get r; I64Const $1; I64Sub; Set r; Get r; I64Const $0; I64Ne; BrIf $0
#define ZERO              V128Const $0, $0

// How far apart the parts of a tile are that belong to two panels: see wide in
// panels_wasm.go.
#define TILE  8704
#define SCALE 1024

// UNPACK begins what widens a panel, with a mask of some bytes in V2: R0 panel
// R1 tile  R2 scales of the rows  R4 blocks left  V1 mask of half precision.
#define UNPACK(mask) \
	ARGUMENT(tile+0(FP), R1); \
	ARGUMENT(rowScale+8(FP), R2); \
	BIASED(panel+16(FP), R0); \
	ARGUMENT(blocks+24(FP), R4); \
	V128Const $0x8fffe0008fffe000, $0x8fffe0008fffe000; Set V1; \
	V128Const $mask, $mask; Set V2

// HALVES widens 4 scales and stores them: by 13 bits to their place in floats,
// then by 2^112 to their exponent.
#define HALVES(from, to) \
	PTR(R2); \
	PTR(R0); V128Load $from; I32x4ExtendLowI16x8S; I32Const $13; I32x4Shl; Get V1; V128And; \
	V128Const $0x7780000077800000, $0x7780000077800000; F32x4Mul; \
	V128Store $0, $to

// BITS brings some out of bytes; LOW the low ones, to V5.
#define BITS(v, by, mask) Get v; I32Const $by; I16x8ShrU; V128Const $mask, $mask; V128And
#define LOW(v, mask)      Get v; V128Const $mask, $mask; V128And; Set V5

#define WEIGHTS(v, r, from) PTR(r); V128Load $from; Set v

// SPLAT loads four bytes for every row.
#define SPLAT(v, r, at) PTR(r); V128Load32Splat; at; Set v

#define FIVE 0x1f1f1f1f1f1f1f1f

// FIVES brings out 8 chunks of 5 bits at r, each to V5, and does with it what one
// of c0 to c7 says: bits.go says how they lie. It takes V8-V12.
#define FIVES(r, c0, c1, c2, c3, c4, c5, c6, c7) \
	WEIGHTS(V8, r, BIAS); WEIGHTS(V9, r, BIAS+16); WEIGHTS(V10, r, BIAS+32); WEIGHTS(V11, r, BIAS+48); WEIGHTS(V12, r, BIAS+64); \
	LOW(V8, FIVE); c0; \
	LOW(V9, FIVE); c1; \
	LOW(V10, FIVE); c2; \
	LOW(V11, FIVE); c3; \
	LOW(V12, FIVE); c4; \
	BITS(V8, 5, 0x0707070707070707); BITS(V9, 2, 0x1818181818181818); V128Or; Set V5; c5; \
	BITS(V10, 5, 0x0707070707070707); BITS(V11, 2, 0x1818181818181818); V128Or; Set V5; c6; \
	BITS(V12, 5, 0x0707070707070707); BITS(V9, 4, 0x0808080808080808); V128Or; \
	BITS(V11, 3, 0x1010101010101010); V128Or; Set V5; c7; \
	BUMP(r, 80)

#define ROTATE(a, b, c, d, free) COPY(a, free); COPY(b, a); COPY(c, b); COPY(d, c); COPY(free, d)

#define SIXTHS 0x3f3f3f3f3f3f3f3f

// SIX brings out 48 scales and minimums of 6 bits: V8 V9 scales, V10 V11
// minimums.
#define SIX(at) \
	PTR(R0); V128Load $at; Set V8; \
	PTR(R0); V128Load $at+16; Set V9; \
	PTR(R0); V128Load $at+32; Set V10; \
	Get V8; I32Const $6; I16x8ShrU; V128Const $0x0303030303030303, $0x0303030303030303; V128And; \
	Get V9; I32Const $4; I16x8ShrU; V128Const $0x0c0c0c0c0c0c0c0c, $0x0c0c0c0c0c0c0c0c; V128And; V128Or; \
	Get V10; I32Const $2; I16x8ShrU; V128Const $0x3030303030303030, $0x3030303030303030; V128And; V128Or; Set V11; \
	V128Const $0x3f3f3f3f3f3f3f3f, $0x3f3f3f3f3f3f3f3f; Set V12; \
	Get V8; Get V12; V128And; Set V8; \
	Get V9; Get V12; V128And; Set V9; \
	Get V10; Get V12; V128And; Set V10

// TWICE writes each of 4 scales into both words of its row.
#define TWICE(v, half, quarter) \
	Get v; half; quarter; Set V7; \
	Get V7; I32Const $16; I32x4Shl; Get V7; V128Or; Set V7

// MINIMUMS stores those of V10 and V11 as 8 columns of words.
#define MINIMUMS \
	V128Const $0x00ff00ff00ff00ff, $0x00ff00ff00ff00ff; Set V12; \
	PTR(R1); Get V10; Get V12; V128And; V128Store $0, $0; \
	PTR(R1); Get V11; Get V12; V128And; V128Store $0, $16; \
	PTR(R1); Get V10; I32Const $8; I16x8ShrU; V128Store $0, $32; \
	PTR(R1); Get V11; I32Const $8; I16x8ShrU; V128Store $0, $48; \
	BUMP(R1, 64)
