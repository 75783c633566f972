// Command size prints what a visitor downloads, gzipped, and fails where the
// reactor or the page is over its budget.
package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Budgets in bytes, gzipped. The page is all that is needed to ask: every file
// but the samples, licences and source maps, without the reactor.
const (
	reactorBudget   = 1_600_000
	extractorBudget = 1_250_000 // fetched when a document needs it
	pageBudget      = 200_000
)

// The reactors' files in the page's folder.
const (
	reactorName   = "ondol.wasm"
	extractorName = "ondol-extract.wasm"
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

func run(w io.Writer, page fs.FS) error {
	reactor, extractor, files, err := measure(page)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "reactor  %9d bytes gzipped of %9d\n", reactor, reactorBudget)
	fmt.Fprintf(w, "extractor%9d bytes gzipped of %9d\n", extractor, extractorBudget)
	fmt.Fprintf(w, "page     %9d bytes gzipped of %9d\n", files, pageBudget)
	switch {
	case reactor > reactorBudget:
		return fmt.Errorf("the reactor is %d bytes over its budget: go tool nm -size -sort size shows what it links", reactor-reactorBudget)
	case extractor > extractorBudget:
		return fmt.Errorf("the extractor is %d bytes over its budget", extractor-extractorBudget)
	case files > pageBudget:
		return fmt.Errorf("the page is %d bytes over its budget", files-pageBudget)
	}
	return nil
}

// measure returns the gzipped sizes of the reactors and of the rest of a page.
func measure(page fs.FS) (reactor, extractor, files int64, err error) {
	err = fs.WalkDir(page, ".", func(name string, d fs.DirEntry, err error) error {
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
		n, err := gzipped(page, name)
		switch name {
		case reactorName:
			reactor = n
		case extractorName:
			extractor = n
		default:
			files += n
		}
		return err
	})
	if err == nil && reactor == 0 {
		err = fmt.Errorf("no %s: %w; run make build", reactorName, fs.ErrNotExist)
	}
	return reactor, extractor, files, err
}

// gzipped is the size of a file compressed as web servers do it.
func gzipped(page fs.FS, name string) (int64, error) {
	f, err := page.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	z, err := gzip.NewWriterLevel(&n, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(z, f); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return int64(n), nil
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
