// Package eval measures Ondol on published test collections: retrieval, question
// answering and grounding.
package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BEIR is a retrieval test collection: a folder of corpus.jsonl (_id, title,
// text), queries.jsonl (_id, text) and qrels.tsv (query, document, gain, under a
// header line). Thakur et al., "BEIR", NeurIPS 2021.
type BEIR struct {
	Corpus  []Entry
	Queries []Entry                   // those with at least one relevant document
	Qrels   map[string]map[string]int // query to document to gain; only gains above zero
}

// Entry is one line of corpus.jsonl or queries.jsonl.
type Entry struct {
	ID    string `json:"_id"`
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
}

// ReadBEIR reads a test collection.
func ReadBEIR(dir string) (*BEIR, error) {
	corpus, err := readEntries(filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return nil, err
	}
	queries, err := readEntries(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(corpus))
	for _, e := range corpus {
		known[e.ID] = true
	}
	judged := filepath.Join(dir, "qrels.tsv")
	if _, err := os.Stat(judged); errors.Is(err, fs.ErrNotExist) {
		judged = filepath.Join(dir, "qrels", "test.tsv") // as BEIR publishes them
	}
	qrels, err := readQrels(judged, known)
	if err != nil {
		return nil, err
	}
	queries = slices.DeleteFunc(queries, func(q Entry) bool { return len(qrels[q.ID]) == 0 })
	if len(queries) == 0 {
		return nil, fmt.Errorf("%s: no query of queries.jsonl has a relevant document in %s", dir, judged)
	}
	return &BEIR{corpus, queries, qrels}, nil
}

// Write makes a folder that ReadBEIR reads.
func (b *BEIR) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, entries := range map[string][]Entry{"corpus.jsonl": b.Corpus, "queries.jsonl": b.Queries} {
		var s strings.Builder
		enc := json.NewEncoder(&s)
		enc.SetEscapeHTML(false)
		for _, e := range entries {
			if err := enc.Encode(e); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s.String()), 0o644); err != nil {
			return err
		}
	}
	var s strings.Builder
	s.WriteString("query-id\tcorpus-id\tscore\n")
	for _, q := range b.Queries {
		rel := b.Qrels[q.ID]
		for _, d := range slices.Sorted(maps.Keys(rel)) {
			fmt.Fprintf(&s, "%s\t%s\t%d\n", q.ID, d, rel[d])
		}
	}
	return os.WriteFile(filepath.Join(dir, "qrels.tsv"), []byte(s.String()), 0o644)
}

// Retrieval holds means over the queries of a test collection, 0 to 1.
type Retrieval struct {
	Recall1    float64 `json:"recall@1"`
	Recall5    float64 `json:"recall@5"`
	Recall10   float64 `json:"recall@10"`
	MRR10      float64 `json:"mrr@10"`
	NDCG10     float64 `json:"ndcg@10"` // linear gain
	Queries    int     `json:"queries"`
	MsPerQuery float64 `json:"ms_per_query"`
}

// Search returns the documents of the best k chunks, best first. A document is
// scored by its best chunk: it may occur several times, the first counts.
type Search func(query string, k int) ([]string, error)

// depth is how far down the ranking the measures look.
const depth = 10

// Retrieval asks every query and scores the rankings.
func (b *BEIR) Retrieval(search Search) (Retrieval, error) {
	var m Retrieval
	var spent time.Duration
	for _, q := range b.Queries {
		began := time.Now()
		ranking, err := distinct(search, q.Text)
		if err != nil {
			return Retrieval{}, fmt.Errorf("query %s: %w", q.ID, err)
		}
		spent += time.Since(began)
		m.add(ranking, b.Qrels[q.ID])
	}
	n := float64(len(b.Queries))
	for _, v := range []*float64{&m.Recall1, &m.Recall5, &m.Recall10, &m.MRR10, &m.NDCG10} {
		*v /= n
	}
	m.Queries = len(b.Queries)
	m.MsPerQuery = spent.Seconds() * 1000 / n
	return m, nil
}

// distinct returns the best documents, each once. It asks for more chunks
// until there are enough documents or no further chunks.
func distinct(search Search, query string) ([]string, error) {
	for k := 3 * depth; ; k *= 4 {
		ids, err := search(query, k)
		if err != nil {
			return nil, err
		}
		var docs []string
		for _, id := range ids {
			if !slices.Contains(docs, id) {
				docs = append(docs, id)
			}
			if len(docs) == depth {
				return docs, nil
			}
		}
		if len(ids) < k {
			return docs, nil
		}
	}
}

// add scores one ranking.
func (m *Retrieval) add(ranking []string, gains map[string]int) {
	ideal := slices.Sorted(maps.Values(gains))
	slices.Reverse(ideal)
	var dcg, idcg float64
	for i, g := range ideal[:min(depth, len(ideal))] {
		idcg += float64(g) / math.Log2(float64(i+2))
	}
	each := 1 / float64(len(gains))
	first := true
	for i, id := range ranking[:min(depth, len(ranking))] {
		g := gains[id]
		if g == 0 {
			continue
		}
		dcg += float64(g) / math.Log2(float64(i+2))
		if first {
			m.MRR10 += 1 / float64(i+1)
			first = false
		}
		if i < 1 {
			m.Recall1 += each
		}
		if i < 5 {
			m.Recall5 += each
		}
		m.Recall10 += each
	}
	m.NDCG10 += dcg / idcg
}

func readEntries(file string) ([]Entry, error) {
	var entries []Entry
	err := eachLine(file, func(n int, line string) error {
		var e Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return err
		}
		if e.ID == "" {
			return fmt.Errorf("no _id")
		}
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// readQrels reads the judgements of known documents.
func readQrels(file string, known map[string]bool) (map[string]map[string]int, error) {
	qrels := map[string]map[string]int{}
	err := eachLine(file, func(n int, line string) error {
		if n == 1 {
			return nil
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return fmt.Errorf("%d columns, want query-id, corpus-id, score", len(f))
		}
		gain, err := strconv.Atoi(strings.TrimSpace(f[2]))
		if err != nil {
			return err
		}
		if !known[f[1]] {
			return fmt.Errorf("document %q is not in the corpus", f[1])
		}
		if gain > 0 {
			if qrels[f[0]] == nil {
				qrels[f[0]] = map[string]int{}
			}
			qrels[f[0]][f[1]] = gain
		}
		return nil
	})
	return qrels, err
}

// eachLine calls f for each line that is not blank; n counts from 1.
func eachLine(file string, f func(n int, line string) error) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		if err := f(n, s.Text()); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	return s.Err()
}
