package kernel

import "encoding/binary"

// Weights of fewer than 8 bits share bytes so that vectors bring them out with
// few masks and shifts, byte by byte: chunks of v bytes become fewer vectors of
// v bytes.
//
//	4 bits: of two chunks one lies low, the other high.
//	5 bits: 8 chunks in 5 vectors. Five lie low; of the last three, f, g and h,
//	        the upper 3 bits hold, vector by vector: f low; h's fourth bit and f
//	        high; g low; h's fifth bit and g high; h low.
//	6 bits: 4 chunks in 3 vectors. Three lie low, the fourth by two bits atop.
//	8 bits: as they are.

// encode packs chunks of v bytes, a multiple of 8.
func encode(dst, chunks []uint8, bits, v int) {
	put := binary.LittleEndian.PutUint64
	switch bits {
	case 8:
		copy(dst, chunks)
	case 4:
		for ; len(chunks) > 0; chunks, dst = chunks[2*v:], dst[v:] {
			for i := 0; i < v; i += 8 {
				put(dst[i:], word(chunks[i:])|word(chunks[v+i:])<<4)
			}
		}
	case 5:
		for ; len(chunks) > 0; chunks, dst = chunks[8*v:], dst[5*v:] {
			for i := 0; i < v; i += 8 {
				f, g, h := word(chunks[5*v+i:]), word(chunks[6*v+i:]), word(chunks[7*v+i:])
				const one, three, seven = eachByte, 3 * eachByte, 7 * eachByte
				put(dst[i:], word(chunks[i:])|f&seven<<5)
				put(dst[v+i:], word(chunks[v+i:])|f>>3&three<<5|h>>3&one<<7)
				put(dst[2*v+i:], word(chunks[2*v+i:])|g&seven<<5)
				put(dst[3*v+i:], word(chunks[3*v+i:])|g>>3&three<<5|h>>4&one<<7)
				put(dst[4*v+i:], word(chunks[4*v+i:])|h&seven<<5)
			}
		}
	case 6:
		for ; len(chunks) > 0; chunks, dst = chunks[4*v:], dst[3*v:] {
			for i := 0; i < v; i += 8 {
				fourth := word(chunks[3*v+i:])
				for j := range 3 {
					put(dst[j*v+i:], word(chunks[j*v+i:])|fourth>>(2*j)&(3*eachByte)<<6)
				}
			}
		}
	}
}

// putSix puts byte i of one of 4 chunks of 6 bits into zeroed vectors.
func putSix(dst []uint8, v, chunk, i int, w uint8) {
	if chunk < 3 {
		dst[chunk*v+i] |= w
		return
	}
	for j := range 3 {
		dst[j*v+i] |= w >> (2 * j) << 6
	}
}

// decode returns byte i of a chunk.
func decode(src []uint8, bits, v, chunk, i int) uint8 {
	switch bits {
	case 4:
		return src[chunk/2*v+i] >> (chunk % 2 * 4) & 15
	case 5:
		src = src[chunk/8*5*v:]
		top := func(j int) uint8 { return src[j*v+i] >> 5 }
		switch chunk %= 8; chunk {
		case 5:
			return top(0) | top(1)&3<<3
		case 6:
			return top(2) | top(3)&3<<3
		case 7:
			return top(4) | top(1)>>2<<3 | top(3)>>2<<4
		}
		return src[chunk*v+i] & 31
	case 6:
		src = src[chunk/4*3*v:]
		if chunk %= 4; chunk == 3 {
			return src[i]>>6 | src[v+i]>>6<<2 | src[2*v+i]>>6<<4
		}
		return src[chunk*v+i] & 63
	}
	return src[chunk*v+i]
}
