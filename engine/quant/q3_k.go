package quant

// Q3_K is 256 weights of 3 bits less 4, in groups of 16 with scales of 6 bits
// less 32, times a half precision number. Third bits come first, then two bits
// as in Q2_K, then the scales: 4 bits each in 8 bytes, 2 bits each in 4.
var Q3_K = register(&Type{
	Name: "Q3_K", ID: 11, BlockSize: 256, TypeSize: 110, Group: 16,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for ; len(src) > 0; src, q, scale = src[110:], q[256:], scale[16:] {
			third, two, packed, d := src[:32], src[32:96], src[96:108], half(src[108:])
			for g := range 16 {
				low := packed[g%8] >> (g / 8 * 4) & 15
				high := packed[8+g%4] >> (g / 4 * 2) & 3
				scale[g] = d * float32(int(low|high<<4)-32)
			}
			for i := range 256 {
				v := two[i/128*32+i%32]>>(i/32%4*2)&3 | third[i%32]>>(i/32)&1<<2
				q[i] = int8(v) - 4
			}
		}
	},
})
