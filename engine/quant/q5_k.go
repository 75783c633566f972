package quant

// Q5_K is Q4_K with a fifth bit for each weight, before the others: bit g of
// byte i is that of weight i of group g.
var Q5_K = register(&Type{
	Name: "Q5_K", ID: 13, BlockSize: 256, TypeSize: 176, Group: 32, Offset: true,
	Unpack: func(q []int8, scale, min []float32, src []byte) {
		for ; len(src) > 0; src, q, scale, min = src[176:], q[256:], scale[8:], min[8:] {
			SixBits(scale, min, src)
			fifth := src[16:48]
			for i, v := range src[48:176] {
				g, at := i/32*2, i%32
				q[32*g+at] = int8(v&15 | fifth[at]>>g&1<<4)
				q[32*g+32+at] = int8(v>>4 | fifth[at]>>(g+1)&1<<4)
			}
		}
	},
})
