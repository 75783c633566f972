package keyword

import (
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

// searcher indexes texts, one chunk each.
func searcher(t *testing.T, texts ...string) *Searcher {
	t.Helper()
	w := segment.NewWriter()
	for i, text := range texts {
		d := index.Document{ID: string(rune('a' + i))}
		if err := w.Add(d, text, chunk.Split(index.Text{Body: text})); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	s, err := segment.Open("test", f.Size(), segment.NewCache(1<<20), segment.InMemory(b))
	if err != nil {
		t.Fatal(err)
	}
	return New(DefaultOptions(), []Part{{Segment: s}}, func(a, b rank.Hit) int { return a.Chunk - b.Chunk })
}

func (s *Searcher) best(t *testing.T, question string) (chunks []int) {
	t.Helper()
	hits, err := s.Search(NewQuery(question), 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		chunks = append(chunks, h.Chunk)
	}
	return chunks
}

func TestWhatStandsTogetherCounts(t *testing.T) {
	s := searcher(t,
		"The river was cold. A boat came by at noon. Nobody saw the red house that day, it is said.",
		"The river was red. A house came by at noon. Nobody saw the cold boat that day, it is said.",
		"Nothing of it here.")
	for _, c := range []struct {
		question string
		first    int
	}{{"red house", 0}, {"cold boat", 1}, {"river cold", 0}, {"river red", 1}} {
		if got := s.best(t, c.question); len(got) != 2 || got[0] != c.first {
			t.Errorf("%q found %v, want %d first", c.question, got, c.first)
		}
	}
}

func TestAnswersAndLikeWords(t *testing.T) {
	s := searcher(t,
		"The bridge opened to traffic in the spring, as the mayor had promised.",
		"The bridge opened to traffic in 1932, as the mayor had promised.",
		"The colonization of the coast began.", "The colour of the coast began.")
	if got := s.best(t, "When was the bridge opened?"); got[0] != 1 {
		t.Errorf("when: %v", got)
	}
	if got := s.best(t, "Who colonized the coast?"); got[0] != 2 {
		t.Errorf("a word that begins alike: %v", got)
	}
}

func TestMisspelledWordsAreFound(t *testing.T) {
	s := searcher(t, "온돌은 데이터베이스와 다르다", "The thermostat regulates", "Something else")
	for question, want := range map[string]int{"데이타베이스": 0, "thermosat": 1, "htermostat": 1, "thermostta": 1, "xthermostat": 1} {
		q := NewQuery(question)
		hits, err := s.Search(q, 10, nil)
		if err != nil || len(hits) == 0 || hits[0].Chunk != want {
			t.Errorf("%s: %v, %v", question, hits, err)
		}
		if len(q.Corrected) != 1 {
			t.Errorf("%s: corrected %v", question, q.Corrected)
		}
	}
	inflected := searcher(t, "Something else", "The room was heated by some experiments", "The heart is a muscle")
	for _, question := range []string{"experimnts", "heatng", "experimmented"} {
		if got := inflected.best(t, question); len(got) != 1 || got[0] != 1 {
			t.Errorf("%s: %v", question, got)
		}
	}
	if got := s.best(t, "barometer"); got != nil {
		t.Errorf("a word that is nowhere near found %v", got)
	}
}

func TestOneEdit(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"abc", "abc", false}, {"abc", "ab", true}, {"abc", "abcd", true}, {"abc", "xbc", true}, {"abc", "acb", true},
		{"abc", "bac", true}, {"abc", "cba", false}, {"abc", "abde", false}, {"", "a", true}, {"", "ab", false},
		{"학교", "학굔", true}, {"데이타", "데이터", true}, {"학교", "학생", false},
	} {
		a, b := spell(nil, []byte(c.a)), spell(nil, []byte(c.b))
		if oneEdit(a, b) != c.want || oneEdit(b, a) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}

func TestHiddenChunksAreLeftOut(t *testing.T) {
	s := searcher(t, "warm floor", "cold floor")
	hits, err := s.Search(NewQuery("floor"), 10, rank.Mask{{true, false}})
	if err != nil || !slices.Equal(hits, []rank.Hit{{Part: 0, Chunk: 1, Score: hits[0].Score}}) {
		t.Errorf("%v, %v", hits, err)
	}
}

// "Middle East" is one thing found, not two.
func TestNeighboursWeighAsOne(t *testing.T) {
	s := searcher(t, "Oil of the Middle East.", "The Middle East again.", "Peace in the Middle East.", "An invasion once.", "Nothing.")
	q := NewQuery("Middle East invasion")
	joined, apart := *s, *s
	apart.Joint = 0
	joined.Joint = 1
	_, weights, err := joined.look(q)
	if err != nil {
		t.Fatal(err)
	}
	if sum := weights[0] + weights[1]; sum > s.weight(3, 0)+1e-9 || weights[2] != s.weight(1, 0) {
		t.Errorf("weights %v", weights)
	}
	if _, weights, _ = apart.look(q); weights[0] != s.weight(3, 0) {
		t.Errorf("apart %v", weights)
	}
}

func TestBestPassagesTellWhatIsMeant(t *testing.T) {
	texts := []string{
		"Thermal flutter of heated wings in supersonic flight, panel stress and boundary layers.",
		"Thermal flutter of heated wings in supersonic flight: panel stress.",
		"Wings of birds in a garden.", "Wings with panel stress at supersonic speeds."}
	s := searcher(t, texts...)
	const question = "how do heated wings flutter thermal in flight"
	s.Feedback = 0
	if got := s.best(t, question); got[2] != 2 {
		t.Fatalf("without feedback %v", got)
	}
	s.Feedback = 0.8
	if got := s.best(t, question); got[2] != 3 || len(got) != 4 {
		t.Errorf("with feedback %v", got)
	}
	// A name says nothing of what its passages are about.
	if w := NewQuery("heated wings").tells(); w != 0 {
		t.Errorf("two words tell %v", w)
	}
}
