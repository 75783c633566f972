package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestExportAndImport(t *testing.T) {
	dir := t.TempDir()
	from, to, file := filepath.Join(dir, "from"), filepath.Join(dir, "to"), filepath.Join(dir, "library.ondol")
	write(t, dir, "lease.md", lease)
	for _, args := range [][]string{
		{"index", "--store", from, "--tag", "집", filepath.Join(dir, "lease.md")},
		{"export", "--store", from, file},
		{"import", "--engine", "native", "--store", to, file},
	} {
		if r := ondol(t, args...); r.status != 0 {
			t.Fatalf("%v: %s", args, r.err)
		}
	}
	list := decode[[]index.Document](t, ondol(t, "index", "--store", to, "--list", "--json"))
	if len(list) != 1 || list[0].ID != "lease.md" || fmt.Sprint(list[0].Tags) != "[집]" {
		t.Errorf("%+v", list)
	}
	r := ondol(t, "import", "--engine", "native", "--store", to, filepath.Join(dir, "lease.md"))
	if r.status != 1 || !strings.Contains(r.err, "no exported library") {
		t.Errorf("importing a lease: %+v", r)
	}
}

// A library on a static host is searched by ranges, without loading the whole:
// by words with less than a tenth of it, by meaning with all vectors and less than
// a third of a rest that is small.
func TestSearchOnAStaticHost(t *testing.T) {
	for _, test := range []struct {
		name      string
		index     []string
		documents int
		part      int64 // of the bytes that are no vectors: at most one in so many
	}{
		{"words", []string{"--encoder", "none"}, 40, 10},
		{"vectors", nil, 5, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			library, site := filepath.Join(dir, "library"), filepath.Join(dir, "site")
			writeNeedle(t, dir, test.documents)
			for _, args := range [][]string{
				append(append([]string{"index", "--engine", "native", "--store", library}, test.index...), filepath.Join(dir, "docs")),
				append(append([]string{"marks", "--engine", "native", "--store", library, "--right"}, test.index...), "needle haystack"),
				{"export", "--static", "--store", library, site},
			} {
				if r := ondol(t, args...); r.status != 0 {
					t.Fatalf("%v: %s", args, r.err)
				}
			}
			if marks, _ := filepath.Glob(filepath.Join(site, "marks-*")); len(marks) > 0 {
				t.Errorf("what was asked is made public: %v", marks)
			}
			var sent atomic.Int64
			files := http.FileServer(http.Dir(site))
			host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				files.ServeHTTP(&counting{w, &sent}, r)
			}))
			defer host.Close()
			vectors, rest := sizes(t, site)
			if (vectors > 0) != (test.index == nil) {
				t.Fatalf("%d bytes of vectors", vectors)
			}
			for _, engine := range []string{"native", "wasm"} {
				sent.Store(0)
				hits := decode[[]index.Hit](t, ondol(t, "search", "--json", "--engine", engine, "--store", host.URL, "needle haystack"))
				if len(hits) == 0 || hits[0].Document != "needle.txt" {
					t.Errorf("%s: %+v", engine, hits)
					continue
				}
				if _, meaning := hits[0].Scores["vector"]; meaning != (vectors > 0) {
					t.Errorf("%s: scores %v", engine, hits[0].Scores)
				}
				n := sent.Load() - vectors
				if n*test.part > rest {
					t.Errorf("%s: beside %d bytes of vectors, one search fetched %d of %d", engine, vectors, n, rest)
				}
				t.Logf("%s: beside %d bytes of vectors, one search fetched %d of %d", engine, vectors, n, rest)
			}
			r := ondol(t, "index", "--engine", "native", "--store", host.URL, filepath.Join(dir, "docs"))
			if r.status == 0 {
				t.Error("a library on a static host was changed")
			}
		})
	}
}

// writeNeedle writes long documents, and a short one of which they share nothing.
func writeNeedle(t *testing.T, dir string, documents int) {
	t.Helper()
	for i := range documents {
		var b strings.Builder
		for k := range 3000 {
			fmt.Fprintf(&b, "word%d and word%d of document %d. ", (i*7+k)%2000, k, i)
		}
		write(t, dir, fmt.Sprintf("docs/%02d.txt", i), b.String())
	}
	write(t, dir, "docs/needle.txt", "The needle lies under the third haystack.")
}

// sizes are the bytes in a folder that are vectors, and those that are not.
func sizes(t *testing.T, dir string) (vectors, rest int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Name(), "vectors-") {
			vectors += info.Size()
		} else {
			rest += info.Size()
		}
	}
	return vectors, rest
}

// counting counts the bytes of responses.
type counting struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (c *counting) Write(p []byte) (int, error) {
	c.sent.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}
