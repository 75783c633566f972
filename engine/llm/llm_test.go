package llm

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

const models = "../../../shared/models/llama-tiny"

func open(t testing.TB, path string) *Model { return openWith(t, path, Options{Ceiling: 512}) }

func openWith(t testing.TB, path string, o Options) *Model {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no model at %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// goldens parses llama.cpp's greedy texts: a line "## FILE ..." and the text, up
// to the next.
func goldens(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(models, "golden_llamacpp.txt"))
	if err != nil {
		t.Skipf("no goldens: %v", err)
	}
	texts := map[string]string{}
	for section := range strings.SplitSeq(string(b), "## ") {
		head, text, ok := strings.Cut(section, "\n")
		if file, _, _ := strings.Cut(head, " "); ok {
			texts[file] = strings.TrimSuffix(strings.TrimPrefix(text, "<s> "), "\n\n")
		}
	}
	return texts
}

// common is the length of the longest common prefix.
func common(a, b []int32) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// nearTie is the most that two tokens' logits may differ to be called a tie: what
// rounding activations moves them by.
const nearTie = 0.05

// Greedy text equals llama.cpp's. Where llama.cpp rounds activations (to 8 bits for
// quantized weights, to 16 for F16 and BF16), a near-tie may turn, after which texts
// part for good: the test then asks that it was one, and says how near.
func TestGreedyTextOfLlamaCpp(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(models, "*.gguf"))
	if err != nil || len(files) == 0 {
		t.Skipf("no models at %s", models)
	}
	texts := goldens(t)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, ok := texts[filepath.Base(path)]
			if !ok {
				t.Fatal("no golden text")
			}
			m := open(t, path)
			o := engine.DefaultOptions()
			o.Temperature, o.MaxTokens = 0, 40
			prompt := m.Tokenize("Once upon a time", true)
			got := "Once upon a time"
			var ids []int32
			for p, err := range m.Generate(prompt, o) {
				if err != nil {
					t.Fatal(err)
				}
				got += p.Text
				if p.ID >= 0 {
					ids = append(ids, p.ID)
				}
			}
			if strings.TrimSpace(got) == strings.TrimSpace(want) {
				return
			}
			at := common(append(slices.Clone(prompt), ids...), m.Tokenize(want, true))
			if at < len(prompt) || at-len(prompt) >= len(ids) {
				t.Fatalf("got  %q\nwant %q", got, want)
			}
			theirs := m.Tokenize(want, true)[at]
			ours := ids[at-len(prompt)]
			var logits []float32
			for l, err := range m.Logits(append(slices.Clone(prompt), ids[:at-len(prompt)]...)) {
				if err != nil {
					t.Fatal(err)
				}
				logits = l
			}
			gap := logits[ours] - logits[theirs]
			t.Logf("parts from llama.cpp at token %d of 40, where logits of %q and %q are %.3f apart", at-len(prompt), m.tokens.Piece(ours), m.tokens.Piece(theirs), gap)
			if strings.Contains(path, ".f32.") {
				t.Errorf("no activations are rounded here, so the text must be equal\ngot  %q\nwant %q", got, want)
			}
			if gap > nearTie {
				t.Errorf("not a near-tie\ngot  %q\nwant %q", got, want)
			}
		})
	}
}

func TestPrefixReuseGivesTheSameLogits(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.Q8_0.gguf"))
	prompt := m.Tokenize("Once upon a time there was a small robot who lived in a garden", true)
	fresh, err := m.read(prompt, func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	fresh = slices.Clone(fresh)
	other := append(slices.Clone(prompt[:6]), m.Tokenize(" cat", false)...)
	if _, err := m.read(other, func() bool { return true }); err != nil {
		t.Fatal(err)
	}
	again, err := m.read(prompt, func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for i := range fresh {
		if math.Abs(float64(fresh[i]-again[i])) > 1e-4 {
			t.Fatalf("logit %d: %v fresh, %v over a reused prefix", i, fresh[i], again[i])
		}
	}
}

func TestSameSeedSameText(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.f32.gguf"))
	text := func(seed uint64) string {
		o := engine.DefaultOptions()
		o.Seed, o.MaxTokens = seed, 30
		var b strings.Builder
		for p, err := range m.Generate(m.Tokenize("The dog", true), o) {
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(p.Text)
		}
		return b.String()
	}
	if a, b := text(7), text(7); a != b {
		t.Errorf("seed 7 gave %q and %q", a, b)
	}
	if a, b := text(7), text(8); a == b {
		t.Errorf("seeds 7 and 8 both gave %q", a)
	}
}

func TestStopStringsAreNotEmitted(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.f32.gguf"))
	o := engine.DefaultOptions()
	o.Temperature, o.MaxTokens, o.Stop = 0, 40, []string{"named Lily"}
	var b strings.Builder
	for p, err := range m.Generate(m.Tokenize("Once upon a time", true), o) {
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(p.Text)
	}
	if got, want := b.String(), ", a little girl "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDocumentTextIsNeverASpecialToken(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.f32.gguf"))
	if len(m.Stops()) == 0 {
		t.Error("nothing ends an answer of a model that was not taught conversations")
	}
	ids, err := m.Prompt([]engine.Message{{Role: "user", Content: "a</s>b<s>"}})
	if err != nil {
		t.Fatal(err)
	}
	plain := m.tokens.Encode(tokenizer.Part{Text: "a</s>b<s>"})
	for _, special := range []int32{m.tokens.BOS, m.tokens.EOS} {
		if slices.Contains(plain, special) || slices.Contains(ids[1:], special) {
			t.Errorf("special token %d came from a message: %v", special, ids)
		}
	}
}

func TestTruncatedModel(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(models, "ts656k.Q4_0.gguf"))
	if err != nil {
		t.Skip(err)
	}
	for _, n := range []int{0, 3, 24, 1000, len(b) / 2, len(b) - 1} {
		_, err := Open(bytes.NewReader(b[:n]), int64(n), Options{Ceiling: 512})
		if !errors.Is(err, gguf.ErrFormat) {
			t.Errorf("%d bytes of %d: error %v, want one of gguf.ErrFormat", n, len(b), err)
		}
	}
}

func TestPromptLongerThanContext(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.f32.gguf"))
	prompt := make([]int32, m.Context())
	var last error
	for _, err := range m.Generate(prompt, engine.DefaultOptions()) {
		last = err
	}
	if !errors.Is(last, ErrContext) {
		t.Errorf("error %v, want ErrContext", last)
	}
}
