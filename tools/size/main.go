// Command size prints what a visitor downloads, gzipped, and fails where the
// reactor or the page is over its budget.
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
)

// part is what a visitor downloads apart from the rest.
type part struct {
	name, file string
	budget     int64 // bytes, gzipped
}

// parts with a budget of their own. The page is all that is needed to ask: every
// file but these, samples, licences and source maps.
var (
	parts = []part{
		{"reactor", "ondol.wasm", 1_600_000},
		{"relaxed", "ondol-relaxed.wasm", 1_600_000},   // in place of the first where there is relaxed SIMD
		{"extractor", "ondol-extract.wasm", 1_250_000}, // fetched when a document needs it
		{"encoder", "encoder.gguf", 12_000_000},        // fetched once the page is ready
	}
	page = part{"page", "", 200_000}
)

func main() {
	folder := "build/web"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(os.Stdout, os.DirFS(folder)); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, folder fs.FS) error {
	sizes, err := measure(folder)
	if err != nil {
		return err
	}
	for _, p := range append(parts, page) {
		fmt.Fprintf(w, "%-10s%9d bytes gzipped of %9d\n", p.name, sizes[p.file], p.budget)
		if over := sizes[p.file] - p.budget; over > 0 && err == nil {
			err = fmt.Errorf("the %s is %d bytes over its budget", p.name, over)
		}
	}
	return err
}

// measure returns the gzipped sizes of the parts by file, and of the rest under "".
func measure(folder fs.FS) (map[string]int64, error) {
	sizes := map[string]int64{}
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "samples" {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(name) {
		case ".map", ".txt":
			return nil
		}
		n, err := gzipped(folder, name)
		if !slices.ContainsFunc(parts, func(p part) bool { return p.file == name }) {
			name = ""
		}
		sizes[name] += n
		return err
	})
	if reactor := parts[0].file; err == nil && sizes[reactor] == 0 {
		err = fmt.Errorf("no %s: %w; run make build", reactor, fs.ErrNotExist)
	}
	return sizes, err
}

// gzipped is the size of a file compressed as web servers do it, by zlib: Go's own
// gzip leaves a percent more.
func gzipped(page fs.FS, name string) (int64, error) {
	f, err := page.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	z := exec.Command("gzip", "-9", "-c")
	z.Stdin, z.Stdout = f, &n
	if err := z.Run(); err != nil {
		return 0, fmt.Errorf("%s: gzip: %w", name, err)
	}
	return int64(n), nil
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
