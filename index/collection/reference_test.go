package collection

import (
	"bytes"
	"cmp"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/keyword"
	"github.com/ondol-rag/ondol/index/store"
)

// Every search is held against a slow reference that scores each passage of each
// document from its text, without segments, postings, filters, caches, early ends or
// stored vectors. What only makes a search faster finds the same, with the same scores.
func TestSearchAgainstReference(t *testing.T) {
	inputs, questions := everyday(t)
	e := toy{"toy", 48, new(int)}
	c := open(t, store.NewMemory())
	if err := c.SetEmbedder(e); err != nil {
		t.Fatal(err)
	}
	var gone []string
	for i, in := range inputs {
		old := in
		old.Data = append([]byte("An earlier version. "), bytes.ToValidUTF8(in.Data[len(in.Data)/3:], nil)...)
		if i%3 == 0 {
			old.ID = "old " + in.ID
			gone = append(gone, old.ID)
		}
		if i%3 < 2 {
			add(t, c, old)
		}
	}
	for from := 0; from < len(inputs); from += 7 {
		add(t, c, inputs[from:min(from+7, len(inputs))]...)
	}
	if err := c.Remove(gone); err != nil {
		t.Fatal(err)
	}
	embedAll(t, c, 16)
	r := newReference(t, e, inputs)
	if _, chunks := c.Size(); chunks != len(r.passages) || len(c.parts) < 5 {
		t.Fatalf("%d passages in %d segments, not %d", chunks, len(c.parts), len(r.passages))
	}
	for i, question := range questions {
		if runtime.GOARCH == "wasm" && i%8 > 0 {
			continue // it takes six times as long there
		}
		var q *asked
		for _, o := range []Options{
			{Mode: index.Keyword}, {Mode: index.Keyword, Distinct: true}, {Mode: index.Vector},
			{Mode: index.Hybrid, Fusion: "weighted", Weight: 0.1, Distinct: true}, {Mode: index.Hybrid, Fusion: "rrf", Weight: 0.5},
		} {
			const k = 10
			hits, trace, err := c.SearchBy(o, question, k)
			if err != nil {
				t.Fatal(err)
			}
			if q == nil {
				q = r.ask(question, trace.Corrected)
			}
			want := r.search(o, q, k)
			if len(hits) != min(k, len(want)) {
				t.Errorf("%+v %q: %d hits of %d", o, question, len(hits), len(want))
				continue
			}
			for i, h := range hits {
				// Sums in another order may differ in their last bits, and passages that
				// score the same change places: to RRF these are ranks.
				near := 1e-9 * max(1, h.Score)
				if o.Fusion == "rrf" {
					near = 3 * o.Weight * (1./61 - 1./62)
				}
				like := func(w scoredPassage) bool { return math.Abs(w.score-h.Score) <= near }
				if !like(want[i]) || !slices.ContainsFunc(want, func(w scoredPassage) bool {
					return like(w) && w.passage.Document == h.Document && w.passage.Ordinal == h.Ordinal && w.passage.text == h.Text
				}) {
					w := want[i].passage
					t.Errorf("%+v %q: hit %d is %s %d with %v, want %s %d with %v", o, question, i, h.Document, h.Ordinal, h.Score, w.Document, w.Ordinal, want[i].score)
					break
				}
			}
		}
	}
}

// everyday is documents of the samples and of the everyday questions, and some hundred
// of these, some with a letter too few.
func everyday(t *testing.T) (inputs []index.Input, questions []string) {
	read := func(pattern string) (all []index.Input) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, index.Input{ID: filepath.Base(f), Data: b})
		}
		return all
	}
	inputs = append(read("../../web/app/samples/??/*"), read("../../engine/rag/testdata/everyday*/*")...)
	for _, list := range read("../../engine/rag/testdata/everyday*.tsv") {
		for line := range strings.Lines(string(list.Data)) {
			question, _, _ := strings.Cut(line, "\t")
			questions = append(questions, question)
			if words := strings.Fields(question); len(questions)%9 == 0 {
				longest := slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
				runes := []rune(longest)
				questions = append(questions, strings.Replace(question, longest, string(slices.Delete(runes, 2, 3)), 1))
			}
		}
	}
	if len(questions) < 300 {
		t.Fatalf("%d questions", len(questions))
	}
	return inputs, questions
}

// reference is every passage, read whole.
type reference struct {
	keyword.Options
	embedder      toy
	passages      []*passageRead
	with          map[string]int // how many passages have a term
	body, heading float64        // mean lengths
}

type passageRead struct {
	index.Chunk
	title, text, own string
	body, heading    map[string]int // how often each term occurs
	length, over     int            // terms in the body, in the headings
	vector           []float32
}

type scoredPassage struct {
	passage *passageRead
	score   float64
}

func counts(texts ...string) (of map[string]int, n int) {
	of = map[string]int{}
	for _, text := range texts {
		for _, term := range analysis.Terms(text) {
			of[term]++
			n++
		}
	}
	return of, n
}

func newReference(t *testing.T, e toy, inputs []index.Input) *reference {
	r := &reference{Options: keyword.DefaultOptions(), embedder: e, with: map[string]int{}}
	for _, in := range inputs {
		text, err := extract.Extract(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range chunk.Split(text) {
			c.Document = in.ID
			p := &passageRead{Chunk: c, title: text.Title, text: text.Body[c.Start:c.End]}
			p.own = c.Own(p.text)
			path := c.Headings
			if len(path) == 0 || path[0] != text.Title {
				path = append([]string{text.Title}, path...)
			}
			p.body, p.length = counts(p.own)
			p.heading, p.over = counts(path...)
			all, _ := counts(append(path, p.own)...)
			for term := range all {
				r.with[term]++
			}
			v, err := e.Embed([]string{strings.Join(path, " > ") + "\n" + p.text})
			if err != nil {
				t.Fatal(err)
			}
			p.vector = v[0]
			r.passages = append(r.passages, p)
			r.body, r.heading = r.body+float64(p.length), r.heading+float64(p.over)
		}
	}
	r.body, r.heading = r.body/float64(len(r.passages)), r.heading/float64(len(r.passages))
	return r
}

// search returns the best k passages and those that follow.
func (r *reference) search(o Options, q *asked, k int) (found []scoredPassage) {
	if o.Distinct {
		k += k/2 + 2
	}
	switch o.Mode {
	case index.Keyword:
		found = r.byWords(q, k)
	case index.Vector:
		found = r.byMeaning(q.text, len(r.passages))
	default:
		n := max(100, 4*k)
		sums := map[*passageRead]float64{}
		add := func(list []scoredPassage, weight, floor float64) {
			for i, h := range list {
				if o.Fusion == "rrf" {
					sums[h.passage] += weight / float64(60+i+1)
				} else {
					sums[h.passage] += weight * (h.score - floor) / (list[0].score - floor)
				}
			}
		}
		add(r.byWords(q, n), 1-o.Weight, 0)
		add(r.byMeaning(q.text, n), o.Weight, -1)
		for p, s := range sums {
			found = append(found, scoredPassage{p, s})
		}
		found = ranked(found, len(found))
	}
	if o.Distinct {
		found = apart(found[:min(k, len(found))])
	}
	return found
}

func ranked(list []scoredPassage, k int) []scoredPassage {
	slices.SortFunc(list, func(a, b scoredPassage) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.passage.Document, b.passage.Document), a.passage.Ordinal-b.passage.Ordinal)
	})
	return list[:min(k, len(list))]
}

// apart leaves out the passages that share nine tenths of their words with a better one.
func apart(list []scoredPassage) (kept []scoredPassage) {
	words := func(p *passageRead) map[string]bool {
		set := map[string]bool{}
		for _, w := range strings.Fields(p.text) {
			set[w] = true
		}
		return set
	}
	for _, h := range list {
		if a := words(h.passage); !slices.ContainsFunc(kept, func(better scoredPassage) bool {
			b, both := words(better.passage), 0
			for w := range a {
				if b[w] {
					both++
				}
			}
			return 10*both >= alike*(len(a)+len(b)-both)
		}) {
			kept = append(kept, h)
		}
	}
	return kept
}

// byMeaning rounds as the index does: 7 bits and a sign of a passage, 12 of a question.
func (r *reference) byMeaning(question string, k int) (list []scoredPassage) {
	largest := func(v []float32) (most float64) {
		for _, f := range v {
			most = max(most, math.Abs(float64(f)))
		}
		return most
	}
	v, _ := r.embedder.Embed([]string{question})
	q := largest(v[0])
	for _, p := range r.passages {
		x := largest(p.vector)
		var sum float64
		for i, f := range p.vector {
			sum += math.RoundToEven(float64(f)*(127/x)) * math.RoundToEven(float64(v[0][i])/q*4095)
		}
		list = append(list, scoredPassage{p, sum * float64(float32(x)/127) * float64(float32(q)/4095)})
	}
	return ranked(list, k)
}

// asked is a question and its terms.
type asked struct {
	text    string
	terms   []string // distinct
	count   map[string]int
	words   [][]string
	weights map[string]float64
	found   map[string]string // what is sought for each: itself, or what corrects it
	stands  map[string]string // the way back
	asks    analysis.Answer
	bonus   map[*passageRead]float64 // of those that were read again
}

func (p *passageRead) has(term string) bool { return p.body[term]+p.heading[term] > 0 }

func rarity(all, n float64) float64 { return math.Log(1 + (all-n+0.5)/(n+0.5)) }

func (r *reference) weight(n int, share float64) float64 {
	return rarity(float64(len(r.passages))+r.Others, float64(n)+share*r.Others)
}

func bigram(term string) bool { return term[0] == analysis.Bigram }

// ask weighs the terms of a question; neighbours that occur together weigh less.
func (r *reference) ask(question string, corrected map[string]string) *asked {
	q := &asked{text: question, bonus: map[*passageRead]float64{}, count: map[string]int{}, weights: map[string]float64{}, found: map[string]string{}, stands: map[string]string{}, asks: analysis.Asks(question)}
	last := -1
	analysis.AnalyzeQuery(question, func(b []byte, span index.Span) {
		term := string(b)
		if span.Start != last {
			last = span.Start
			q.words = append(q.words, nil)
		}
		if q.count[term]++; q.count[term] == 1 {
			q.terms = append(q.terms, term)
		}
		q.words[len(q.words)-1] = append(q.words[len(q.words)-1], term)
	})
	for _, term := range q.terms {
		q.stands[term] = term
		found, factor := term, 1.0
		if r.with[term] == 0 && corrected[term] != "" {
			found, factor = corrected[term], 0.8
			if _, taken := q.count[found]; !taken {
				q.stands[found] = term
			}
		}
		if bigram(found) {
			factor *= r.BigramWeight
		}
		q.found[term] = found
		q.weights[term] = r.weight(r.with[found], analysis.Common(found)) * factor
	}
	less := map[string]float64{}
	for i := range len(q.words) - 1 {
		a, b := q.words[i][0], q.words[i+1][0]
		n := 0
		for _, p := range r.passages {
			if p.has(q.found[a]) && p.has(q.found[b]) {
				n++
			}
		}
		sum := q.weights[a] + q.weights[b]
		if one := max(r.weight(n, 0), q.weights[a], q.weights[b]); a != b && n > 0 && one < sum {
			f := 1 - r.Joint*(1-one/sum)
			for _, term := range []string{a, b} {
				less[term] = min(cmp.Or(less[term], 1), f)
			}
		}
	}
	for term, f := range less {
		q.weights[term] *= f
	}
	return q
}

// gain is BM25F.
func (r *reference) gain(weight float64, p *passageRead, term string) float64 {
	tf := float64(p.body[term]) / (1 - r.BodyB + r.BodyB*float64(p.length)/r.body)
	tf += r.HeadingWeight * float64(p.heading[term]) / (1 - r.HeadingB + r.HeadingB*float64(p.over)/r.heading)
	return weight * tf * (r.K1 + 1) / (r.K1 + tf)
}

const (
	readAgain = 25 // of the best passages
	tellers   = 10 // that say what is meant
	lookedAt  = 40 // of the terms that these share
	added     = 20 // of these
)

func (r *reference) byWords(q *asked, k int) []scoredPassage {
	scores := map[*passageRead]float64{}
	for _, p := range r.passages {
		for _, term := range q.terms {
			if s := r.gain(float64(q.count[term])*q.weights[term], p, q.found[term]); s > 0 {
				scores[p] += s
			}
		}
	}
	best := func() (list []scoredPassage) {
		for p, s := range scores {
			list = append(list, scoredPassage{p, s})
		}
		list = ranked(list, max(k, readAgain))
		for i := range list[:min(readAgain, len(list))] {
			p := list[i].passage
			if _, read := q.bonus[p]; !read {
				q.bonus[p] = r.bonus(q, p)
			}
			list[i].score += q.bonus[p]
		}
		return ranked(list, len(list))
	}
	list := best()
	var total float64
	for _, w := range q.weights {
		total += w
	}
	if tells := 1 - 4/float64(max(len(q.words), 1)); tells > 0 && len(list) > 1 {
		for term, w := range r.related(list[:min(tellers, len(list))]) {
			for p := range scores {
				scores[p] += r.gain(w*r.Feedback*tells*total, p, term)
			}
		}
		list = best()
	}
	return list
}

// related are the terms that two or more of the best passages have, and what share of
// all each weighs.
func (r *reference) related(best []scoredPassage) map[string]float64 {
	weights, in := map[string]float64{}, map[string]int{}
	for _, h := range best {
		once := map[string]bool{}
		for _, term := range analysis.Query(h.passage.text) {
			weights[term] += math.Exp(h.score-best[0].score) / float64(h.passage.length)
			if !once[term] {
				once[term] = true
				in[term]++
			}
		}
	}
	var terms []string
	for term := range weights {
		if in[term] > 1 {
			terms = append(terms, term)
		}
	}
	heaviest := func(n int) {
		slices.SortFunc(terms, func(a, b string) int {
			return cmp.Or(cmp.Compare(weights[b], weights[a]), strings.Compare(a, b))
		})
		terms = terms[:min(n, len(terms))]
	}
	heaviest(lookedAt)
	for _, term := range terms {
		n := r.with[term]
		weights[term] *= rarity(float64(len(r.passages)), float64(n))
		if bigram(term) {
			weights[term] *= r.BigramWeight
		}
		if n == 0 {
			weights[term] = 0
		}
	}
	heaviest(added)
	var sum float64
	for _, term := range terms {
		sum += weights[term]
	}
	shares := map[string]float64{}
	for _, term := range terms {
		shares[term] = weights[term] / sum
	}
	return shares
}

// bonus is what stands together in a passage.
func (r *reference) bonus(q *asked, p *passageRead) float64 {
	type place struct {
		term           string
		word, sentence int
	}
	var places []place
	var ends []int
	for _, s := range chunk.Sentences(p.own) {
		ends = append(ends, s.End)
	}
	near := map[string]bool{}
	answers := false
	word, last := -1, -1
	analysis.Analyze(p.own, func(b []byte, span index.Span) {
		term := string(b)
		if span.Start != last {
			word, last = word+1, span.Start
		}
		sentence := 0
		for sentence+1 < len(ends) && span.Start >= ends[sentence] {
			sentence++
		}
		if of, ok := q.stands[term]; ok {
			places = append(places, place{of, word, sentence})
		} else if !bigram(term) {
			for _, of := range q.terms {
				if !bigram(of) && beginAlike(of, term) {
					near[of] = true
				}
			}
		}
		answers = answers || q.asks.Gives(b)
	})
	covered := func(together func(first, last place) bool) (most float64) {
		for i := range places {
			terms := map[string]bool{}
			for j := i; j < len(places) && together(places[i], places[j]); j++ {
				terms[places[j].term] = true
			}
			var sum float64
			for term := range terms {
				sum += q.weights[term]
			}
			most = max(most, sum)
		}
		return most
	}
	var total float64
	for _, w := range q.weights {
		total += w
	}
	follow := func(a, b []string) bool {
		for _, first := range places {
			for _, second := range places {
				if d := second.word - first.word; d > 0 && d <= 3 && slices.Contains(a, first.term) && slices.Contains(b, second.term) {
					return true
				}
			}
		}
		return false
	}
	var of, found float64
	for i := range len(q.words) - 1 {
		var weight float64
		for _, pair := range q.words[i : i+2] {
			most := 0.0
			for _, term := range pair {
				most = max(most, q.weights[term])
			}
			weight += most
		}
		of += weight
		if follow(q.words[i], q.words[i+1]) {
			found += weight
		}
	}
	bonus := r.Sentence*covered(func(a, b place) bool { return a.sentence == b.sentence }) +
		r.Window*covered(func(a, b place) bool { return b.word-a.word < 15 })
	if of > 0 {
		bonus += r.Pairs * found / of * total
	}
	over := map[string]bool{}
	for _, text := range append([]string{p.title}, p.Headings...) {
		for _, term := range analysis.Terms(text) {
			if of, ok := q.stands[term]; ok {
				over[of] = true
			}
		}
	}
	for term := range over {
		bonus += r.Heading * q.weights[term]
	}
	for term := range near {
		if !slices.ContainsFunc(places, func(at place) bool { return at.term == term }) {
			bonus += r.Alike * q.weights[term]
		}
	}
	if answers {
		bonus += r.Answer * total
	}
	return bonus
}

// beginAlike reports whether two terms have four letters and three fifths of the longer
// one in common from their beginnings; bytes count, but for parts of a letter.
func beginAlike(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	common := strings.ToValidUTF8(a[:n], "")
	return len(common) >= 4 && 5*len(common) >= 3*max(len(a), len(b))
}
