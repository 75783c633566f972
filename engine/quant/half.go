package quant

import "math"

// Half widens an IEEE 754 half precision float.
func Half(h uint16) float32 {
	sign, rest := uint32(h&0x8000)<<16, uint32(h&0x7fff)<<13
	if rest >= 0x1f<<23 { // infinity, NaN
		return math.Float32frombits(sign | rest | 0xff<<23)
	}
	// Multiplying moves the exponent's bias, and normalizes subnormals on the way.
	return math.Float32frombits(sign | math.Float32bits(math.Float32frombits(rest)*0x1p112))
}

// ToHalf rounds to the nearest half precision float, ties to even.
func ToHalf(f float32) uint16 {
	b := math.Float32bits(f)
	sign, b := uint16(b>>16&0x8000), b&0x7fffffff
	switch {
	case b > 0xff<<23: // NaN
		return sign | 0x7e00
	case b >= 0x477ff000: // rounds to 65536 or more
		return sign | 0x7c00
	case b < 0x38800000: // subnormal half: let float addition round
		return sign | uint16(math.Float32bits(math.Float32frombits(b)+0.5)-math.Float32bits(0.5))
	}
	return sign | uint16((b-0x38000000+0xfff+b>>13&1)>>13)
}

func half(b []byte) float32 { return Half(uint16(b[0]) | uint16(b[1])<<8) }

func putHalf(b []byte, f float32) {
	h := ToHalf(f)
	b[0], b[1] = byte(h), byte(h>>8)
}
