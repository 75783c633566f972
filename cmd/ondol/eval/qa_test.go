package eval

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func TestQA(t *testing.T) {
	path := filepath.Join(t.TempDir(), "squad.json")
	text := `{"data":[{"paragraphs":[{"context":"한글은 1443년에 만들었다. 그리고 반포했다.","qas":[
		{"id":"a","question":"언제?","answers":[{"text":"1443년","answer_start":4}]},
		{"id":"b","question":"누가?","answers":[],"is_impossible":true}]}]}]}`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := ReadSQuAD(path)
	if err != nil {
		t.Fatal(err)
	}
	if a := set.Questions[0].Answers[0]; set.Passages[0][a.Start:a.End] != "1443년" {
		t.Fatalf("answer %v is %q", a, set.Passages[0][a.Start:a.End])
	}
	for _, c := range []struct {
		sentence index.Span
		hit      float64
	}{{index.Span{Start: 0, End: 38}, 1}, {index.Span{Start: 12, End: 20}, 0}} {
		m, err := QA(set, func(q Question) (Reading, error) {
			return Reading{Sentence: c.sentence, Confidence: map[string]float64{"a": 0.7, "b": 0.2}[q.ID]}, nil
		})
		if err != nil || m.SentenceHit != c.hit || m.RefusalAUROC != 1 || m.Threshold != 0.7 || m.Questions != 2 {
			t.Errorf("%v: %+v, %v", c.sentence, m, err)
		}
	}
	if err := os.WriteFile(path, []byte(`{"data":[]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSQuAD(path); err == nil {
		t.Error("a file without questions is an error")
	}
}

func TestSeparate(t *testing.T) {
	for _, c := range []struct {
		yes, no          []float64
		auroc, threshold float64
	}{
		{[]float64{3, 4}, []float64{1, 2}, 1, 3},
		{[]float64{1, 2}, []float64{3, 4}, 0, 1},
		{[]float64{1, 3}, []float64{1, 3}, 0.5, 1},
		{[]float64{2, 4}, []float64{1, 3}, 0.75, 2},
	} {
		if a, at := separate(c.yes, c.no); a != c.auroc || at != c.threshold {
			t.Errorf("%v against %v: %v at %v, want %v at %v", c.yes, c.no, a, at, c.auroc, c.threshold)
		}
	}
}
