package model

import (
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/quant"
)

// adapterHead goes before an adapter on its way to the other shards, pairHead
// before each of its pairs.
type adapterHead struct {
	scale, alpha float64
	pairs        int64
}

type pairHead struct {
	name       int64 // its length
	rows, cols [2]int64
}

// leadAdapters hands adapters to the other shards, which take their rows of them.
func (m *Model) leadAdapters(adapters []Scaled) {
	g := m.shard()
	// Err tells if they do not hear it.
	if _ = m.lead(orderAdapters, len(adapters), false, nil); g.alone() {
		return
	}
	for _, a := range adapters {
		sendValue(g, &adapterHead{a.Scale, a.alpha, int64(len(a.pairs))})
		for _, p := range a.pairs {
			sendValue(g, &pairHead{int64(len(p.name)), [2]int64{int64(p.a.Rows), int64(p.b.Rows)}, [2]int64{int64(p.a.Cols), int64(p.b.Cols)}})
			g.send([]byte(p.name))
			g.send(p.a.Data)
			g.send(p.b.Data)
		}
	}
}

func (g *gathering) receiveAdapters(n int) []Scaled {
	var adapters []Scaled
	for range n {
		h := receiveValue[adapterHead](g)
		a := Scaled{&Adapter{alpha: h.alpha}, h.scale}
		for range h.pairs {
			p := receiveValue[pairHead](g)
			name := make([]byte, p.name)
			g.receive(name)
			pair := adapterPair{name: string(name)}
			for i, m := range []**kernel.Matrix{&pair.a, &pair.b} {
				var err error
				if *m, err = kernel.NewMatrix(quant.F32, int(p.rows[i]), int(p.cols[i])); err != nil {
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
