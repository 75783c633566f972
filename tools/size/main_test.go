package main

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
)

// noise is n bytes that do not compress.
func noise(n int) *fstest.MapFile {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return &fstest.MapFile{Data: b}
}

func TestBudgets(t *testing.T) {
	for _, c := range []struct {
		name string
		page fstest.MapFS
		says string // "" passes
	}{
		{"small", fstest.MapFS{"ondol.wasm": noise(1000), "index.html": noise(1000)}, ""},
		{"reactor", fstest.MapFS{"ondol.wasm": noise(reactorBudget + 1)}, "reactor is"},
		{"extractor", fstest.MapFS{"ondol.wasm": noise(10), "ondol-extract.wasm": noise(extractorBudget + 1)}, "extractor is"},
		{"page", fstest.MapFS{"ondol.wasm": noise(10), "a.js": noise(pageBudget / 2), "b/c.js": noise(pageBudget/2 + 1)}, "page is"},
		{"not counted", fstest.MapFS{"ondol.wasm": noise(10), "samples/a.md": noise(pageBudget), "a.js.map": noise(pageBudget)}, ""},
		{"compressed", fstest.MapFS{"ondol.wasm": {Data: make([]byte, 5*reactorBudget)}}, ""},
	} {
		err := run(io.Discard, c.page)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	if err := run(io.Discard, fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a reactor: %v", err)
	}
}

func TestMeasureIsGzip(t *testing.T) {
	_, _, files, err := measure(fstest.MapFS{"ondol.wasm": noise(1), "a.css": {Data: []byte(strings.Repeat("ondol ", 10_000))}})
	if err != nil || files < 50 || files > 500 {
		t.Errorf("60 kB of one word are %d bytes, %v", files, err)
	}
}
