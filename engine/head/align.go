package head

import (
	"fmt"
	"io"
	"math"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kernel"
)

// aligner tells whether evidence supports a claim from the states of the encoder
// that embeds: a decomposable attention (Parikh et al., A Decomposable Attention
// Model for Natural Language Inference, 2016). Each token of the claim is compared
// with what is most like it in the evidence; the mean and the maximum of the
// comparisons decide.
type aligner struct {
	mean    []float32 // (dim), of states: what all have tells nothing
	project *linear   // (width, dim)
	compare *linear   // (hidden, 4*width + 1)
	out     *linear   // (3, 2*hidden)
}

// sharpness is what cosines are multiplied by before their softmax.
const sharpness = 10

// newAligner reads an aligner; it is nil where the file has none.
func newAligner(f *gguf.File, r io.ReaderAt, dim int) (*aligner, error) {
	const name = "verifier."
	if _, ok := f.Tensor(name + "out.weight"); !ok {
		return nil, nil
	}
	mean, err := floats(f, r, name+"mean", dim)
	if err != nil {
		return nil, err
	}
	a := &aligner{mean: mean}
	width, err := rows(f, name+"project.bias")
	if err != nil {
		return nil, err
	}
	hidden, err := rows(f, name+"compare.bias")
	if err != nil {
		return nil, err
	}
	for _, l := range []struct {
		to      **linear
		name    string
		in, out int
	}{
		{&a.project, "project", dim, width},
		{&a.compare, "compare", 4*width + 1, hidden},
		{&a.out, "out", 2 * hidden, 3},
	} {
		if *l.to, err = newLinear(f, r, name+l.name, l.in, l.out); err != nil {
			return nil, err
		}
		if *l.to == nil {
			return nil, fmt.Errorf("%w: no tensor %q", gguf.ErrFormat, name+l.name+".weight")
		}
	}
	return a, nil
}

// rows is the length of a vector.
func rows(f *gguf.File, name string) (int, error) {
	t, ok := f.Tensor(name)
	if !ok || len(t.Dims) != 1 {
		return 0, fmt.Errorf("%w: no vector %q", gguf.ErrFormat, name)
	}
	return t.Dims[0], nil
}

// verdict returns the probabilities of support, contradiction and neither, of the
// states of a claim's and some evidence's tokens, (tokens, dim) each, which it
// changes. What has no token decides nothing.
func (a *aligner) verdict(claim, evidence []float32) [3]float32 {
	dim := len(a.mean)
	n, m := len(claim)/dim, len(evidence)/dim
	if n == 0 || m == 0 {
		return [3]float32{2: 1}
	}
	lengths := a.centre(evidence)
	own := a.centre(claim)
	hidden := len(a.compare.bias)
	cosines, found := make([]float32, m), make([]float32, dim)
	var weights kernel.Rows
	x, pooled := make([]float32, 0, 4*len(a.project.bias)+1), make([]float32, 2*hidden)
	for t := range n {
		c := claim[t*dim:][:dim]
		kernel.DotRows(cosines, evidence, c)
		nearest := float32(-1)
		for j := range cosines {
			cosines[j] /= own[t] * lengths[j]
			nearest = max(nearest, cosines[j])
		}
		kernel.Scale(cosines, sharpness)
		kernel.Softmax(cosines)
		clear(found)
		weights.Set([][]float32{cosines})
		weights.AddProduct([][]float32{found}, evidence, dim)
		p, q := a.project.of(c), a.project.of(found)
		x = append(append(x[:0], p...), q...)
		for i := range p {
			x = append(x, max(p[i]-q[i], q[i]-p[i]))
		}
		for i := range p {
			x = append(x, p[i]*q[i])
		}
		for i, v := range a.compare.of(append(x, nearest)) {
			v = max(v, 0)
			pooled[i] += v / float32(n)
			pooled[hidden+i] = max(pooled[hidden+i], v)
		}
	}
	y := a.out.of(pooled)
	kernel.Softmax(y)
	return [3]float32(y)
}

// centre takes the mean from each state, and returns their lengths, at least a
// little.
func (a *aligner) centre(states []float32) (lengths []float32) {
	for dim := len(a.mean); len(states) > 0; states = states[dim:] {
		var squares float64
		for i, m := range a.mean {
			states[i] -= m
			squares += float64(states[i]) * float64(states[i])
		}
		lengths = append(lengths, float32(max(math.Sqrt(squares), 1e-12)))
	}
	return lengths
}
