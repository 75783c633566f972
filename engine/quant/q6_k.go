package quant

// Q6_K is 256 weights of 6 bits less 32, in groups of 16 with signed bytes for
// scales, times a half precision number. Four bits each come first, then two.
var Q6_K = register(&Type{
	Name: "Q6_K", ID: 14, BlockSize: 256, TypeSize: 210, Group: 16,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for ; len(src) > 0; src, q, scale = src[210:], q[256:], scale[16:] {
			d := half(src[208:])
			for g, v := range src[192:208] {
				scale[g] = d * float32(int8(v))
			}
			for i := range 256 {
				part, at := i/128, i%128
				four := src[part*64+at%64] >> (at / 64 * 4) & 15
				two := src[128+part*32+at%32] >> (at / 32 * 2) & 3
				q[i] = int8(four|two<<4) - 32
			}
		}
	},
})
