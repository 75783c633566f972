package keyword

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/rank"
)

// reread is how many of the best passages are read again.
const reread = 25

// Proximity weighs what BM25, which counts words, does not see: how they stand to
// each other. Each is beside the sum of the weights of the question's terms.
type Proximity struct {
	Sentence float64 // terms that one sentence has
	Window   float64 // terms within 15 words
	Pairs    float64 // neighbours in the question that are neighbours in the passage
	Heading  float64 // terms of the headings
	Alike    float64 // terms that are missing, but a word of the same beginning is there
	Answer   float64 // a number or year, where the question asks for one
}

const (
	window = 15 // words
	nearby = 3  // words, from one of a pair to the other
)

// reader reads passages for what stands together.
type reader struct {
	*Query
	filter  *analysis.Filter
	weights []float64 // by term
	total   float64
	occurs  []occurrence // of terms in the passage at hand, in order
	ends    []int        // of its sentences
	times   []int        // scratch, by term
	alike   []bool       // by term
	answers bool
	bonus   map[chunkAt]float64 // of the passages that were read
}

func newReader(q *Query, weights []float64) *reader {
	r := &reader{Query: q, filter: analysis.NewFilter(slices.Collect(maps.Keys(q.ids)), q.asks), weights: weights,
		times: make([]int, len(weights)), alike: make([]bool, len(weights)), bonus: map[chunkAt]float64{}}
	for _, w := range weights {
		r.total += w
	}
	return r
}

// occurrence is a term in a passage.
type occurrence struct{ term, word, sentence int }

// improve adds to the scores of the best hits, and sorts them anew.
func (s *Searcher) improve(r *reader, hits []rank.Hit) ([]rank.Hit, error) {
	best := rank.NewBest(len(hits), s.order)
	for i, h := range hits {
		if i < reread {
			bonus, err := s.bonus(r, h)
			if err != nil {
				return nil, err
			}
			h.Score += bonus
		}
		best.Offer(h)
	}
	return best.Hits(), nil
}

// bonus reads a passage, if it was not read before, and weighs what stands
// together.
func (s *Searcher) bonus(r *reader, h rank.Hit) (bonus float64, err error) {
	at := chunkAt{int32(h.Part), int32(h.Chunk)}
	bonus, read := r.bonus[at]
	if read {
		return bonus, nil
	}
	p := s.parts[h.Part]
	c, document := p.Chunk(h.Chunk)
	title, err := p.Title(document)
	if err != nil {
		return 0, err
	}
	text, err := p.Passage(h.Chunk)
	if err != nil {
		return 0, err
	}
	r.read(c.Own(text))
	bonus = float64(s.Sentence*r.sentence()) + float64(s.Window*r.window()) + float64(s.Pairs*r.pairs()) +
		float64(s.Alike*r.similar()) + float64(s.Heading*r.headings(title, c.Headings))
	if r.answers {
		bonus += s.Answer * r.total
	}
	r.bonus[at] = bonus
	return bonus, nil
}

// read finds the terms of a passage.
func (r *reader) read(text string) {
	r.occurs, r.answers = r.occurs[:0], false
	clear(r.alike)
	word, last, sentence := -1, -1, 0
	r.ends = r.ends[:0]
	for _, s := range chunk.Sentences(text) {
		r.ends = append(r.ends, s.End)
	}
	r.filter.Analyze(text, func(term []byte, span index.Span) {
		if span.Start != last {
			word, last = word+1, span.Start
			for sentence+1 < len(r.ends) && span.Start >= r.ends[sentence] {
				sentence++
			}
		}
		if term == nil {
			return
		}
		if id, ok := r.ids[string(term)]; ok {
			r.occurs = append(r.occurs, occurrence{id, word, sentence})
		} else if term[0] != analysis.Bigram {
			for id, t := range r.Terms {
				r.alike[id] = r.alike[id] || alike(t, term)
			}
		}
		r.answers = r.answers || r.asks.Gives(term)
	})
}

// alike reports whether two stems begin alike for the most part: coloni, colon.
func alike(a string, b []byte) bool {
	if a[0] != b[0] {
		return false
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n >= 4 && 5*n >= 3*max(len(a), len(b))
}

// covered is the most that the terms of occurrences weigh together, as long as
// the first and the last of them may stand together.
func (r *reader) covered(together func(first, last occurrence) bool) (most float64) {
	clear(r.times)
	var sum float64
	from := 0
	for _, o := range r.occurs {
		if r.times[o.term]++; r.times[o.term] == 1 {
			sum += r.weights[o.term]
		}
		for !together(r.occurs[from], o) {
			gone := r.occurs[from].term
			if r.times[gone]--; r.times[gone] == 0 {
				sum -= r.weights[gone]
			}
			from++
		}
		most = max(most, sum)
	}
	return most
}

func (r *reader) sentence() float64 {
	return r.covered(func(a, b occurrence) bool { return a.sentence == b.sentence })
}

func (r *reader) window() float64 {
	return r.covered(func(a, b occurrence) bool { return b.word-a.word < window })
}

// pairs is the share of neighbours in the question that the passage has near each
// other in the same order.
func (r *reader) pairs() float64 {
	var of, found float64
	for i := range len(r.words) - 1 {
		a, b := r.words[i], r.words[i+1]
		weight := r.heaviest(a) + r.heaviest(b)
		of += weight
		if r.follow(a, b) {
			found += weight
		}
	}
	if of == 0 {
		return 0
	}
	return found / of * r.total
}

func (r *reader) heaviest(word []int) (most float64) {
	for _, term := range word {
		most = max(most, r.weights[term])
	}
	return most
}

// follow reports whether some term of b comes soon after one of a.
func (r *reader) follow(a, b []int) bool {
	last := -nearby - 1 // occurrence of a, before the word at hand
	here := last
	for _, o := range r.occurs {
		if here >= 0 && o.word > here {
			last = here
		}
		if slices.Contains(b, o.term) && o.word > last && o.word-last <= nearby {
			return true
		}
		if slices.Contains(a, o.term) {
			here = o.word
		}
	}
	return false
}

// similar weighs the terms that are missing, but for a word that begins alike.
func (r *reader) similar() (sum float64) {
	clear(r.times)
	for _, o := range r.occurs {
		r.times[o.term]++
	}
	for term, alike := range r.alike {
		if alike && r.times[term] == 0 && r.Terms[term][0] != analysis.Bigram {
			sum += r.weights[term]
		}
	}
	return sum
}

// headings weighs the terms of the title and the headings above the passage.
func (r *reader) headings(title string, path []string) (sum float64) {
	clear(r.times)
	add := func(term []byte, _ index.Span) {
		if id, ok := r.ids[string(term)]; ok {
			if r.times[id]++; r.times[id] == 1 {
				sum += r.weights[id]
			}
		}
	}
	analysis.Analyze(title, add)
	for _, h := range path {
		analysis.Analyze(h, add)
	}
	return sum
}
