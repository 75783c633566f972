package main

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var wordedBy = flag.String("worded-by", "", "a GGUF `file` that words the answers of TestWorded")

// What a real model makes of the English samples. Each line of the file is a question,
// what a sentence of the answer that is supported holds (alternatives apart by |; - is
// that there is no such sentence), and the question before, if it leans on one.
func TestWorded(t *testing.T) {
	if *wordedBy == "" {
		t.Skip("measures a model: -worded-by FILE.gguf")
	}
	s, err := openLibrary("native", 1, "", []string{"../../web/app/samples/en"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.encode(encoderChoice{}, mostUnasked); err != nil {
		t.Fatal(err)
	}
	if _, err := s.load(*wordedBy, loading{}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("testdata/worded.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var questions, right, sentences, supported, tokens int
	began := time.Now()
	for line := range strings.Lines(string(b)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		r := rag.Request{Question: fields[0], Mode: rag.Generate}
		for _, previous := range fields[2:] {
			r.History = append(r.History, message(previous))
		}
		a, err := abi.Call[rag.Answer, rag.Event](s, "ask", r, nil)
		if err != nil {
			t.Fatalf("%s: %v", r.Question, err)
		}
		holds := false
		for _, s := range a.Sentences {
			sentences++
			if s.Label != check.Supported {
				continue
			}
			supported++
			for want := range strings.SplitSeq(fields[1], "|") {
				holds = holds || want == "-" || strings.Contains(s.Text, want)
			}
		}
		if holds != (fields[1] == "-") {
			right++
		}
		questions++
		tokens += a.Trace.Tokens
		t.Logf("%s\n%v %s %s", r.Question, holds != (fields[1] == "-"), a.Reason, a.Answer)
		for _, s := range a.Sentences {
			t.Logf("    %s %.2f %v: %s %v", s.Label, s.Support, s.Citations, s.Text, s.Because)
		}
	}
	t.Logf("%d of %d right; %d of %d sentences supported; %d tokens; %.1f s a question", right, questions, supported, sentences, tokens, time.Since(began).Seconds()/float64(questions))
}
