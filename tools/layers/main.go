// Command layers fails where a package imports what its layer must not see. It
// checks the module as each of its targets builds it. Tests keep to the module's
// layers too, but may use the whole standard library and a collection in a store.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// targets are the build contexts that select different files.
var targets = [][]string{
	{"GOEXPERIMENT=simd"},
	{"GOEXPERIMENT="},
	{"GOOS=wasip1", "GOARCH=wasm", "GOEXPERIMENT=simd"},
	{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT="},
	{"GOOS=windows"},
	{"GOOS=darwin"},
}

func main() {
	packages, err := check()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("layers: %d packages keep to their layers in %d builds\n", packages, len(targets))
}

func check() (int, error) {
	var module string
	seen := map[string]bool{}
	wrong := map[string]bool{}
	for _, env := range targets {
		packages, err := list(env)
		if err != nil {
			return 0, err
		}
		for _, p := range packages {
			module = p.Module.Path
			seen[p.ImportPath] = true
			for _, w := range violations(module, p) {
				wrong[w] = true
			}
		}
	}
	if len(wrong) > 0 {
		lines := slices.Sorted(maps.Keys(wrong))
		return 0, errors.New(strings.Join(lines, "\n") + "\nThe rules are in tools/layers/rules.go.")
	}
	return len(seen), nil
}

// listed is what go list tells of a package.
type listed struct {
	ImportPath                         string
	Module                             struct{ Path string }
	Imports, TestImports, XTestImports []string
}

// list returns the packages of the module in one build context.
func list(env []string) ([]listed, error) {
	// -e: a package without files for a target is still listed.
	c := exec.Command("go", "list", "-e", "-json=ImportPath,Module,Imports,TestImports,XTestImports", "./...")
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", strings.Join(env, " "), err)
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// violations lists what a package imports against the rules.
func violations(module string, p listed) []string {
	path := local(module, p.ImportPath)
	at := slices.IndexFunc(rules, func(r rule) bool { return match(r.packages, path) })
	if at < 0 {
		return []string{path + " has no rule"}
	}
	allowed := rules[at].imports
	if strings.HasPrefix(path, "engine/") || strings.HasPrefix(path, "index/") {
		allowed = slices.Concat(allowed, leaves)
	}
	var wrong []string
	for _, i := range p.Imports {
		i = local(module, i)
		if (!standard(i) || anyMatch(hostBound, i)) && !anyMatch(allowed, i) {
			wrong = append(wrong, path+" must not import "+i)
		}
	}
	inTests := slices.Concat(allowed, []string{path, "index/store", "index/collection"})
	for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
		i = local(module, i)
		if !standard(i) && !anyMatch(inTests, i) {
			wrong = append(wrong, "the tests of "+path+" must not import "+i)
		}
	}
	return wrong
}

// local is an import path relative to the module, if it lies inside.
func local(module, path string) string { return strings.TrimPrefix(path, module+"/") }

// standard reports whether a local path names a package of the standard library:
// neither a host name in front, nor one of the module's own folders.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !slices.Contains([]string{"cmd", "engine", "index", "tools", "wasm", "web"}, first)
}

func anyMatch(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, path) })
}

func match(pattern, path string) bool {
	if folder, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == folder || strings.HasPrefix(path, folder+"/")
	}
	return path == pattern
}
