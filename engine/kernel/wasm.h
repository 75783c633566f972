// What the kernels in WebAssembly share.
//
// The assembler of Go 1.27 leaves out the operand (alignment, offset) of loads
// that widen or splat. AT(k) writes it: alignment 0, and offset 72+4k, out of
// instructions whose opcodes are these bytes. Pointers that such loads take are
// therefore 72 too low. TestAssembler holds every one of them to its address.

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
#define AT17 Unreachable; F32Neg; Nop
#define AT18 Unreachable; F32Nearest; Nop
#define AT19 Unreachable; F32Mul; Nop
#define AT20 Unreachable; F32Copysign; Nop
#define AT21 Unreachable; F64Floor; Nop
#define AT22 Unreachable; F64Add; Nop
#define AT23 Unreachable; F64Min; Nop
#define AT24 Unreachable; I32TruncF32S; Nop
#define AT25 Unreachable; I64ExtendI32S; Nop
#define AT26 Unreachable; I64TruncF64S; Nop
#define AT27 Unreachable; F32ConvertI64S; Nop
#define AT28 Unreachable; F64ConvertI32U; Nop
#define AT29 Unreachable; I32ReinterpretF32; Nop
#define AT30 Unreachable; I32Extend8S; Nop
#define AT31 Unreachable; I64Extend32S; Nop

#define BIAS 72

#define ARGUMENT(name, r) I64Load name; Set r
#define BIASED(name, r)   I64Load name; I64Const $BIAS; I64Sub; Set r
#define PTR(r)            Get r; I32WrapI64
#define BUMP(r, n)        Get r; I64Const $n; I64Add; Set r
#define COPY(from, to)    Get from; Set to
#define AGAIN(r)          Get r; I64Const $1; I64Sub; Set r; Get r; I64Const $0; I64Ne; BrIf $0
#define ZERO              V128Const $0, $0
