package head

import "github.com/ondol-rag/ondol/engine/kernel"

// Verifier holds a claim against evidence.
type Verifier struct {
	dim         int
	match       match
	weigh       *linear // (1, dim): how much a token counts
	view        *linear // (matchSize, dim)
	compare     *linear // (matchSize, 4*matchSize+1): a token, what it meets, difference, product, how alike
	hidden, out *linear // (h, 4*matchSize+4), (3, h)

	wa, wb, va, vb, flipped, weights, met, compared []float32
}

func newVerifier(l *loader, dim int) *Verifier {
	h := l.out("verifier.hidden")
	return &Verifier{
		dim: dim, match: newMatch(l, "verifier", dim),
		weigh: l.linear("verifier.importance", dim, 1), view: l.linear("verifier.view", dim, matchSize),
		compare: l.linear("verifier.compare", 4*matchSize+1, matchSize),
		hidden:  l.linear("verifier.hidden", 4*matchSize+4, h), out: l.linear("verifier.out", h, 3),
	}
}

// Verify returns the probabilities that the evidence supports the claim,
// contradicts it, does neither. Both are states of tokens: (tokens, dim).
func (v *Verifier) Verify(evidence, claim []float32) [3]float32 {
	a, b := len(claim)/v.dim, len(evidence)/v.dim
	same := v.match.of(claim, evidence) // (b, a)
	v.flipped = grow(v.flipped, a*b)
	for i := range b {
		for j := range a {
			v.flipped[j*b+i] = same[i*a+j]
		}
	}
	v.wa, v.wb = v.weigh.importance(v.wa, claim), v.weigh.importance(v.wb, evidence)
	v.va, v.vb = v.view.apply(v.va, claim), v.view.apply(v.vb, evidence)
	summary := v.side(make([]float32, 0, 4*matchSize+4), v.flipped, v.va, v.vb, v.wa)
	summary = v.side(summary, same, v.vb, v.va, v.wb)
	h := v.hidden.apply(nil, summary)
	relu(h)
	p := v.out.apply(nil, h)
	kernel.Softmax(p)
	return [3]float32(p)
}

// side appends what comparing each token of x with what it meets in y tells: the
// mean, the largest, how well x is covered, and the weightiest that is missed.
func (v *Verifier) side(summary, same, x, y, weight []float32) []float32 {
	const m = matchSize
	ny := len(y) / m
	mean, most := make([]float32, m), make([]float32, m)
	var covered, missed, heaviest float32
	for _, w := range weight {
		heaviest = max(heaviest, w)
	}
	v.weights, v.met = grow(v.weights, ny), grow(v.met, 4*m+1)
	for t, w := range weight {
		own, aligned := x[t*m:][:m], v.met[m:2*m]
		var best float32
		for i, s := range same[t*ny:][:ny] {
			best = max(best, s)
			v.weights[i] = 10 * s
		}
		kernel.Softmax(v.weights)
		copy(v.met, own)
		clear(aligned)
		kernel.AddRows(aligned, y, v.weights)
		for i, o := range own {
			d := o - aligned[i]
			v.met[2*m+i], v.met[3*m+i] = max(d, -d), o*aligned[i]
		}
		v.met[4*m] = best
		v.compared = v.compare.apply(v.compared, v.met)
		relu(v.compared)
		for i, c := range v.compared {
			mean[i] += w * c
			most[i] = max(most[i], c)
		}
		covered += w * best
		missed = max(missed, (1-best)*w/heaviest)
	}
	summary = append(append(summary, mean...), most...)
	return append(summary, covered, missed)
}
