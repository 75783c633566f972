package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var extractCommand = command{
	name: "extract", args: "[--json] FILE",
	about: "Print the text of a document as Ondol reads it, page by page; as JSON with its headings.",
	setup: func(f *flag.FlagSet) func([]string) error {
		engine := engineFlag(f)
		asJSON := f.Bool("json", false, "print JSON: format, title, text, headings and pages as byte ranges of the text")
		return func(paths []string) error {
			if len(paths) != 1 {
				return usagef("name one file")
			}
			t, err := extractFile(*engine, paths[0])
			if err != nil {
				return err
			}
			if *asJSON {
				return printJSON(t)
			}
			printPages(t)
			return nil
		}
	},
}

func extractFile(engine, path string) (t abi.ExtractResult, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return t, err
	}
	if info.IsDir() {
		return t, usagef("%s is a folder: name one file", path)
	}
	s, err := start(engine, store.NewMemory())
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	document := abi.AddDocument{ID: filepath.Base(path), Source: path, Size: info.Size()}
	return abi.Call[abi.ExtractResult, struct{}](s, "extract", document, nil)
}

// printPages prints a text with a line before each page.
func printPages(t abi.ExtractResult) {
	at := 0
	for _, p := range t.Pages {
		fmt.Print(t.Body[at:p.Start])
		fmt.Printf("[%s]\n", p.Label)
		at = p.Start
	}
	fmt.Println(t.Body[at:])
}
