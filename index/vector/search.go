package vector

import "github.com/ondol-rag/ondol/index/rank"

const (
	// exactTo is how many rows are all compared with the question. Of more, those
	// whose signs agree best are.
	exactTo = 200_000
	// candidates is how many rows are rescored for each hit asked for, and at
	// least in all.
	candidates, minCandidates = 50, 4000
	// batch is how many rows are multiplied in one go.
	batch = 256
)

// Part is the vectors of one segment.
type Part struct {
	Files []*File // no chunk is in two
	Dead  []bool  // by chunk; nil if all live
}

// Search returns the k chunks most like the question, best first. Files must be
// of the encoder that made it.
func Search(q *Query, parts []Part, k int, order rank.Order) []rank.Hit {
	return search(q, parts, k, order, exactTo)
}

func search(q *Query, parts []Part, k int, order rank.Order, exactTo int) []rank.Hit {
	rows := 0
	for _, p := range parts {
		for _, f := range p.Files {
			rows += f.Len()
		}
	}
	best := rank.NewBest(k, order)
	if rows > exactTo {
		least := max(candidates*k, minCandidates)
		within := radius(q, parts, least)
		each(parts, func(part int, p Part, f *File) { f.near(q, within, func(row int) { f.offer(best, q, part, p, row) }) })
	} else {
		each(parts, func(part int, p Part, f *File) { f.all(best, q, part, p) })
	}
	return best.Hits()
}

func each(parts []Part, do func(part int, p Part, f *File)) {
	for i, p := range parts {
		for _, f := range p.Files {
			do(i, p, f)
		}
	}
}

// all offers every live row.
func (f *File) all(best *rank.Best, q *Query, part int, p Part) {
	var sums [batch]int32
	n := len(q.x)
	for from := 0; from < f.Len(); from += batch {
		end := min(from+batch, f.Len())
		dots(sums[:end-from], f.rows[from*n:end*n], q.x)
		least, full := best.Least()
		for i, sum := range sums[:end-from] {
			score := float64(sum) * float64(f.scale(from+i)) * float64(q.scale)
			if full && score < least {
				continue
			}
			if c := f.Chunk(from + i); p.Dead == nil || !p.Dead[c] {
				best.Offer(rank.Hit{Part: part, Chunk: c, Score: score})
				least, full = best.Least()
			}
		}
	}
}

// offer rescores one row.
func (f *File) offer(best *rank.Best, q *Query, part int, p Part, row int) {
	c := f.Chunk(row)
	if p.Dead != nil && p.Dead[c] {
		return
	}
	var sum [1]int32
	dots(sum[:], f.row(row), q.x)
	best.Offer(rank.Hit{Part: part, Chunk: c, Score: float64(sum[0]) * float64(f.scale(row)) * float64(q.scale)})
}

// radius is the least number of differing signs within which there are enough
// rows.
func radius(q *Query, parts []Part, enough int) int {
	histogram := make([]int, q.dim+1)
	each(parts, func(_ int, _ Part, f *File) {
		for _, code := range f.signs() {
			histogram[distance(code, q.code)]++
		}
	})
	for d, n := range histogram {
		if enough -= n; enough <= 0 {
			return d
		}
	}
	return q.dim
}

// near calls do for each row within so many differing signs.
func (f *File) near(q *Query, within int, do func(row int)) {
	for row, code := range f.signs() {
		if distance(code, q.code) <= within {
			do(row)
		}
	}
}

// signs yields the binary code of each row.
func (f *File) signs() func(yield func(int, []uint64) bool) {
	n := words(f.Dim)
	if f.codes == nil {
		f.codes = make([]uint64, f.Len()*n)
		for i := range f.Len() {
			encode(f.codes[i*n:i*n+n], f.row(i)[:f.Dim])
		}
	}
	return func(yield func(int, []uint64) bool) {
		for i := range f.Len() {
			if !yield(i, f.codes[i*n:i*n+n]) {
				return
			}
		}
	}
}
