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

// A library on a static host is searched by ranges, without loading the whole.
func TestSearchOnAStaticHost(t *testing.T) {
	dir := t.TempDir()
	library, site := filepath.Join(dir, "library"), filepath.Join(dir, "site")
	for i := range 40 {
		var b strings.Builder
		for k := range 3000 {
			fmt.Fprintf(&b, "word%d and word%d of document %d. ", (i*7+k)%2000, k, i)
		}
		write(t, dir, fmt.Sprintf("docs/%02d.txt", i), b.String())
	}
	write(t, dir, "docs/needle.txt", "The needle lies under the third haystack.")
	for _, args := range [][]string{
		{"index", "--engine", "native", "--store", library, filepath.Join(dir, "docs")},
		{"export", "--static", "--store", library, site},
	} {
		if r := ondol(t, args...); r.status != 0 {
			t.Fatalf("%v: %s", args, r.err)
		}
	}
	var sent atomic.Int64
	files := http.FileServer(http.Dir(site))
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		files.ServeHTTP(&counting{w, &sent}, r)
	}))
	defer host.Close()
	var whole int64
	entries, err := os.ReadDir(site)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		whole += info.Size()
	}
	for _, engine := range []string{"native", "wasm"} {
		sent.Store(0)
		hits := decode[[]index.Hit](t, ondol(t, "search", "--json", "--engine", engine, "--store", host.URL, "needle haystack"))
		if len(hits) == 0 || hits[0].Document != "needle.txt" {
			t.Errorf("%s: %+v", engine, hits)
		}
		if n := sent.Load(); n*10 > whole {
			t.Errorf("%s: one search fetched %d of %d bytes", engine, n, whole)
		}
		t.Logf("%s: one search fetched %d of %d bytes", engine, sent.Load(), whole)
	}
	r := ondol(t, "index", "--engine", "native", "--store", host.URL, filepath.Join(dir, "docs"))
	if r.status == 0 {
		t.Error("a library on a static host was changed")
	}
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
