package llm

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// own opens the encoder that ships.
func own(t *testing.T) *Model { return ownWith(t, Options{Ceiling: 512}) }

func ownWith(t *testing.T, o Options) *Model {
	t.Helper()
	f, err := os.Open("../../web/app/encoder.gguf")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the encoder lies outside what this host may read")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(f, info.Size(), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The golden is what llama.cpp makes of the same file, which it runs with all its
// layers: node build/peers/oracle.mjs embed web/app/encoder.gguf TEXT...
func TestOwnEncoderEmbedsAsLlamaCppDoes(t *testing.T) {
	m := own(t)
	b, err := os.ReadFile("testdata/encoder_llamacpp.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden []struct {
		Text   string
		Vector []float64
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	for _, g := range golden {
		v, err := m.Embed([]string{g.Text})
		if err != nil {
			t.Fatal(err)
		}
		var dot, squares float64
		for i, x := range g.Vector {
			dot += x * float64(v[0][i])
			squares += x * x
		}
		if cosine := dot / math.Sqrt(squares); !(cosine >= 0.999) {
			t.Errorf("%q: cosine %f", g.Text, cosine)
		}
	}
}

func TestOwnEncoderVerifies(t *testing.T) {
	m := own(t)
	if !m.Verifies() {
		t.Fatal("it has no head that verifies")
	}
	for _, c := range []struct{ evidence, yes, no string }{
		{"The warranty lasts three years from the day of purchase.", "The warranty lasts three years.", "The garden gate is painted green."},
		{"보증금은 오천만 원이며 계약 당일에 지급한다.", "보증금은 오천만 원이다.", "월세는 매월 5일에 낸다."},
	} {
		yes, err := m.Verify(c.evidence, c.yes)
		if err != nil {
			t.Fatal(err)
		}
		no, err := m.Verify(c.evidence, c.no)
		if err != nil {
			t.Fatal(err)
		}
		if yes.Supported <= no.Supported || math.Abs(no.Supported+no.Contradicted+no.Neither-1) > 1e-5 {
			t.Errorf("%q: %+v, %q: %+v", c.yes, yes, c.no, no)
		}
	}
}

// What is read stands in the passage; what answers is read as likelier than what
// does not.
func TestOwnEncoderReads(t *testing.T) {
	m := own(t)
	if !m.Reads() {
		t.Fatal("it has no head that reads")
	}
	for _, c := range []struct{ question, passage string }{
		{"When does the museum open?", "The museum stands in Market Street. It opens at nine in the morning. Children pay half."},
		{"바그너는 언제 태어났는가?", "바그너는 독일의 작곡가이다. 그는 1813년 라이프치히에서 태어났다. 음악은 드레스덴에서 배웠다."},
	} {
		answers, err := m.Read(c.question, []string{"It rained.", c.passage})
		if err != nil {
			t.Fatal(err)
		}
		if len(answers) == 0 || answers[0].Passage != 1 {
			t.Fatalf("%s: %+v", c.question, answers)
		}
		for _, a := range answers {
			if passage := []string{"It rained.", c.passage}[a.Passage]; !utf8.ValidString(passage[a.Start:a.End]) {
				t.Errorf("%s: %q", c.question, passage[a.Start:a.End])
			}
		}
	}
}

// Tokens and the bytes that they stand for spell the text.
func TestLocated(t *testing.T) {
	m := own(t)
	for _, text := range []string{"1904년에 태어난 바그너는", "The boiler (1.5 bar) works.", "  Café\n\t漢字 \U0001F600 end", "", "가"} {
		ids, starts, ends := m.located(text, 1<<20)
		if want := m.tokens.EncodeText(text); len(ids) != len(want) {
			t.Errorf("%q: %d tokens, not the %d of the text as a whole", text, len(ids), len(want))
		}
		for i, id := range ids {
			piece := strings.TrimSpace(string(m.tokens.Piece(id)))
			if got := text[starts[i]:ends[i]]; id != m.tokens.UNK && !strings.Contains(got, piece) {
				t.Errorf("%q: token %q stands for %q", text, piece, got)
			}
		}
	}
}

// Whatever context is asked for, long texts are cut to what the encoder has
// positions for, and nothing is cut to less than none.
func TestContextsOfAnEncoder(t *testing.T) {
	long := strings.Repeat("word ", 1000)
	huge, tiny := 100000, 1
	for _, o := range []Options{{}, {Context: &huge}} {
		m := ownWith(t, o)
		if m.Context() != m.Config.Context {
			t.Errorf("a context of %d, not the encoder's own of %d", m.Context(), m.Config.Context)
		}
		if _, err := m.Embed([]string{long}); err != nil {
			t.Error(err)
		}
	}
	m := ownWith(t, Options{Context: &tiny})
	if _, err := m.Embed([]string{long}); err != nil {
		t.Error(err)
	}
	// The heads have a context of their own.
	if _, err := m.Read(long, []string{long, long}); err != nil {
		t.Error(err)
	}
	if _, err := m.Verify(long, long); err != nil {
		t.Error(err)
	}
}
