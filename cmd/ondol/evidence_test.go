package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/engine/rag/reader"
)

func fixture(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A trace gives the same bytes natively and as WebAssembly, alone or in its answer.
func TestReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace.json")
	r := ondol(t, "ask", "--docs", documents(t), "--encoder", "none", "--json", "--trace", path, "보증금은 얼마인가요?")
	a := decode[rag.Answer](t, r)
	if len(a.Sentences) != 1 || a.Sentences[0].Label != "supported" || a.Short != "오천만 원" {
		t.Fatalf("sentences %+v, short %q", a.Sentences, a.Short)
	}
	whole := fixture(t, "answer.json", r.out)
	for _, engine := range engines {
		for _, from := range []string{path, whole} {
			if got := ondol(t, "ask", "--replay", from, "--engine", engine, "--json"); got.out != r.out {
				t.Errorf("%s: %s%s\nwant %s", engine, got.out, got.err, r.out)
			}
		}
	}
	other := strings.Replace(r.out, `"version":3`, `"version":99`, 1)
	for says, file := range map[string]string{"version 99": fixture(t, "old.json", other), "not a trace": fixture(t, "bad.json", "hello")} {
		if got := ondol(t, "ask", "--replay", file, "--json"); got.status != 1 || !strings.Contains(got.err, says) || got.out != "" {
			t.Errorf("%+v, want an error with %q", got, says)
		}
	}
}

func TestMarks(t *testing.T) {
	dir, store := documents(t), filepath.Join(t.TempDir(), "library")
	if r := ondol(t, "index", "--store", store, "--encoder", "none", dir); r.status != 0 {
		t.Fatal(r.err)
	}
	const question = "How long does the warranty last?"
	// It is asked as ask asks it, by meaning too.
	if r := ondol(t, "marks", "--store", store, "--right", "--encoder", "gone.gguf", question); r.status != 1 || !strings.Contains(r.err, "gone.gguf") {
		t.Errorf("marks does not open the encoder: %+v", r)
	}
	marks := decode[[]mark.Mark](t, ondol(t, "marks", "--store", store, "--wrong", "--json", question))
	if len(marks) != 1 || marks[0].Right || marks[0].Passages[0].Document != "home/manual.md" {
		t.Fatalf("%+v", marks)
	}
	a := decode[rag.Answer](t, ondol(t, "ask", "--store", store, "--json", "How long does a warranty last?"))
	if len(a.Trace.Recording.Marks) != 1 || a.Trace.Candidates[0].Features["mark"] != -1 {
		t.Errorf("the mark moves nothing: %+v", a.Trace.Candidates)
	}
	file := filepath.Join(t.TempDir(), "marks.jsonl")
	if r := ondol(t, "marks", "--store", store, "--export", file); r.status != 0 {
		t.Fatal(r.err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var line struct{ Question, Passage, Mark string }
	if err := json.Unmarshal(b, &line); err != nil || line.Question != question || line.Mark != "wrong" || !strings.Contains(line.Passage, "warranty") {
		t.Errorf("exported %s: %v", b, err)
	}
	if r := ondol(t, "index", "--store", store, "--remove", "home/manual.md"); r.status != 0 {
		t.Fatal(r.err)
	}
	if r := ondol(t, "ask", "--store", store, "--json", question); r.status != 0 {
		t.Errorf("a mark on a document that is gone: %+v", r)
	}
	if left := decode[[]mark.Mark](t, ondol(t, "marks", "--store", store, "--undo", "1", "--json")); len(left) != 0 {
		t.Errorf("after undo: %+v", left)
	}
	if r := ondol(t, "marks", "--store", store, "--undo", "1"); r.status != 1 || !strings.Contains(r.err, "mark 1") {
		t.Errorf("undo twice: %+v", r)
	}
}

func TestFollowUp(t *testing.T) {
	docs := fixture(t, "sales.md", "# 매출\n\n2022년 매출은 10억 원이다. 2023년 매출은 12억 원이다.\n")
	a := decode[rag.Answer](t, ondol(t, "ask", "--docs", docs, "--encoder", "none", "--json", "--previous", "2022년 매출은 얼마인가요?", "그럼 2023년은?"))
	if a.Short != "12억 원" || a.Trace.Question != "2023년 매출은 얼마인가요?" {
		t.Errorf("%q to %q", a.Short, a.Trace.Question)
	}
}

func TestEvaluateAnswers(t *testing.T) {
	squad := fixture(t, "squad.json", `{"data":[{"paragraphs":[{"context":"보증금은 오천만 원이다. 계약은 2년이다.","qas":[
		{"id":"a","question":"보증금은 얼마인가?","answers":[{"text":"오천만 원","answer_start":5}]},
		{"id":"b","question":"나무는 몇 그루인가?","answers":[{"text":"","answer_start":-1}],"is_impossible":true}]}]}]}`)
	m := decode[eval.QAMetrics](t, ondol(t, "eval", "qa", "--dataset", squad, "--json"))
	if m.SentenceHit != 1 || m.EM != 1 || m.F1 != 1 || m.RefusalAUROC != 1 || m.RefusalF1 != 1 || m.Questions != 2 {
		t.Errorf("%+v", m)
	}
	if m := decode[eval.QAMetrics](t, ondol(t, "eval", "qa", "--dataset", squad, "--absent", "--json")); m.Questions != 3 || m.RefusalAUROC != 1 {
		t.Errorf("absent: %+v", m)
	}
	for name, text := range map[string]string{
		"pairs.tsv":   "evidence\tclaim\tlabel\nThe gate is green.\tThe gate is green.\tsupported\n\nThe gate is green.\tAnna bought nine boats.\tunsupported\n",
		"begin.tsv":   "knowledge\tresponse\tbegin_label\nThe gate is green.\tThe gate is green.\tFully attributable \nThe gate is green.\tAnna bought nine boats.\tNot fully attributable\n",
		"klue.json":   `[{"premise":"문은 초록색이다.","hypothesis":"문은 초록색이다.","gold_label":"entailment"},{"premise":"문은 초록색이다.","hypothesis":"나는 배 아홉 척을 샀다.","gold_label":"neutral"}]`,
		"pairs.jsonl": "{\"evidence\":\"The gate is green.\",\"claim\":\"The gate is green.\",\"label\":1}\n{\"evidence\":\"The gate is green.\",\"claim\":\"Anna bought nine boats.\",\"label\":0}\n",
	} {
		m := decode[eval.GroundingMetrics](t, ondol(t, "eval", "grounding", "--dataset", fixture(t, name, text), "--json"))
		if m.AUROC != 1 || m.BalancedAccuracy != 1 || m.F1 != 1 || m.Pairs != 2 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	for says, text := range map[string]string{
		"line 2: the label":         "evidence\tclaim\tlabel\na\tb\tperhaps\n",
		"line 2 has 2 columns":      "evidence\tclaim\tlabel\na\tb\n",
		"no field claim":            "evidence\tlabel\na\tyes\n",
		"no pairs of evidence":      "evidence\tclaim\tlabel\n",
		"pair 1: no field evidence": `[{"claim":"x","label":1}]`,
	} {
		r := ondol(t, "eval", "grounding", "--dataset", fixture(t, "bad", text))
		if r.status != 1 || !strings.Contains(r.err, says) {
			t.Errorf("%q: %+v, want %q", text, r, says)
		}
	}
}

// The page has a name in both languages for all that makes a score.
func TestPageNamesWhatScores(t *testing.T) {
	for _, language := range []string{"en", "ko"} {
		b, err := os.ReadFile("../../web/app/src/" + language + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		_, scored, ok := strings.Cut(string(b), "\n  scored: {\n")
		if scored, _, _ = strings.Cut(scored, "\n  },"); !ok {
			t.Fatalf("%s.ts has no names of scores", language)
		}
		for _, name := range append([]string{"keyword", "vector", "mark"}, reader.Names[:]...) {
			if !strings.Contains(scored, "    "+name+": \"") {
				t.Errorf("%s.ts has no name for %s", language, name)
			}
		}
	}
}
