// Command notices collects the licences of all that is linked into the binary,
// the reactor and the page, as those licences ask, and fails at one that it
// does not know.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// part is a third-party work and the folder of its source.
type part struct{ name, dir string }

func main() {
	out := flag.String("o", "", "write to this `file` instead of standard output")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	parts, err := modules("./cmd/ondol", "./wasm/guest")
	if err != nil {
		return err
	}
	bundled, err := bundled("web")
	if err != nil {
		return err
	}
	text, err := collect(append(parts, bundled...))
	if err != nil {
		return err
	}
	if out == "" {
		_, err := fmt.Print(text)
		return err
	}
	return os.WriteFile(out, []byte(text), 0o644)
}

// modules are Go itself and the modules that packages are linked with.
func modules(packages ...string) ([]part, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	parts := []part{{"Go " + strings.TrimPrefix(runtime.Version(), "go"), strings.TrimSpace(string(root))}}
	args := []string{"list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{"\t"}}{{.Dir}}{{end}}{{end}}`}
	c := exec.Command("go", append(args, packages...)...)
	c.Stderr = os.Stderr
	list, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for line := range strings.Lines(string(list)) {
		name, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if p := (part{name, dir}); ok && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// bundled are the npm packages of a lock file that are not for development
// alone.
func bundled(folder string) ([]part, error) {
	raw, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version string
			Dev     bool
		}
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		return nil, fmt.Errorf("%s/package-lock.json: %w", folder, err)
	}
	var parts []part
	for path, p := range lock.Packages {
		if name, ok := strings.CutPrefix(path, "node_modules/"); ok && !p.Dev {
			parts = append(parts, part{name + " " + p.Version, filepath.Join(folder, path)})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return parts, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)(\.(md|txt))?$`)

// known are licences that let the work be linked and passed on, by words that
// only they hold.
var known = []string{
	"Redistribution and use in source and binary forms", // BSD
	"Permission is hereby granted, free of charge",      // MIT
	"Permission to use, copy, modify, and",              // ISC, 0BSD
	"Apache License",
}

// collect returns the licence texts of all parts.
func collect(parts []part) (string, error) {
	var b strings.Builder
	b.WriteString("Ondol is under the Apache License 2.0. It is linked with these works:\n")
	for _, p := range parts {
		text, err := licence(p.dir)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s", p.name, strings.Repeat("=", len(p.name)), text)
	}
	return b.String(), nil
}

// licence is the text of the licence files in a folder.
func licence(dir string) (string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, f := range files {
		if !f.Type().IsRegular() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return "", err
		}
		texts = append(texts, strings.TrimSpace(string(raw))+"\n")
	}
	text := strings.Join(texts, "\n")
	switch {
	case text == "":
		return "", fmt.Errorf("no licence in %s: %w", dir, fs.ErrNotExist)
	case !slices.ContainsFunc(known, func(words string) bool { return strings.Contains(text, words) }):
		return "", errUnknown
	}
	return text, nil
}

var errUnknown = errors.New("a licence that is not known to allow linking: read it, and add it to known or drop the dependency")
