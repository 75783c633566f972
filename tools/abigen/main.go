// Command abigen makes the TypeScript types of the boundary from the Go types of
// wasm/abi/messages.go, those that operations name, and all that they reach.
//
// It reads source text alone, so it runs on a tree that does not compile. Names
// stay as they are in Go; where two packages share one, a type from outside
// wasm/abi takes its package's name in front (rag.Trace becomes RagTrace), and an
// alias in wasm/abi renames its target (rag.Request becomes AskRequest).
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("o", "", "write to this `file` instead of standard output")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "abigen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	ts, err := generate(root, "wasm/abi")
	if err != nil {
		return err
	}
	if out == "" {
		_, err := os.Stdout.Write(ts)
		return err
	}
	// An unchanged file keeps its time, so that nothing is built anew.
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, ts) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, ts, 0o644)
}

// moduleRoot is the nearest folder above the working folder with a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod in this folder or above it")
		}
		dir = parent
	}
}
