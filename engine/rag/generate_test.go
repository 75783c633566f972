package rag

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag/check"
)

// letters cuts a text into pieces of a character each, as a model could write it.
func letters(text string) []string { return strings.Split(text, "") }

func worded(t *testing.T, question, text string) Answer {
	t.Helper()
	return ask(t, Deps{Generator: &scripted{context: 4096, pieces: letters(text)}}, Request{Question: question, Mode: Generate})
}

func TestAnAnswerEndsWhereItRepeatsItself(t *testing.T) {
	const question = "How long does the boiler warranty last?"
	const lasts = "The warranty lasts three years from the day of purchase."
	for text, want := range map[string]string{
		strings.Repeat(lasts+" ", 9):                                          lasts + " [1]",
		strings.Repeat(lasts+" [1] ", 9):                                      lasts + " [1]",
		strings.Repeat(lasts+" [1]\n", 9):                                     lasts + " [1]",
		"1. " + lasts + "\n2. " + lasts + "\n3. " + lasts:                     "1. " + lasts + " [1]",
		lasts + " " + lasts:                                                   lasts + " [1]",
		lasts + " It was designed by Anna Berg. " + lasts:                     lasts + " [1] It was designed by Anna Berg. [1]",
		"The warranty lasts" + strings.Repeat(" three years and", 40):         "The warranty lasts three years and [1]",
		"The warranty lasts three years, three years, three years [1], so.":   "The warranty lasts three years, three years, three years [1], so.",
		lasts + " The warranty lasts three years from the day of delivery.":   lasts + " [1] The warranty lasts three years from the day of delivery.",
		wordings[false].instruction:                                           "",
		lasts + " " + wordings[false].instruction + " Anna Berg designed it.": lasts + " [1]",
	} {
		a := worded(t, question, text)
		if got, _, _ := strings.Cut(a.Answer, fallbacks[false][false]); strings.TrimSpace(got) != want {
			t.Errorf("%.90q is answered with %q, want %q", text, got, want)
		}
	}
	long := "오천만 원이며 " + strings.Repeat("보증금은 오천만 원이고 ", 30)
	if a := worded(t, "보증금은 얼마인가요?", long); strings.Count(a.Answer, "이고") != 1 {
		t.Errorf("it goes in a circle: %q", a.Answer)
	}
}

func TestTheCheckFindsCitations(t *testing.T) {
	a := worded(t, "How long does the boiler warranty last?", "It lasts three years. The moon is made of cheese.")
	if len(a.Sentences) != 2 || a.Sentences[0].Found != 1 || a.Sentences[0].Text != "It lasts three years." || a.Citations[0].Heading != "Boiler manual > Warranty" {
		t.Fatalf("%q: %+v, citations %+v", a.Answer, a.Sentences, a.Citations)
	}
	if s := a.Sentences[1]; s.Label == check.Supported || s.Found != 0 || len(s.Citations) != 0 || a.Fallback {
		t.Errorf("%+v, fallback %v", s, a.Fallback)
	}
	for _, s := range a.Sentences {
		if said := strings.TrimSpace(strings.ReplaceAll(a.Answer[s.Start:s.End], "[1]", "")); said != s.Text {
			t.Errorf("bytes %d-%d are %q, want %q", s.Start, s.End, said, s.Text)
		}
	}
	// What the model cited stays, and what supports it joins.
	a = worded(t, "How long does the boiler warranty last?", "The warranty lasts three years [2].")
	if s := a.Sentences[0]; s.Found != 2 || len(a.Citations) != 2 || a.Citations[1].Heading != "Boiler manual > Warranty" {
		t.Errorf("%q: %+v", a.Answer, s)
	}
}

func TestWhatIsNotSupportedFallsBackToTheDocuments(t *testing.T) {
	for _, c := range []struct{ question, text, says string }{
		{"How long does the boiler warranty last?", "It lasts nine years.", "lasts three years"},
		{"How long does the boiler warranty last?", "9", "lasts three years"},
		{"How long does the boiler warranty last?", "Yes.", "lasts three years"},
		{"Does the boiler warranty last three years?", "The warranty lasts three years.", "lasts three years"},
		{"How long does the boiler warranty last?", "", "lasts three years"},
		{"How long does the boiler warranty last?", "I do not know.", "lasts three years"},
		{"How long does the boiler warranty last?", "The boiler works at 1.5 bar.", "lasts three years"}, // true, and no answer
		{"보증금은 얼마인가요?", "보증금은 삼천만 원이다.", "오천만 원이며"},
	} {
		a := worded(t, c.question, c.text)
		_, quoted, _ := strings.Cut(a.Answer, ":\n")
		if !a.Fallback || a.Verdict != Answered || !strings.Contains(quoted, c.says) || !strings.HasPrefix(a.Answer, c.text) {
			t.Errorf("%q: %v %q", c.text, a.Fallback, a.Answer)
		}
		last := a.Sentences[len(a.Sentences)-1]
		if last.Label != check.Supported || len(last.Citations) != 1 {
			t.Errorf("%q: the quote is %+v", c.text, last)
		}
	}
	if a := worded(t, "How long does the boiler warranty last?", "It lasts three years."); a.Fallback {
		t.Errorf("supported, but %q", a.Answer)
	}
}

// A number stands for what it is said of: the same one elsewhere supports nothing.
func TestNumbersElsewhereSupportNothing(t *testing.T) {
	for _, text := range []string{"The deposit is £2.", "The deposit for the gate key is £2.", "The deposit is £27.", "2", "£2", "A new member leaves a deposit of £40."} {
		lib := of(t, map[string]string{"garden.md": "# Garden\n\n## Fees\n\n| Plot | Fee |\n|---|---|\n| Half | £27 |\n| Full | £48 |\n\nFees are due on 1 February. A new member also leaves a deposit of £30 for the gate key.\n\nPlots are measured in spring. Paths are mown by the member on their north side. Sheds need the leave of the committee.\n\nManure costs £2 a barrow.\n"})
		a := answer(t, lib, Deps{Generator: &scripted{context: 4096, pieces: letters(text)}}, Request{Question: "How much is the deposit for the gate key?", Mode: Generate})
		if s := a.Sentences[0]; s.Label == check.Supported {
			t.Errorf("%q is %s %v by %+v", text, s.Label, s.Support, a.Citations)
		}
		if !a.Fallback || !strings.Contains(a.Answer, "deposit of £30") {
			t.Errorf("%q: %q", text, a.Answer)
		}
	}
}

// base is a model that was not taught conversations.
type base struct {
	scripted
	messages []engine.Message
}

func (b *base) Stops() []string { return []string{"\nQuestion:"} }
func (b *base) Prompt(m []engine.Message) ([]int32, error) {
	b.messages = m
	return b.scripted.Prompt(m)
}

func TestABaseModelGoesOnWithAText(t *testing.T) {
	b := &base{scripted: scripted{context: 4096, pieces: []string{" Three years."}}}
	r := Request{Question: "How long does the boiler warranty last?", Mode: Generate, History: []engine.Message{{Role: "user", Content: "Is there a boiler?"}}}
	a := ask(t, Deps{Generator: b}, r)
	if len(b.messages) != 2 || b.messages[0].Role != "system" || !strings.Contains(b.messages[0].Content, "three years") || b.messages[1].Content != r.Question || strings.Contains(a.Trace.Prompt, wordings[false].instruction) {
		t.Errorf("%+v", b.messages)
	}
	if a.Answer != "Three years. [1]" || a.Sentences[0].Label != check.Supported {
		t.Errorf("%q %+v", a.Answer, a.Sentences)
	}
	whole, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Replay(a.Trace)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(again); string(b) != string(whole) {
		t.Errorf("replayed %s\nwant %s", b, whole)
	}
}

// FuzzFresh: whatever is written, in pieces of any size, a beginning of it is passed on,
// in whole characters.
func FuzzFresh(f *testing.F) {
	f.Add("A b. A b. [1] 가나다 가나다 ", 1)
	f.Add("1. x\n2. x\n| a |\n\n[", 3)
	f.Add("a! [0A0", 2)
	f.Fuzz(func(t *testing.T, text string, size int) {
		text = strings.ToValidUTF8(text, "")
		var said strings.Builder
		fresh := fresh{whole: func() error { return nil }, say: func(s string) error {
			if !utf8.ValidString(s) {
				t.Errorf("passes on %q", s)
			}
			said.WriteString(s)
			return nil
		}}
		runes, size := []rune(text), 1+int(uint(size)%7)
		for more := true; more && len(runes) > 0; {
			n := min(size, len(runes))
			more, _ = fresh.write(string(runes[:n]))
			runes = runes[n:]
		}
		if err := fresh.end(false); err != nil || !strings.HasPrefix(strings.TrimLeft(text, " \n"), said.String()) {
			t.Errorf("%q is passed on as %q, %v", text, said.String(), err)
		}
	})
}
