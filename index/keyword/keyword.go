// Package keyword ranks passages by the words they share with a query.
//
// The score is BM25F: counts of a term in the fields are weighed and normalized
// by field length before they saturate together (Robertson, Zaragoza, Taylor:
// Simple BM25 Extension to Multiple Weighted Fields, CIKM 2004).
package keyword

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

// Options of the score.
type Options struct {
	K1            float64 // saturation of counts
	BodyB         float64 // length normalization of bodies, 0 to 1
	HeadingB      float64 // and of headings
	HeadingWeight float64 // of a count in the headings; in the body it is 1
	BigramWeight  float64 // of a Hangul or CJK bigram; a word's is 1
	Proximity
	Others   float64 // passages of the language at large by which a small library is judged
	Joint    float64 // how far neighbours in the question weigh as one where they occur together, 0 to 1
	Feedback float64 // what terms of the best passages weigh beside the question's; 0 to leave them
}

// DefaultOptions were chosen on Korean and English sets together; see
// BENCHMARKS.md.
func DefaultOptions() Options {
	return Options{K1: 0.9, BodyB: 0.75, HeadingB: 0.4, HeadingWeight: 2, BigramWeight: 0.7,
		Proximity: Proximity{Sentence: 0.4, Window: 0.2, Pairs: 0.3, Heading: 0.68, Alike: 0.7, Answer: 0.22},
		Others:    500, Joint: 0.5, Feedback: 1}
}

// Part is a segment and which of its documents are live.
type Part struct {
	*segment.Segment
	Dead []bool // by chunk; nil if all live
}

// Searcher ranks the chunks of all parts as one collection. It is made anew when
// the parts change.
type Searcher struct {
	Options
	parts         []Part
	order         rank.Order        // breaks ties
	chunks        int               // live
	body, heading float64           // mean lengths
	scores        [][]float64       // scratch: by part and chunk
	found         []chunkAt         // scratch: chunks with a score
	arena         []segment.Posting // scratch: postings of the question's terms
}

// mostScratch is how many postings s.arena has room for that is kept.
const mostScratch = 1 << 17

type chunkAt struct{ part, chunk int32 }

// New returns a searcher.
func New(o Options, parts []Part, order rank.Order) *Searcher {
	s := &Searcher{Options: o, parts: parts, order: order}
	var body, heading uint64
	for _, p := range parts {
		for c := range p.Chunks() {
			if p.Dead == nil || !p.Dead[c] {
				b, h := p.Lengths(c)
				body, heading = body+uint64(b), heading+uint64(h)
				s.chunks++
			}
		}
	}
	s.body, s.heading = float64(body)/float64(max(s.chunks, 1)), float64(heading)/float64(max(s.chunks, 1))
	return s
}

// Chunks is the number of live chunks.
func (s *Searcher) Chunks() int { return s.chunks }

// idf is the inverse document frequency of a term in n of the chunks, as in
// Lucene: never negative.
func (s *Searcher) idf(n int) float64 {
	return math.Log(1 + (float64(s.chunks)-float64(n)+0.5)/(float64(n)+0.5))
}

// weight is the inverse document frequency of a term in n of the chunks, if to
// these were added s.Others of the language at large, a share of which has it.
func (s *Searcher) weight(n int, share float64) float64 {
	with, all := float64(n)+float64(share*s.Others), float64(s.chunks)+s.Others
	return math.Log(1 + (all-with+0.5)/(with+0.5))
}

// read reads a term's postings in every part, those of live chunks, and returns how
// many there are. They hold until s.forget.
func (s *Searcher) read(term string) (postings [][]segment.Posting, n int, err error) {
	postings = make([][]segment.Posting, len(s.parts))
	for i, p := range s.parts {
		from := len(s.arena)
		if s.arena, err = p.Postings(s.arena, term); err != nil {
			return nil, 0, err
		}
		list := s.arena[from:]
		if p.Dead != nil {
			list = slices.DeleteFunc(list, func(q segment.Posting) bool { return p.Dead[q.Chunk] })
		}
		s.arena = s.arena[:from+len(list)]
		postings[i] = list[:len(list):len(list)]
		n += len(list)
	}
	return postings, n, nil
}

// find finds a term's postings in every part without reading them, and returns in how
// many live chunks it occurs.
func (s *Searcher) find(term string) (lists []segment.List, n int, err error) {
	lists = make([]segment.List, len(s.parts))
	var some [64]segment.Posting
	for i, p := range s.parts {
		if lists[i], err = p.List(term); err != nil {
			return nil, 0, err
		}
		if p.Dead == nil {
			n += lists[i].Count()
			continue
		}
		for l := lists[i]; ; {
			read, err := l.Next(some[:])
			if err != nil {
				return nil, 0, err
			}
			if read == 0 {
				break
			}
			for _, q := range some[:read] {
				if !p.Dead[q.Chunk] {
					n++
				}
			}
		}
	}
	return lists, n, nil
}

// Rarity is the inverse document frequency of a term, smoothed so that it says
// something in a library of three pages too: as though there were background
// chunks more, without the term, and one with it.
func (s *Searcher) Rarity(term string) (float64, error) {
	_, n, err := s.find(term)
	return math.Log(float64(s.chunks+background+1) / float64(n+1)), err
}

const background = 100

// row is a term that is sought.
type row struct {
	term     int // of the question
	weight   float64
	postings [][]segment.Posting // by part, where they were read
	lists    []segment.List      // by part, where not
}

// Search returns the best k chunks for a question, best first, less those that are
// hidden.
func (s *Searcher) Search(q *Query, k int, hidden rank.Mask) ([]rank.Hit, error) {
	defer s.forget()
	rows, weights, err := s.look(q)
	if err != nil {
		return nil, err
	}
	r := newReader(q, weights)
	s.score(rows)
	hits, err := s.rank(r, rows, max(k, reread), hidden)
	return hits[:min(k, len(hits))], err
}

// rank returns the best of the chunks that have scores.
func (s *Searcher) rank(r *reader, rows []row, k int, hidden rank.Mask) ([]rank.Hit, error) {
	hits, err := s.improve(r, s.top(k, hidden))
	weight := s.Feedback * r.tells() * r.total
	if err != nil || weight == 0 || len(hits) < 2 {
		return hits, err
	}
	rows, err = s.related(r.Query, rows, weight, hits)
	if err != nil {
		return nil, err
	}
	if err := s.raise(rows); err != nil {
		return nil, err
	}
	return s.improve(r, s.top(k, hidden))
}

// look finds the postings and the weights of a question's terms.
func (s *Searcher) look(q *Query) (rows []row, weights []float64, err error) {
	weights = make([]float64, len(q.Terms))
	take := func(id int, term string, factor float64) (int, error) {
		postings, n, err := s.read(term)
		if err != nil {
			return 0, err
		}
		weights[id] = s.weight(n, analysis.Common(term)) * factor
		if term[0] == analysis.Bigram {
			weights[id] *= s.BigramWeight
		}
		if n > 0 {
			rows = append(rows, row{term: id, weight: float64(q.count[id]) * weights[id], postings: postings})
		}
		return n, nil
	}
	var missing []int
	for _, id := range q.sorted {
		n, err := take(id, q.Terms[id], 1)
		if err != nil {
			return nil, nil, err
		}
		if n == 0 && q.Terms[id][0] != analysis.Bigram {
			missing = append(missing, id)
		}
	}
	for _, id := range missing {
		_, n := utf8.DecodeRuneInString(q.Terms[id])
		if len(rows) == 0 {
			n = 0 // the first letter may be wrong too
		}
		instead, err := s.near(q.Terms[id], q.Terms[id][:n])
		if err != nil {
			return nil, nil, err
		}
		if instead != "" {
			if _, err := take(id, instead, corrected); err != nil {
				return nil, nil, err
			}
			q.correct(id, instead)
		}
	}
	s.join(q, rows, weights)
	return rows, weights, nil
}

// join takes from the weights of neighbours in the question what one says of the
// other. Terms count as though they were independent; but Middle East in one
// passage is one thing found, not two, and weighs as much as it is rare.
func (s *Searcher) join(q *Query, rows []row, weights []float64) {
	at := make([]int, len(q.Terms)) // row of a term, plus one
	factor := make([]float64, len(rows))
	for i, r := range rows {
		at[r.term], factor[i] = i+1, 1
	}
	for i := range max(1, len(q.words)) - 1 {
		a, b := at[q.words[i][0]]-1, at[q.words[i+1][0]]-1
		if a < 0 || b < 0 || a == b {
			continue
		}
		n := both(rows[a].postings, rows[b].postings)
		if n == 0 {
			continue
		}
		wa, wb := weights[rows[a].term], weights[rows[b].term]
		if one := max(s.weight(n, 0), wa, wb); one < wa+wb {
			f := 1 - s.Joint*(1-one/(wa+wb))
			factor[a], factor[b] = min(factor[a], f), min(factor[b], f)
		}
	}
	for i, f := range factor {
		rows[i].weight *= f
		weights[rows[i].term] *= f
	}
}

// both counts the chunks that two terms are in.
func both(a, b [][]segment.Posting) (n int) {
	for part := range a {
		a, b := a[part], b[part]
		for len(a) > 0 && len(b) > 0 {
			switch c := cmp.Compare(a[0].Chunk, b[0].Chunk); {
			case c < 0:
				a = a[1:]
			case c > 0:
				b = b[1:]
			default:
				n++
				a, b = a[1:], b[1:]
			}
		}
	}
	return n
}

// gain is what a term gives to a chunk with so many terms in body and headings.
func (s *Searcher) gain(weight float64, q segment.Posting, body, heading uint32) float64 {
	tf := float64(q.Body) / (1 - s.BodyB + s.BodyB*float64(body)/s.body)
	if q.Heading > 0 {
		tf += s.HeadingWeight * float64(q.Heading) / (1 - s.HeadingB + s.HeadingB*float64(heading)/s.heading)
	}
	return float64(weight * tf * (s.K1 + 1) / (s.K1 + tf))
}

// score adds to the scores of the chunks what terms give them.
func (s *Searcher) score(rows []row) {
	for len(s.scores) < len(s.parts) {
		s.scores = append(s.scores, make([]float64, s.parts[len(s.scores)].Chunks()))
	}
	for i, p := range s.parts {
		scores := s.scores[i]
		for _, r := range rows {
			for _, q := range r.postings[i] {
				b, h := p.Lengths(int(q.Chunk))
				more := s.gain(r.weight, q, b, h)
				if scores[q.Chunk] == 0 && more > 0 {
					s.found = append(s.found, chunkAt{int32(i), int32(q.Chunk)})
				}
				scores[q.Chunk] += more
			}
		}
	}
}

// raise adds what terms give to the chunks that have a score.
func (s *Searcher) raise(rows []row) error {
	var some [64]segment.Posting
	for i, p := range s.parts {
		scores := s.scores[i]
		for _, r := range rows {
			raise := func(postings []segment.Posting) {
				for _, q := range postings {
					if scores[q.Chunk] != 0 {
						b, h := p.Lengths(int(q.Chunk))
						scores[q.Chunk] += s.gain(r.weight, q, b, h)
					}
				}
			}
			if r.postings != nil {
				raise(r.postings[i])
				continue
			}
			for l := r.lists[i]; ; {
				n, err := l.Next(some[:])
				if err != nil {
					return err
				}
				if n == 0 {
					break
				}
				raise(some[:n])
			}
		}
	}
	return nil
}

// top returns the k chunks that score best.
func (s *Searcher) top(k int, hidden rank.Mask) []rank.Hit {
	best := rank.NewBest(k, s.order)
	for _, c := range s.found {
		if !hidden.Hides(int(c.part), int(c.chunk)) {
			best.Offer(rank.Hit{Part: int(c.part), Chunk: int(c.chunk), Score: s.scores[c.part][c.chunk]})
		}
	}
	return best.Hits()
}

// forget clears the scores.
func (s *Searcher) forget() {
	for _, c := range s.found {
		s.scores[c.part][c.chunk] = 0
	}
	s.found, s.arena = s.found[:0], s.arena[:0]
	if cap(s.arena) > mostScratch {
		s.arena = nil
	}
}
