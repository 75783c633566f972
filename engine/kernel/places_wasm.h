// What dots of blocks of 256 share, at four places of a matrix: its places take turns,
// block by block, and what they come to is added up in dst.

// HALF widens 4 scales of rows.
#define HALF(r, at) \
	PTR(r); V128Load $at; I32x4ExtendLowI16x8S; I32Const $13; I32x4Shl; Get V13; V128And; Get V15; F32x4Mul

#define STORE(v) PTR(R5); Get v; V128Store $0, $0; Get R5; Get R11; I64Add; Set R5

// MINS adds minimums times sums of activations to V0.
#define MINS(v, at) SPLAT(V3, R7, at); Get V0; v; Get V3; I32x4DotI16x8S; I32x4Add; Set V0

// PLACES begins a function where the four places take turns, block by block.
//
//	R0 weights  R1 from one panel to the next  R2 places left  R3 R14 panels
//	R4 activations  R5 where those of a group end, dst  R6 their scales
//	R7 R15 their sums  R8 blocks left  R9 panels left  R10 R12 dst  R11 from one dst to the next
//	R13 activations of the block
//	V0 dots of minimums  V1 dots  V2 scale of activations  V3 activations or their sums
//	V4-V12 a group's
#define PLACES \
	BIASED(panels+8(FP), R3); \
	ARGUMENT(panelsApart+56(FP), R1); \
	ARGUMENT(dst+0(FP), R10); \
	ARGUMENT(dstApart+64(FP), R11); \
	ARGUMENT(count+48(FP), R9); \
	CONSTANTS; \
	Loop; \
	BIASED(x+16(FP), R13); \
	BIASED(scale+24(FP), R6); \
	BIASED(sums+32(FP), R7); \
	ARGUMENT(blocks+40(FP), R8); \
	ZERO; Set V0; \
	COPY(R10, R5); \
	STORE(V0); \
	STORE(V0); \
	STORE(V0); \
	STORE(V0); \
	Loop; \
	COPY(R3, R14); \
	COPY(R10, R12); \
	I64Const $4; Set R2; \
	Loop; \
	COPY(R14, R0); \
	COPY(R13, R4); \
	SPLAT(V2, R6, AT0); \
	ZERO; Set V1

// TURN ends them, with blocks of so many bytes, of activations and of their sums.
#define TURN(size, x, sums) \
	Get R12; Get R11; I64Add; Set R12; \
	Get R14; Get R1; I64Add; Set R14; \
	AGAIN(R2); \
	End; \
	BUMP(R3, size); \
	BUMP(R13, x); \
	BUMP(R6, 4); \
	BUMP(R7, sums); \
	AGAIN(R8); \
	End; \
	BUMP(R10, 16); \
	AGAIN(R9); \
	End
