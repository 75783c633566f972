package quant

// Q4_K is 256 weights of 4 bits in groups of 32, with scales and minimums of 6
// bits, times a half precision number each. Bytes hold a weight of one group
// low and of the next high.
var Q4_K = register(&Type{
	Name: "Q4_K", ID: 12, BlockSize: 256, TypeSize: 144, Group: 32, Offset: true,
	Unpack: func(q []int8, scale, min []float32, src []byte) {
		for ; len(src) > 0; src, q, scale, min = src[144:], q[256:], scale[8:], min[8:] {
			SixBits(scale, min, src)
			for i, v := range src[16:144] {
				at := i/32*64 + i%32
				q[at] = int8(v & 15)
				q[at+32] = int8(v >> 4)
			}
		}
	},
})

// SixBits brings out 8 scales and minimums: two half precision multipliers, then
// 12 bytes. The first four of each lie in the lower 6 bits of 8 bytes; of the
// others 4 bits lie in the last 4 bytes, and 2 atop the former.
func SixBits(scale, min []float32, b []byte) {
	d, dmin, p := half(b), half(b[2:]), b[4:16]
	for g := range 4 {
		scale[g] = d * float32(p[g]&63)
		min[g] = dmin * float32(p[g+4]&63)
		scale[g+4] = d * float32(p[g+8]&15|p[g]>>6<<4)
		min[g+4] = dmin * float32(p[g+8]>>4|p[g+4]>>6<<4)
	}
}
