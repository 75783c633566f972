package vector

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/rank"
)

func order(a, b rank.Hit) int {
	return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Chunk, b.Chunk))
}

// unit returns a random unit vector near one of a few centres, as those of texts
// are.
func unit(r *rand.Rand, dim int) []float32 {
	centre := rand.New(rand.NewPCG(uint64(r.IntN(20)), 1))
	v := make([]float32, dim)
	var squares float64
	for i := range v {
		v[i] = float32(centre.NormFloat64() + r.NormFloat64())
		squares += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(squares))
	}
	return v
}

func file(t testing.TB, r *rand.Rand, n, dim int) (*File, [][]float32) {
	w := NewWriter("test", dim)
	all := make([][]float32, n)
	for i := range all {
		all[i] = unit(r, dim)
		if err := w.Add(i, all[i]); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open("vectors", w.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return f, all
}

func TestDots(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, dim := range []int{16, 32, 48, 384, 768, MaxDim} {
		for _, n := range []int{1, 2, 3, 4, 5, 9} {
			rows, x := make([]int8, n*dim), make([]int16, dim)
			for i := range rows {
				rows[i] = int8(r.IntN(255) - 127)
			}
			for i := range x {
				x[i] = int16(r.IntN(2*maxQuery+1) - maxQuery)
			}
			if n == 9 { // the extremes
				for i := range x {
					rows[i], x[i] = -127, maxQuery
				}
			}
			got, want := make([]int32, n), make([]int32, n)
			dots(got, rows, x)
			refDots(want, rows, x)
			if !slices.Equal(got, want) {
				t.Errorf("%d rows of %d: %v, want %v", n, dim, got, want)
			}
		}
	}
}

func TestSearchFindsTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	f, all := file(t, r, 2000, 100)
	dead := make([]bool, 2000)
	for trial := range 20 {
		v := unit(r, 100)
		dot := func(i int) (sum float64) {
			for j, x := range all[i] {
				sum += float64(x) * float64(v[j])
			}
			return sum
		}
		var live []int
		for i := range all {
			if dead[i] = trial > 10 && i%2 == 0; !dead[i] {
				live = append(live, i)
			}
		}
		slices.SortFunc(live, func(a, b int) int { return cmp.Compare(dot(b), dot(a)) })
		for i, h := range Search(NewQuery(v), []Part{{}, {Files: []*File{f}, Dead: dead}}, 10, order) {
			if h.Part != 1 || math.Abs(h.Score-dot(h.Chunk)) > 0.005 || math.Abs(h.Score-dot(live[i])) > 0.005 {
				t.Fatalf("hit %d: %+v has %.4f, the nearest %.4f", i, h, dot(h.Chunk), dot(live[i]))
			}
		}
	}
}

// Codes narrow a large collection down; what is found then has the same scores.
func TestCodesFindWhatAllRowsDo(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	f, _ := file(t, r, 20000, 128)
	parts := []Part{{Files: []*File{f}}}
	found, asked := 0, 0
	for range 20 {
		q := NewQuery(unit(r, 128))
		exact, coded := search(q, parts, 10, order, exactTo), search(q, parts, 10, order, 0)
		for _, h := range coded {
			if slices.Contains(exact, h) {
				found++
			}
		}
		asked += len(exact)
	}
	if recall := float64(found) / float64(asked); recall < 0.98 {
		t.Errorf("recall of codes against all rows: %.3f", recall)
	}
}

func TestFileRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	f, _ := file(t, r, 5, 20)
	w := NewWriter("test", 20)
	for i := range f.Len() {
		w.Append(f, i, 10+i)
	}
	g, err := Open("again", w.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if g.Encoder != "test" || g.Dim != 20 || g.Len() != 5 || g.Chunk(4) != 14 || g.scale(3) != f.scale(3) || !slices.Equal(g.row(2), f.row(2)) {
		t.Errorf("%+v", g)
	}
}

func TestWriterRefuses(t *testing.T) {
	w := NewWriter("test", 2)
	for _, v := range [][]float32{{1}, {1, 2, 3}, {float32(math.NaN()), 1}, {float32(math.Inf(1)), 0}} {
		if err := w.Add(0, v); !errors.Is(err, index.ErrInput) {
			t.Errorf("%v: %v", v, err)
		}
	}
}

func TestEveryDamagedByteIsFound(t *testing.T) {
	w := NewWriter("enc", 4)
	if err := w.Add(7, []float32{1, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	whole := w.Bytes()
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		if _, err := Open("v", b); !errors.Is(err, index.ErrCorrupt) {
			t.Errorf("byte %d: %v", i, err)
		}
		if _, err := Open("v", whole[:i]); !errors.Is(err, index.ErrCorrupt) {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
}

// A file that lies, and whose sum holds, is refused or read within its bounds.
func FuzzOpen(f *testing.F) {
	w := NewWriter("enc", 4)
	for i := range 3 {
		if err := w.Add(i, []float32{1, 0, float32(i), 0}); err != nil {
			f.Fatal(err)
		}
	}
	whole := w.Bytes()
	for at := range headerSize - 12 {
		f.Add(uint16(at), byte(0xff))
	}
	f.Fuzz(func(t *testing.T, at uint16, flip byte) {
		b := bytes.Clone(whole)
		b[12+int(at)%(len(b)-12)] ^= flip
		le.PutUint32(b[24:], sum(b))
		v, err := Open("v", b)
		if err != nil {
			if !errors.Is(err, index.ErrCorrupt) {
				t.Fatal(err)
			}
			return
		}
		for row := range v.Len() {
			if v.Chunk(row) < 0 || len(v.row(row)) != stride(v.Dim) {
				t.Fatalf("row %d: chunk %d, %d bytes, scale %v", row, v.Chunk(row), len(v.row(row)), v.scale(row))
			}
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ n, dim int }{{10_000, 768}, {100_000, 384}} {
		f, _ := file(b, r, c.n, c.dim)
		q := NewQuery(unit(r, c.dim))
		b.Run(fmt.Sprintf("%dx%d", c.n, c.dim), func(b *testing.B) {
			b.SetBytes(int64(c.n * c.dim))
			for b.Loop() {
				Search(q, []Part{{Files: []*File{f}}}, 10, order)
			}
		})
	}
}
