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
	reactor := parts[0].file
	over := map[string]fstest.MapFS{}
	for _, p := range parts {
		over[p.name] = fstest.MapFS{reactor: noise(10)}
		over[p.name][p.file] = noise(int(p.budget) + 1)
	}
	over[page.name] = fstest.MapFS{reactor: noise(10), "a.js": noise(int(page.budget) / 2), "b/c.js": noise(int(page.budget)/2 + 1)}
	for name, folder := range over {
		if err := run(io.Discard, folder); err == nil || !strings.Contains(err.Error(), "the "+name+" is") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, folder := range map[string]fstest.MapFS{
		"small":       {reactor: noise(1000), "index.html": noise(1000)},
		"not counted": {reactor: noise(10), "samples/a.md": noise(int(page.budget)), "a.js.map": noise(int(page.budget))},
		"compressed":  {reactor: {Data: make([]byte, 5*parts[0].budget)}},
	} {
		if err := run(io.Discard, folder); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := run(io.Discard, fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a reactor: %v", err)
	}
}

func TestMeasureIsGzip(t *testing.T) {
	sizes, err := measure(fstest.MapFS{"ondol.wasm": noise(1), "a.css": {Data: []byte(strings.Repeat("ondol ", 10_000))}})
	if n := sizes[""]; err != nil || n < 50 || n > 500 {
		t.Errorf("60 kB of one word are %d bytes, %v", n, err)
	}
}
