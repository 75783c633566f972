package model

import (
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/quant"
)

// leadAdapters hands adapters to the other shards, which take their rows of them.
func (m *Model) leadAdapters(adapters []Scaled) {
	g := m.team()
	// Err tells if they do not hear it.
	if _ = g.lead(orderAdapters, len(adapters), 0, nil); g.alone() {
		return
	}
	for _, a := range adapters {
		g.sendNumbers(a.Scale, a.alpha, float64(len(a.pairs)))
		for _, p := range a.pairs {
			g.sendNumbers(float64(len(p.name)), float64(p.a.Rows), float64(p.a.Cols), float64(p.b.Rows), float64(p.b.Cols))
			g.send([]byte(p.name))
			g.send(p.a.Data)
			g.send(p.b.Data)
		}
	}
}

func (g *gathering) receiveAdapters(n int) []Scaled {
	var adapters []Scaled
	for range n {
		var h [3]float64 // scale, alpha, pairs
		g.receiveNumbers(h[:])
		a := Scaled{&Adapter{alpha: h[1]}, h[0]}
		for range int(h[2]) {
			var p [5]float64 // length of the name, rows and columns of both
			g.receiveNumbers(p[:])
			name := make([]byte, int(p[0]))
			g.receive(name)
			pair := adapterPair{name: string(name)}
			for i, m := range []**kernel.Matrix{&pair.a, &pair.b} {
				var err error
				if *m, err = kernel.NewMatrix(quant.F32, int(p[1+2*i]), int(p[2+2*i])); err != nil {
					g.err = err
					return nil
				}
				(*m).Alloc()
				g.receive((*m).Data)
			}
			if g.err != nil {
				return nil
			}
			a.pairs = append(a.pairs, pair)
		}
		adapters = append(adapters, a)
	}
	return adapters
}
