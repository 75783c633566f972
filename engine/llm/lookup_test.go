package llm

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
)

// Looking ahead changes neither greedy nor sampled text, whatever the seed.
func TestLookingAheadChangesNothing(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.Q8_0.gguf"))
	story := "Lily had a red ball. She liked to play with the red ball. One day the red ball was gone. "
	options := map[string]func(*engine.Options){
		"greedy":   func(o *engine.Options) { o.Temperature = 0 },
		"sampled":  func(*engine.Options) {},
		"hot":      func(o *engine.Options) { o.Temperature = 2 },
		"penalty":  func(o *engine.Options) { o.RepeatPenalty = 1.3 },
		"stopping": func(o *engine.Options) { o.Temperature, o.Stop = 0, []string{"ball was"} },
		"all":      func(o *engine.Options) { o.Temperature, o.MaxTokens = 0, -1 },
	}
	write := func(prompt []int32, o engine.Options) (text string, ids []int32) {
		m.cache.Truncate(0)
		var b strings.Builder
		for p, err := range m.Generate(prompt, o) {
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(p.Text)
			if p.ID >= 0 {
				ids = append(ids, p.ID)
			}
		}
		return b.String(), ids
	}
	for name, set := range options {
		for seed := range uint64(4) {
			o := engine.DefaultOptions()
			o.MaxTokens, o.Seed = 60, seed
			set(&o)
			prompt := m.Tokenize(strings.Repeat(story, 1+int(seed)%3)+"Once", true)
			m.drafting = false
			text, ids := write(prompt, o)
			m.drafting = true
			again, same := write(prompt, o)
			if text != again || !slices.Equal(ids, same) {
				t.Errorf("%s, seed %d: %q ahead, %q step by step", name, seed, again, text)
			}
		}
	}
}

func TestDraft(t *testing.T) {
	m := open(t, filepath.Join(models, "ts656k.Q8_0.gguf"))
	prompt := []int32{1, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30}
	if _, err := m.read(prompt, func() bool { return true }); err != nil {
		t.Fatal(err)
	}
	a := m.ahead(prompt)
	var drafts [][]int32
	for i, id := range []int32{20, 21, 22, 23, 24, 99, 25, 26, 27, 28} {
		logits, err := a.after(id, 10-i)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Clone(logits)
		if m.cache.Len() != len(a.text)+len(a.drafted) {
			t.Errorf("%d tokens in the cache, of %d and %d drafted", m.cache.Len(), len(a.text), len(a.drafted))
		}
		if drafts = append(drafts, a.drafted); i == 3 {
			want, err := m.read(a.text, func() bool { return true })
			if err != nil || !slices.Equal(got, want[:m.Vocabulary]) {
				t.Errorf("logits after a foreseen token differ; error %v", err)
			}
			a.drafted = nil
		}
	}
	if !slices.Equal(drafts[2], []int32{23, 24, 25}) || !slices.Equal(drafts[3], []int32{24, 25}) {
		t.Errorf("drafts %v", drafts)
	}
	if a.length > furthest || len(drafts[9]) > 0 {
		t.Errorf("drafts up to %d, %v at the end", a.length, drafts[9])
	}
}
