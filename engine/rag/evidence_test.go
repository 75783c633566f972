package rag

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
)

// of makes a library of documents.
func of(t testing.TB, documents map[string]string) *collection.Collection {
	t.Helper()
	c, err := collection.Open(store.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	var inputs []index.Input
	for id, text := range documents {
		inputs = append(inputs, index.Input{ID: id, Data: []byte(text)})
	}
	if err := c.Add(inputs, func(_ int, _ *index.Document, err error) {
		if err != nil {
			t.Fatal(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(t testing.TB, lib Library, deps Deps, r Request) Answer {
	t.Helper()
	var a *Answer
	for e, err := range Ask(lib, deps, r) {
		if err != nil {
			t.Fatal(err)
		}
		a = e.Answer
	}
	return *a
}

func TestReasons(t *testing.T) {
	lib := of(t, map[string]string{
		"a.md":     "# Boiler\n\nThe boiler works at 1.5 bar. The boiler was installed by Anna Berg in the cellar.\n",
		"b.md":     "# 총회 안내\n\n총회는 2026년 3월 1일에 마을 회관에서 열린다.\n",
		"c.md":     "# 총회 공지\n\n총회는 2026년 3월 8일에 마을 회관에서 열린다.\n",
		"lamp.md":  "# Lamp\n\nThe warranty of the lamp lasts two years from the day of purchase.\n",
		"oven.md":  "# Oven\n\nThe warranty of the oven lasts three years from the day of purchase.\n",
		"other.md": "# Notes\n\nThe garden gate is painted green.\n",
	})
	for _, c := range []struct {
		question string
		verdict  Verdict
		reason   Reason
		says     string
	}{
		{"At what pressure does the boiler work?", Answered, "", "1.5 bar"},
		{"Who painted the ceiling of the Sistine chapel?", NotInDocuments, Absent, "no passage is about it"},
		{"세종대왕은 어느 해에 태어났나요?", NotInDocuments, Absent, "찾지 못했습니다"},
		{"ボイラーの圧力はいくらですか", NotInDocuments, Absent, "ask in Korean or English"},
		{"锅炉的压力是多少？", NotInDocuments, Absent, "ask in Korean or English"},
		{"Какое давление в котле PDF?", NotInDocuments, Absent, "ask in Korean or English"},
		{"แรงดันหม้อไอน้ำเท่าไหร่", NotInDocuments, Absent, "ask in Korean or English"},
		{"大學總會의 定款", NotInDocuments, Absent, "찾지 못했습니다"},
		{"What are α, β, γ and δ?", NotInDocuments, Absent, "no passage is about it"},
		{"1999?", NotInDocuments, Absent, "no passage is about it"},
		{"총회는 언제 열리나요?", NotInDocuments, Contradictory, "3월 8일"},
		{"How long does the warranty of the oven last?", Answered, "", "three years"},
		{"How long does the warranty of the lamp last?", Answered, "", "two years"},
	} {
		a := answer(t, lib, Deps{}, Request{Question: c.question})
		if a.Verdict != c.verdict || a.Reason != c.reason || !strings.Contains(a.Answer, c.says) {
			t.Errorf("%s: %s %s, %q at %v", c.question, a.Verdict, a.Reason, a.Answer, a.Trace.Confidence)
		}
		if a.Trace.Hits == nil {
			t.Errorf("%s: the trace has no list of what was found, not even an empty one", c.question)
		}
		if a.Reason == Contradictory && (len(a.Citations) != 2 || len(a.Nearest) != 2 || a.Short != "") {
			t.Errorf("%s: %+v", c.question, a.Citations)
		}
	}
	one := 1.0
	a := answer(t, lib, Deps{}, Request{Question: "When was the boiler installed by Anna Berg in the cellar?", Threshold: &one})
	if a.Reason != Unanswerable || len(a.Nearest) == 0 || a.Nearest[0].Document != "a.md" || a.Nearest[0].N != 1 {
		t.Errorf("about it, but not said: %s, nearest %+v", a.Reason, a.Nearest)
	}
}

func TestFollowUps(t *testing.T) {
	said := func(turns ...string) (h []engine.Message) {
		for i, s := range turns {
			h = append(h, engine.Message{Role: []string{"user", "assistant"}[i%2], Content: s})
		}
		return h
	}
	for _, c := range []struct {
		question string
		history  []engine.Message
		want     string
	}{
		{"보증금은 얼마인가요?", said("계약 기간은 언제부터인가요?", "2026년부터 [1]"), "보증금은 얼마인가요?"},
		{"그럼 2023년은?", said("2022년 매출은 얼마인가요?", "10억 원 [1]"), "2023년 매출은 얼마인가요?"},
		{"And in 2021?", said("How many people worked there in 2020?", "Forty. [1]"), "How many people worked there in 2021?"},
		{"What about the second one?", said("Which plans are there for storage?", "Basic plan [1]\nFamily plan [2]"), "Which plans are there for storage Family plan [2] What about the second one?"},
		{"그건 언제 끝나나요?", said("계약 기간은 몇 년인가요?", "2년 [1]"), "계약 기간은 그건 언제 끝나나요?"},
		{"그럼 2024년은?", said("2022년 매출은 얼마인가요?", "10억 [1]", "그럼 2023년은?", "12억 [1]"), "2024년 매출은 얼마인가요?"},
		{"Who was elected?", nil, "Who was elected?"},
	} {
		if got := resolve(nil, c.question, c.history); got != c.want {
			t.Errorf("%q after %v is %q, want %q", c.question, c.history, got, c.want)
		}
	}
	lib := of(t, map[string]string{"sales.md": "# 매출\n\n2022년 매출은 10억 원이다. 2023년 매출은 12억 원이다.\n"})
	a := answer(t, lib, Deps{}, Request{Question: "그럼 2023년은?", History: said("2022년 매출은 얼마인가요?", "10억 원 [1]")})
	if a.Verdict != Answered || !strings.Contains(a.Answer, "12억") || a.Short != "12억 원" {
		t.Errorf("%s %q, short %q", a.Verdict, a.Answer, a.Short)
	}
}

func TestMarksMoveLikeQuestions(t *testing.T) {
	lib := of(t, map[string]string{
		"old.md": "# Office\n\nThe office of the club opens at nine in the morning on weekdays.\n",
		"new.md": "# Club\n\nSince May the club opens its new office to members at ten in the morning.\n",
	})
	ask := func(question string, marks ...mark.Mark) Answer {
		return answer(t, lib, Deps{Marks: marks}, Request{Question: question})
	}
	question := "When does the office of the club open?"
	before := ask(question).Citations[0]
	place := func(c Citation) []mark.Passage {
		return []mark.Passage{{Document: c.Document, Span: c.Span, Text: c.Text}}
	}
	wrong := mark.Mark{ID: 1, Question: question, Passages: place(before)}
	a := ask("When does the club open its office?", wrong)
	if a.Citations[0].Document == before.Document {
		t.Errorf("after a mark of wrong: %q", a.Answer)
	}
	found := map[string]bool{}
	for _, h := range a.Trace.Hits {
		found[h.Document] = true
	}
	if !found[before.Document] {
		t.Error("one mark hides a document")
	}
	if a := ask("What color is the roof of the office?", wrong); len(a.Trace.Recording.Marks) != 0 {
		t.Errorf("a mark moves a question of another kind: %+v", a.Trace.Recording.Marks)
	}
	gone := mark.Mark{ID: 2, Question: question, Passages: []mark.Passage{{Document: "gone.md", Span: index.Span{End: 4}, Text: "text"}}}
	if a := ask(question, gone); a.Citations[0].Document != before.Document {
		t.Errorf("a mark on a document that is gone: %q", a.Answer)
	}
}

// Where documents contradict each other, a mark decides.
func TestMarksDecideContradictions(t *testing.T) {
	lib := of(t, map[string]string{
		"a.md": "# A\n\nThe summer party takes place on 3 July 2026 in the garden.\n",
		"b.md": "# B\n\nThe summer party takes place on 10 July 2026 in the garden.\n",
	})
	r := Request{Question: "When does the summer party take place?"}
	both := answer(t, lib, Deps{}, r)
	if both.Reason != Contradictory {
		t.Fatalf("%q", both.Answer)
	}
	for i, c := range both.Citations {
		for _, right := range []bool{true, false} {
			m := mark.Mark{ID: 1, Question: r.Question, Right: right, Passages: []mark.Passage{{Document: c.Document, Span: c.Span, Text: c.Text}}}
			a := answer(t, lib, Deps{Marks: []mark.Mark{m}}, r)
			if said := a.Citations[0].Document == both.Citations[i].Document; a.Verdict != Answered || said != right {
				t.Errorf("%s marked %v: %q", c.Document, right, a.Answer)
			}
		}
	}
}

// Replay makes the same bytes from the trace alone, whatever took part.
func TestReplay(t *testing.T) {
	lib := library(t)
	marks := []mark.Mark{{ID: 1, Question: "How long does the warranty last?", Right: true, Passages: []mark.Passage{{Document: "boiler.md", Span: index.Span{Start: 2, End: 8}, Text: "Boiler"}}}}
	for _, c := range []struct {
		deps Deps
		r    Request
	}{
		{Deps{}, Request{Question: "보증금은 얼마인가요?"}},
		{Deps{}, Request{Question: "What is the capital of Mongolia?"}},
		{Deps{Marks: marks}, Request{Question: "How long does the warranty last?"}},
		{Deps{Reader: fixed{}, Verifier: fixed{}, Generator: &scripted{context: 4096, pieces: []string{"Three years [1]. It is ", "red. Two [2]"}}},
			Request{Question: "How long does the warranty last?", Mode: Generate, History: []engine.Message{{Role: "user", Content: "boiler?"}, {Role: "assistant", Content: "Yes."}}}},
	} {
		a := answer(t, lib, c.deps, c.r)
		want, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var read Answer
		if err := json.Unmarshal(want, &read); err != nil {
			t.Fatal(err)
		}
		again, err := Replay(read.Trace)
		if err != nil {
			t.Fatalf("%s: %v", c.r.Question, err)
		}
		if got, _ := json.Marshal(again); string(got) != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", c.r.Question, got, want)
		}
		read.Trace.Version++
		if _, err := Replay(read.Trace); !errors.Is(err, ErrRequest) || !strings.Contains(err.Error(), "version") {
			t.Errorf("another version: %v", err)
		}
		read.Trace.Version--
		read.Trace.Recording.Weights = nil
		if _, err := Replay(read.Trace); !errors.Is(err, ErrRequest) {
			t.Errorf("a trace that is cut: %v", err)
		}
	}
}

// fixed is a reader and a verifier that say the same whatever they are given.
type fixed struct{}

func (fixed) Read(_ string, passages []string) ([]engine.Answer, error) {
	return []engine.Answer{{Passage: 0, Start: 0, End: min(4, len(passages[0])), Score: 2}}, nil
}

func (fixed) Verify(string, string) (engine.Entailment, error) {
	return engine.Entailment{Supported: 0.1, Contradicted: 0.2, Neither: 0.7}, nil
}

// Each sentence is told as soon as it is whole, with what supports it.
func TestSentencesAreCheckedWhileTheyStream(t *testing.T) {
	g := &scripted{context: 4096, pieces: []string{"The warranty lasts three years [1]. ", "It was painted", " by Rembrandt in 1650. ", "The warranty lasts five years from the day of purchase. [1]"}}
	var order []string
	var a *Answer
	for e, err := range Ask(library(t), Deps{Generator: g}, Request{Question: "How long does the boiler warranty last?", Mode: Generate}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == Token {
			order = append(order, e.Text)
		}
		if e.Type == Checked {
			order = append(order, string(e.Sentence.Label))
		}
		a = e.Answer
	}
	var labels []check.Label
	for _, s := range a.Sentences {
		labels = append(labels, s.Label)
		if got := a.Answer[s.Start:s.End]; !strings.HasPrefix(got, s.Text[:10]) {
			t.Errorf("bytes %d-%d are %q, the sentence is %q", s.Start, s.End, got, s.Text)
		}
	}
	if want := []check.Label{check.Supported, check.Unsupported, check.Contradicted}; !reflect.DeepEqual(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
	if c := a.Sentences[2].Citations; len(c) != 1 || c[0] != 1 {
		t.Errorf("a mark after the stop belongs to the sentence before it: %v", c)
	}
	first, last := strings.Index(strings.Join(order, "|"), string(check.Supported)), strings.Index(strings.Join(order, "|"), "five")
	if first < 0 || first > last {
		t.Errorf("the first sentence was not checked while the others came: %q", order)
	}
}

// A trace may tell of answers in passages that nobody read.
func TestReplayLeavesOutAnswersOfNoPassage(t *testing.T) {
	r := Request{Question: "보증금은 얼마인가요?"}
	trace := answer(t, library(t), Deps{Reader: fixed{}}, r).Trace
	if len(trace.Recording.Answers) == 0 {
		t.Fatal("no answers were recorded")
	}
	for _, passage := range []int{-1, 99} {
		trace.Recording.Answers[0].Passage = passage
		a, err := Replay(trace)
		if err != nil {
			t.Fatal(err)
		}
		if a.Verdict != Answered {
			t.Errorf("passage %d: %s", passage, a.Verdict)
		}
	}
}

// FuzzReplay: any trace gives an answer or an error.
func FuzzReplay(f *testing.F) {
	g := &scripted{context: 4096, pieces: []string{"Three years [1]."}}
	for _, r := range []Request{{Question: "보증금은 얼마인가요?"}, {Question: "How long does the warranty last?", Mode: Generate}} {
		b, err := json.Marshal(answer(f, library(f), Deps{Reader: fixed{}, Verifier: fixed{}, Generator: g}, r).Trace)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var trace Trace
		if json.Unmarshal(b, &trace) == nil {
			if a, err := Replay(trace); err == nil && a == nil {
				t.Fatal("neither an answer nor an error")
			}
		}
	})
}
