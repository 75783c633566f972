package llm

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/kvcache"
)

type testShelf map[string][]byte

func (s testShelf) Names() ([]string, error)           { return slices.Collect(maps.Keys(s)), nil }
func (s testShelf) Get(name string) ([]byte, error)    { return s[name], nil }
func (s testShelf) Put(name string, data []byte) error { s[name] = data; return nil }
func (s testShelf) Delete(name string) error           { delete(s, name); return nil }

func TestWhatIsKeptIsNotReadAgain(t *testing.T) {
	for _, kv := range []kvcache.Type{kvcache.F32, kvcache.Int8} {
		t.Run(kv.String(), func(t *testing.T) { keeps(t, kv) })
	}
}

func keeps(t *testing.T, kv kvcache.Type) {
	file := filepath.Join(models, "ts656k.Q8_0.gguf")
	open := func(t testing.TB, file string) *Model { return openWith(t, file, Options{Ceiling: 512, KV: kv}) }
	m := open(t, file)
	shelf := testShelf{"another file": nil}
	m.SetShelf(shelf)
	steps := 0
	read := func(m *Model, prompt []int32) []float32 {
		t.Helper()
		steps = 0
		logits, err := m.read(prompt, func() bool { steps++; return true })
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(logits)
	}
	prompt := m.Tokenize(strings.Repeat("Once upon a time there was a small robot who lived in a garden. ", 9), true)
	prompt = prompt[:min(len(prompt), m.context-2)]
	want := read(m, prompt)
	whole := steps
	if err := m.Keep(); err != nil {
		t.Fatal(err)
	}
	pages := len(prompt) / 64
	if len(shelf) != pages+1 || pages < 1 {
		t.Fatalf("%d files kept, of %d pages", len(shelf), pages)
	}
	if err := m.Keep(); err != nil || len(shelf) != pages+1 {
		t.Errorf("kept again: %d files, error %v", len(shelf), err)
	}
	// After a reload.
	again := open(t, file)
	again.SetShelf(shelf)
	if got := read(again, prompt); !slices.Equal(got, want) {
		t.Error("logits differ after a reload")
	}
	if steps >= whole {
		t.Errorf("%d steps of reading, where a part of a page was left, and %d of all", steps, whole)
	}
	// By a cache of another type nothing is taken.
	another := openWith(t, file, Options{Ceiling: 512, KV: kvcache.Int8 - kv})
	another.SetShelf(shelf)
	if read(another, prompt); steps < whole {
		t.Error("pages of another type were used")
	}
	// Another prompt that begins alike.
	other := append(slices.Clone(prompt[:70]), 5, 6, 7)
	fresh := open(t, file)
	if !slices.Equal(read(again, other), read(fresh, other)) {
		t.Error("logits differ behind a shared beginning")
	}
	// What is damaged is read by the model.
	for name, b := range shelf {
		if len(b) > 0 {
			shelf[name] = append([]byte{b[0] ^ 1}, b[1:]...)
		}
	}
	if got := read(open(t, file), prompt); !slices.Equal(got, want) {
		t.Error("logits differ over damaged pages")
	}
	damaged := open(t, file)
	damaged.SetShelf(shelf)
	if got := read(damaged, prompt); !slices.Equal(got, want) {
		t.Error("damaged pages were used")
	}
	if err := Forget(shelf); err != nil || len(shelf) != 1 {
		t.Errorf("%d files after forgetting, error %v", len(shelf), err)
	}
}
