// Command samples lists the page's sample documents in their manifest. The
// suggested questions of the manifest are written by hand and stay as they are.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const folder = "web/app/samples"

func main() {
	if err := run(folder); err != nil {
		fmt.Fprintln(os.Stderr, "samples:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	name := filepath.Join(folder, "manifest.json")
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	made, err := update(old, os.DirFS(folder))
	if err != nil || bytes.Equal(old, made) {
		return err
	}
	return os.WriteFile(name, made, 0o644)
}

// manifest tells the page which samples there are and what to ask of them.
type manifest struct {
	Files     []sample            `json:"files"`
	Questions map[string][]string `json:"questions"` // by language; the documents do not answer the last of each
}

// sample is one document. The folder that it lies in is its language.
type sample struct {
	File  string `json:"file"` // path below the samples' folder
	Title string `json:"title"`
	Lang  string `json:"lang"`
	Bytes int64  `json:"bytes"`
}

// update lists the documents of a folder in a manifest.
func update(raw []byte, documents fs.FS) ([]byte, error) {
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	m.Files = []sample{}
	err := fs.WalkDir(documents, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Dir(name) == "." {
			return err
		}
		data, err := fs.ReadFile(documents, name)
		if err != nil {
			return err
		}
		title, err := title(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		m.Files = append(m.Files, sample{name, title, path.Dir(name), int64(len(data))})
		return nil
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err = e.Encode(m)
	return b.Bytes(), err
}

// title is a document's first line, less the mark of a Markdown heading.
func title(data []byte) (string, error) {
	if !utf8.Valid(data) {
		return "", errors.New("not UTF-8")
	}
	line, _, _ := strings.Cut(string(data), "\n")
	line = strings.TrimSpace(strings.TrimPrefix(line, "# "))
	if line == "" {
		return "", errors.New("begins without a title")
	}
	return line, nil
}
