package eval

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder writes a test collection.
func folder(t *testing.T, corpus, queries, qrels string) string {
	dir := t.TempDir()
	for name, text := range map[string]string{"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels.tsv": qrels} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	corpus  = `{"_id":"a","title":"A","text":"one"}` + "\n" + `{"_id":"b","text":"two"}` + "\n" + `{"_id":"c","text":"three"}` + "\n"
	queries = `{"_id":"1","text":"first"}` + "\n" + `{"_id":"2","text":"second"}` + "\n" + `{"_id":"3","text":"unjudged"}` + "\n"
	qrels   = "query-id\tcorpus-id\tscore\n1\ta\t4\n1\tb\t1\n2\tc\t2\n2\ta\t0\n"
)

func TestRetrievalMeasures(t *testing.T) {
	b, err := ReadBEIR(folder(t, corpus, queries, qrels))
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Retrieval(func(q string, k int) ([]string, error) {
		if q == "first" {
			return []string{"b", "b", "c", "a"}, nil // the second chunk of b does not count
		}
		return nil, nil // nothing found
	})
	if err != nil {
		t.Fatal(err)
	}
	ideal := 4 + 1/math.Log2(3)
	want := Retrieval{Recall1: 0.25, Recall5: 0.5, Recall10: 0.5, MRR10: 0.5,
		NDCG10: (1 + 4/math.Log2(4)) / ideal / 2, Queries: 2, MsPerQuery: got.MsPerQuery}
	if math.Abs(got.NDCG10-want.NDCG10) > 1e-12 {
		t.Errorf("nDCG@10 = %v, want %v", got.NDCG10, want.NDCG10)
	}
	got.NDCG10 = want.NDCG10
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A document of many chunks must not push others out of the ranking.
func TestRetrievalAsksForMoreChunks(t *testing.T) {
	b, err := ReadBEIR(folder(t, corpus, queries, qrels))
	if err != nil {
		t.Fatal(err)
	}
	chunks := append(strings.Split(strings.Repeat("b ", 200), " ")[:200], "a", "c")
	got, err := b.Retrieval(func(_ string, k int) ([]string, error) { return chunks[:min(k, len(chunks))], nil })
	if err != nil || got.Recall5 != 1 {
		t.Errorf("Recall@5 = %v, error %v", got.Recall5, err)
	}
}

func TestReadBEIRNamesWhatIsWrong(t *testing.T) {
	for want, dir := range map[string]string{
		"queries.jsonl:1": folder(t, corpus, `{"text":"x"}`, qrels),
		"corpus.jsonl:2":  folder(t, strings.Replace(corpus, `{"_id":"b"`, `{"_id":`, 1), queries, qrels),
		`document "z"`:    folder(t, corpus, queries, "h\n1\tz\t1\n"),
		"qrels.tsv:2":     folder(t, corpus, queries, "h\n1 a 1\n"),
		"no query":        folder(t, corpus, queries, "h\n9\ta\t1\n"),
	} {
		if _, err := ReadBEIR(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}

func TestReadBEIRAsPublished(t *testing.T) {
	dir := folder(t, corpus, queries, qrels)
	if err := os.Mkdir(filepath.Join(dir, "qrels"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "qrels.tsv"), filepath.Join(dir, "qrels", "test.tsv")); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadBEIR(dir); err != nil || b.Qrels["1"]["a"] != 4 {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestWriteReadsBack(t *testing.T) {
	b, err := ReadBEIR(folder(t, corpus, queries, qrels))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := b.Write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := ReadBEIR(dir)
	if err != nil || len(again.Corpus) != 3 || len(again.Queries) != 2 || again.Qrels["1"]["a"] != 4 {
		t.Errorf("read back %+v, %v", again, err)
	}
}
