package llm

import (
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/engine"
)

var (
	timed   = flag.String("timed", "", "a GGUF `file` of a chat model for TestSpeed")
	answers = flag.String("answers", "", "`file` of what ondol ask --mode generate --json printed, for TestSpeed")
)

// TestSpeed times the model over the prompts of real answers: how long the first token
// takes when nothing of the prompt is known, when all of it was read just now, and when
// its pages come off the shelf after a reload; and how fast it writes, step by step and
// looking ahead.
func TestSpeed(t *testing.T) {
	if *timed == "" {
		t.Skip("measures a model: -timed MODEL.gguf -answers FILE")
	}
	f, err := os.Open(*answers)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	shelf := testShelf{}
	open := func(t testing.TB) *Model {
		m := openWith(t, *timed, Options{Ceiling: 4096})
		m.SetShelf(shelf)
		return m
	}
	m := open(t)
	var prompts [][]int32
	var cold, warm, reloaded time.Duration // to the first token, of all prompts
	var written [2]int                     // step by step, looking ahead
	var writing [2]time.Duration
	o := engine.DefaultOptions()
	o.Temperature, o.MaxTokens, o.Stop = 0, 96, []string{"\n\n"}
	tokens := 0
	first := func(m *Model, prompt []int32) time.Duration {
		began := time.Now()
		if _, err := m.read(prompt, func() bool { return true }); err != nil {
			t.Fatal(err)
		}
		return time.Since(began)
	}
	for d := json.NewDecoder(f); ; {
		var answer struct{ Trace struct{ Prompt string } }
		if err := d.Decode(&answer); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		evidence, question := cutLast(answer.Trace.Prompt, "Question: ", "질문: ")
		if question == "" {
			continue // it was refused, or said that there is no answer
		}
		prompt, err := m.Prompt([]engine.Message{{Role: "system", Content: strings.TrimSpace(evidence)}, {Role: "user", Content: question}})
		if err != nil {
			t.Fatal(err)
		}
		prompts, tokens = append(prompts, prompt), tokens+len(prompt)
		clear(shelf)
		m.cache.Truncate(0)
		cold += first(m, prompt)
		warm += first(m, prompt)
		var text [2]string
		for way := range 2 {
			m.drafting = way == 1
			var began time.Time
			for p, err := range m.Generate(prompt, o) {
				if err != nil {
					t.Fatal(err)
				}
				if p.ID < 0 {
					continue
				}
				if text[way] += p.Text; began.IsZero() {
					began = time.Now() // the first comes of the prompt
					continue
				}
				written[way]++
				writing[way] += time.Since(began)
				began = time.Now()
			}
		}
		if text[0] != text[1] {
			t.Errorf("%s: %q looking ahead, %q step by step", question, text[1], text[0])
		}
		if err := m.Keep(); err != nil {
			t.Fatal(err)
		}
		again := open(t)
		reloaded += first(again, prompt)
	}
	n := time.Duration(len(prompts))
	if n == 0 {
		t.Fatalf("no answer in %s was worded by a model", *answers)
	}
	t.Logf("%d prompts of %d tokens on average", n, tokens/len(prompts))
	t.Logf("first token: cold %v, warm %v, after a reload %v", cold/n, warm/n, reloaded/n)
	for way, name := range []string{"step by step", "looking ahead"} {
		t.Logf("writing %s: %.1f tokens/s, of %d", name, float64(written[way])/writing[way].Seconds(), written[way])
	}
}

// cutLast cuts a text around the last of some words.
func cutLast(s string, words ...string) (before, after string) {
	for _, w := range words {
		if i := strings.LastIndex(s, w); i >= 0 {
			return s[:i], s[i+len(w):]
		}
	}
	return s, ""
}
