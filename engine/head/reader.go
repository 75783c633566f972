package head

import "math"

const (
	// kindSize is the dimension in which what a question asks for meets what a
	// stretch of the passage shows.
	kindSize = 32
	longest  = 24 // tokens of an answer
)

// decays are how fast a match fades with the distance to it, by token.
var decays = [...]float32{0.6, 0.85, 0.95}

const features = 2 + 4*len(decays) + 2

// Reader finds in a passage what answers a question.
type Reader struct {
	dim                     int
	match                   match
	weigh, asking           *linear // (1, dim): how much a token of the question counts
	asks                    *linear // (2*kindSize, dim)
	shows                   *linear // (kindSize, 3*dim): a token and its neighbours
	hidden, out             *linear // (h, features+kindSize), (2, h)
	absentHidden, absentOut *linear // (h, 2*features), (1, h)

	w, pooled, window, kinds, shown, rows, h, logits []float32
}

// Span is the best answer of a passage, in tokens. Score is the log of how much
// likelier it is than that there is none. It is empty where the arithmetic came to
// no number, as with states that are none.
type Span struct {
	From, To int
	Score    float32
}

func newReader(l *loader, dim int) *Reader {
	h, g := l.out("reader.hidden"), l.out("reader.absent_hidden")
	return &Reader{
		dim: dim, match: newMatch(l, "reader", dim),
		weigh: l.linear("reader.importance", dim, 1), asking: l.linear("reader.asking", dim, 1),
		asks: l.linear("reader.asks", dim, 2*kindSize), shows: l.linear("reader.shows", 3*dim, kindSize),
		hidden: l.linear("reader.hidden", features+kindSize, h), out: l.linear("reader.out", h, 2),
		absentHidden: l.linear("reader.absent_hidden", 2*features, g), absentOut: l.linear("reader.absent_out", g, 1),
	}
}

// Read returns the best answer to a question in a passage, both as states of
// their tokens, of which there are some: (tokens, dim).
func (r *Reader) Read(question, passage []float32) Span {
	n := len(passage) / r.dim
	r.describe(question, passage, n)
	r.h = r.hidden.apply(r.h, r.rows)
	relu(r.h)
	r.logits = r.out.apply(r.logits, r.h)
	best := Span{Score: float32(math.Inf(-1))}
	for from := range n {
		for to := from; to < min(n, from+longest); to++ {
			if s := r.logits[2*from] + r.logits[2*to+1]; s > best.Score {
				best = Span{from, to + 1, s}
			}
		}
	}
	if best.Score -= r.absent(n); best.Score != best.Score {
		return Span{}
	}
	return best
}

// describe fills r.rows with what is known of each token of the passage:
// (n, features+kindSize).
func (r *Reader) describe(question, passage []float32, n int) {
	const width = features + kindSize
	r.rows = grow(r.rows, n*width)
	clear(r.rows)
	at := func(t, feature int) *float32 { return &r.rows[t*width+feature] }

	r.w = r.weigh.importance(r.w, question)
	var heaviest float32
	for _, w := range r.w {
		heaviest = max(heaviest, w)
	}
	same := r.match.of(question, passage)
	for t := range n {
		soft, hard := at(t, 0), at(t, 1)
		for j, w := range r.w {
			s := max(same[t*len(r.w)+j], 0)
			*soft += s * w
			*hard = max(*hard, s*w/heaviest)
		}
	}
	for i := range 2 {
		for d, rate := range decays {
			before, after := 2+(i*len(decays)+d)*2, 3+(i*len(decays)+d)*2
			var state float32
			for t := range n {
				*at(t, before) = state
				state = rate*state + (1-rate)**at(t, i)
			}
			state = 0
			for t := n - 1; t >= 0; t-- {
				*at(t, after) = state
				state = rate*state + (1-rate)**at(t, i)
			}
		}
	}

	r.w = r.asking.importance(r.w, question)
	r.pooled = grow(r.pooled, r.dim)
	clear(r.pooled)
	for j, w := range r.w {
		for i, v := range question[j*r.dim:][:r.dim] {
			r.pooled[i] += w * v
		}
	}
	r.kinds = r.asks.apply(r.kinds, r.pooled)
	r.window = grow(r.window, 3*r.dim)
	for t := range n {
		clear(r.window)
		from, to := max(t-1, 0), min(t+2, n)
		copy(r.window[(from-t+1)*r.dim:], passage[from*r.dim:to*r.dim])
		r.shown = r.shows.apply(r.shown, r.window)
		relu(r.shown)
		copy(r.rows[t*width+features:], r.shown)
		for i, v := range r.shown {
			*at(t, features-2) += v * r.kinds[i]
			*at(t, features-1) += v * r.kinds[kindSize+i]
		}
	}
}

// absent is the score of there being no answer.
func (r *Reader) absent(n int) float32 {
	const width = features + kindSize
	summary := make([]float32, 2*features)
	copy(summary, r.rows[:features])
	for t := range n {
		for i, v := range r.rows[t*width:][:features] {
			summary[i] = max(summary[i], v)
			summary[features+i] += v / float32(n)
		}
	}
	r.h = r.absentHidden.apply(r.h, summary)
	relu(r.h)
	return r.absentOut.apply(nil, r.h)[0]
}
