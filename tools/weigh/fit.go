package main

import "math"

// example is one of a group of which some are right. A group of one is a yes or no.
type example struct {
	features []float64
	right    bool
}

// options of a fit.
type options struct {
	steps int
	rate  float64
	decay float64 // of the weights, towards 0: L2
}

// rankFit returns the weights by which the right examples of each group have the
// highest share of the group's softmax (a listwise loss: Cao et al., 2007).
func rankFit(groups [][]example, width int, o options) []float64 {
	return descend(width, o, func(w, gradient []float64) {
		for _, g := range groups {
			scores, top := make([]float64, len(g)), math.Inf(-1)
			for i, e := range g {
				scores[i] = dot(w, e.features)
				top = math.Max(top, scores[i])
			}
			var all, right float64
			for i, e := range g {
				scores[i] = math.Exp(scores[i] - top)
				all += scores[i]
				if e.right {
					right += scores[i]
				}
			}
			for i, e := range g {
				d := scores[i] / all
				if e.right {
					d -= scores[i] / right
				}
				for k, v := range e.features {
					gradient[k] += d * v / float64(len(groups))
				}
			}
		}
	})
}

// labelled is an example of one of several classes, numbered from 0.
type labelled struct {
	features []float64
	class    int
	weight   float64
}

// classFit is multinomial logistic regression. Class 0 has weights of zero; those
// of the others follow each other.
func classFit(examples []labelled, width, classes int, o options) []float64 {
	total := 0.0
	for _, e := range examples {
		total += e.weight
	}
	return descend(width*(classes-1), o, func(w, gradient []float64) {
		p := make([]float64, classes)
		for _, e := range examples {
			share(w, e.features, p)
			for c := 1; c < classes; c++ {
				d := p[c]
				if e.class == c {
					d--
				}
				d *= e.weight / total
				for k, v := range e.features {
					gradient[(c-1)*width+k] += d * v
				}
			}
		}
	})
}

// share sets p to the classes' probabilities.
func share(w, features, p []float64) {
	width, sum := len(features), 1.0
	p[0] = 1
	for c := 1; c < len(p); c++ {
		p[c] = math.Exp(dot(w[(c-1)*width:c*width], features))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// descend is Adam on the whole set (Kingma and Ba, 2015).
func descend(width int, o options, loss func(w, gradient []float64)) []float64 {
	w, m, v := make([]float64, width), make([]float64, width), make([]float64, width)
	const b1, b2 = 0.9, 0.999
	for step := 1; step <= o.steps; step++ {
		g := make([]float64, width)
		loss(w, g)
		for k := range w {
			g[k] += o.decay * w[k]
			m[k] = b1*m[k] + (1-b1)*g[k]
			v[k] = b2*v[k] + (1-b2)*g[k]*g[k]
			w[k] -= o.rate * m[k] / (1 - math.Pow(b1, float64(step))) / (math.Sqrt(v[k]/(1-math.Pow(b2, float64(step)))) + 1e-9)
		}
	}
	return w
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
