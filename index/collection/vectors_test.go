package collection

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/store"
)

// toy is an encoder that hashes terms: texts are alike as far as they share them.
type toy struct {
	name string
	dim  int
	made *int // passages embedded
}

func (t toy) Encoder() string { return t.name }
func (t toy) Dim() int        { return t.dim }

func (t toy) Embed(texts []string) ([][]float32, error) {
	*t.made += len(texts)
	all := make([][]float32, len(texts))
	for i, text := range texts {
		v := make([]float32, t.dim)
		var squares float64
		for _, term := range analysis.Terms(text) {
			h := fnv.New32a()
			h.Write([]byte(t.name + term))
			v[h.Sum32()%uint32(t.dim)]++
		}
		for _, x := range v {
			squares += float64(x) * float64(x)
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(squares))
		}
		all[i] = v
	}
	return all, nil
}

func embedAll(t *testing.T, c *Collection, step int) {
	t.Helper()
	for range 10000 {
		done, total, err := c.EmbedNext(step)
		if err != nil {
			t.Fatal(err)
		}
		if done == total {
			return
		}
	}
	t.Fatal("embedding does not end")
}

func pages(from, to int) (inputs []index.Input) {
	for i := from; i < to; i++ {
		inputs = append(inputs, index.Input{ID: fmt.Sprintf("%04d.txt", i), Data: fmt.Appendf(nil, "page%d tells of subject%d and of topic%d", i, i%7, i%3)})
	}
	return inputs
}

func vectorFiles(s index.Store) (n int) {
	files, _ := s.List()
	for _, f := range files {
		if strings.HasPrefix(f.Name, vectorPrefix) {
			n++
		}
	}
	return n
}

func TestPassagesAreFoundByMeaningOnceEmbedded(t *testing.T) {
	made := 0
	encoder := toy{"a", 256, &made}
	s := store.NewMemory()
	c := open(t, s)
	add(t, c, pages(0, 600)...)
	if err := c.SetEmbedder(encoder); err != nil {
		t.Fatal(err)
	}
	if _, trace, err := c.Search("page5", 3); err != nil || trace.Mode != index.Keyword || trace.Embedded != 0 {
		t.Fatalf("%+v, %v", trace, err)
	}
	embedAll(t, c, 7)
	if made != 600 || vectorFiles(s) != 1 {
		t.Errorf("%d passages embedded into %d files", made, vectorFiles(s))
	}
	for _, mode := range []index.Mode{index.Keyword, index.Vector, index.Hybrid} {
		o := DefaultOptions()
		o.Mode = mode
		hits, trace, err := c.SearchBy(o, "page42", 3)
		if err != nil || len(hits) == 0 || hits[0].Document != "0042.txt" || trace.Mode != mode || trace.Embedded != 600 {
			t.Fatalf("%s: %+v, %+v, %v", mode, hits, trace, err)
		}
		if n := len(hits[0].Scores); n != 1 && (mode != index.Hybrid || n != 2) {
			t.Errorf("%s: scores %v", mode, hits[0].Scores)
		}
	}
	// Another tab finds them made.
	made = 0
	other := open(t, s)
	if err := other.SetEmbedder(encoder); err != nil {
		t.Fatal(err)
	}
	if done, total := other.Embedded(); done != 600 || total != 600 || made != 0 {
		t.Errorf("%d of %d have a vector, %d were made again", done, total, made)
	}
}

// Merging carries vectors over; only what is new is embedded.
func TestVectorsOutliveMerges(t *testing.T) {
	made := 0
	s := store.NewMemory()
	c := open(t, s)
	if err := c.SetEmbedder(toy{"a", 2048, &made}); err != nil {
		t.Fatal(err)
	}
	for i := range 2*fanout + 1 {
		add(t, c, pages(10*i, 10*i+10)...)
		embedAll(t, c, 4)
	}
	if err := c.Remove([]string{"0003.txt"}); err != nil {
		t.Fatal(err)
	}
	total := 10 * (2*fanout + 1)
	if done, of := c.Embedded(); done != total-1 || of != done || made != total {
		t.Errorf("%d of %d have a vector, %d were made", done, of, made)
	}
	for _, q := range []string{"page0", "page77", "page165"} {
		hits, _, err := c.SearchBy(Options{Mode: index.Vector}, q, 1)
		if err != nil || len(hits) != 1 || !strings.Contains(hits[0].Text, q+" ") {
			t.Errorf("%s: %+v, %v", q, hits, err)
		}
	}
}

func TestEncodersNeverMix(t *testing.T) {
	made := 0
	s := store.NewMemory()
	c := open(t, s)
	add(t, c, pages(0, 20)...)
	for _, e := range []toy{{"a", 64, &made}, {"b", 64, &made}, {"a", 32, &made}} {
		made = 0
		if err := c.SetEmbedder(e); err != nil {
			t.Fatal(err)
		}
		if done, _ := c.Embedded(); done != 0 {
			t.Errorf("%d passages have vectors of %v already", done, e)
		}
		embedAll(t, c, 8)
		if made != 20 || vectorFiles(s) != 1 {
			t.Errorf("%v embedded %d, %d files", e, made, vectorFiles(s))
		}
	}
	if err := c.SetEmbedder(nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.SearchBy(Options{Mode: index.Vector}, "page1", 1); !errors.Is(err, index.ErrInput) {
		t.Errorf("without an encoder: %v", err)
	}
}

// A tab may be closed between the last vector by a new encoder and the deletion of
// the old one's.
func TestWhatAnEncoderLeftBehindIsDeleted(t *testing.T) {
	made := 0
	s := store.NewMemory()
	c := open(t, s)
	add(t, c, pages(0, 5)...)
	if err := c.SetEmbedder(toy{"old", 16, &made}); err != nil {
		t.Fatal(err)
	}
	embedAll(t, c, 8)
	files, _ := s.List()
	left := files[slices.IndexFunc(files, func(f index.FileInfo) bool { return strings.HasPrefix(f.Name, vectorPrefix) })]
	b, err := s.Get(left.Name, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetEmbedder(toy{"new", 16, &made}); err != nil {
		t.Fatal(err)
	}
	embedAll(t, c, 8)
	if err := s.Put(left.Name, b); err != nil {
		t.Fatal(err)
	}
	again := open(t, s)
	if err := again.SetEmbedder(toy{"new", 16, &made}); err != nil {
		t.Fatal(err)
	}
	if done, _ := again.Embedded(); done != 5 || vectorFiles(s) != 1 {
		t.Errorf("%d of 5 embedded, %d files", done, vectorFiles(s))
	}
}

// Whatever happens to a file of vectors, it is made again.
func TestDamagedVectorsAreMadeAgain(t *testing.T) {
	made := 0
	encoder := toy{"a", 16, &made}
	s := store.NewMemory()
	c := open(t, s)
	add(t, c, pages(0, 5)...)
	if err := c.SetEmbedder(encoder); err != nil {
		t.Fatal(err)
	}
	embedAll(t, c, 8)
	files, _ := s.List()
	at := slices.IndexFunc(files, func(f index.FileInfo) bool { return strings.HasPrefix(f.Name, vectorPrefix) })
	b, err := s.Get(files[at].Name, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := s.Put(files[at].Name, b); err != nil {
		t.Fatal(err)
	}
	again := open(t, s)
	if err := again.SetEmbedder(encoder); err != nil {
		t.Fatal(err)
	}
	if done, _ := again.Embedded(); done != 0 {
		t.Errorf("%d vectors of a damaged file serve", done)
	}
	embedAll(t, again, 8)
	if done, _ := again.Embedded(); done != 5 {
		t.Errorf("%d of 5 embedded", done)
	}
}
