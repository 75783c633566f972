package kernel

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

// encode packs chunks of v bytes.
func encode(dst, chunks []uint8, bits, v int) {
	switch bits {
	case 8:
		copy(dst, chunks)
	case 4:
		for ; len(chunks) > 0; chunks, dst = chunks[2*v:], dst[v:] {
			for i := range v {
				dst[i] = chunks[i] | chunks[v+i]<<4
			}
		}
	case 5:
		for ; len(chunks) > 0; chunks, dst = chunks[8*v:], dst[5*v:] {
			for i := range v {
				f, g, h := chunks[5*v+i], chunks[6*v+i], chunks[7*v+i]
				for j, top := range [5]uint8{f & 7, f>>3 | h>>3&1<<2, g & 7, g>>3 | h>>4<<2, h & 7} {
					dst[j*v+i] = chunks[j*v+i] | top<<5
				}
			}
		}
	case 6:
		for ; len(chunks) > 0; chunks, dst = chunks[4*v:], dst[3*v:] {
			for j := range 4 {
				for i := range v {
					putSix(dst, v, j, i, chunks[j*v+i])
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
