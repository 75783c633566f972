package main

import (
	"testing"
	"testing/fstest"
)

func TestForeign(t *testing.T) {
	for _, c := range []struct {
		file, text string
		found      int
	}{
		{"a.js", `fetch("https://cdn.example.com/x")`, 1},
		{"a.js", "new WebSocket('wss://example.com'); import('http://example.org')", 2},
		{"a.js", `fetch("./ondol.wasm") // a comment`, 0},
		{"a.css", "@font-face { src: url(//fonts.example.com/a.woff2) }", 1},
		{"a.css", "a { background: url('data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>') }", 0},
		{"index.html", `<script src="//cdn.example.com/a.js"></script><img src=https://x.example/p.png>`, 2},
		{"index.html", `<a href="/about">`, 0},
		{"samples/a.md", "see https://example.com", 0},
	} {
		found, err := foreign(fstest.MapFS{c.file: {Data: []byte(c.text)}})
		if err != nil || len(found) != c.found {
			t.Errorf("%s %s: %q, %v; want %d", c.file, c.text, found, err, c.found)
		}
	}
}
