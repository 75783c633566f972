package head

import (
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// matchSize is the dimension in which tokens of two texts are compared.
const matchSize = 64

// match says how alike the tokens of two texts are.
type match struct {
	left, right *linear // (matchSize, dim)
	a, b        []float32
	same        []float32
}

func newMatch(l *loader, name string, dim int) match {
	return match{left: l.bare(name+".match.left", dim, matchSize), right: l.bare(name+".match.right", dim, matchSize)}
}

// of returns the cosines of every token of b with every token of a: (b, a).
func (m *match) of(a, b []float32) []float32 {
	m.a, m.b = m.left.apply(m.a, a), m.right.apply(m.b, b)
	unit(m.a)
	unit(m.b)
	na, nb := len(m.a)/matchSize, len(m.b)/matchSize
	m.same = grow(m.same, na*nb)
	for i := range nb {
		kernel.DotRows(m.same[i*na:][:na], m.a, m.b[i*matchSize:][:matchSize])
	}
	return m.same
}

// unit makes every row of matchSize unit.
func unit(x []float32) {
	for ; len(x) > 0; x = x[matchSize:] {
		var squares float64
		for _, v := range x[:matchSize] {
			squares += float64(v * v)
		}
		kernel.Scale(x[:matchSize], float32(1/max(math.Sqrt(squares), 1e-12)))
	}
}
