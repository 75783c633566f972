package main

import (
	"slices"
	"strings"
	"testing"
)

const module = "example.org/m"

func TestViolations(t *testing.T) {
	for _, c := range []struct {
		path           string
		imports, tests []string
		want           []string
	}{
		{"engine/gguf", []string{"io", "m:engine/quant"}, []string{"os", "m:engine/quant"}, nil},
		{"engine/gguf", []string{"m:engine/kernel"}, nil, []string{"engine/gguf must not import engine/kernel"}},
		{"engine/quant", []string{"os"}, nil, []string{"engine/quant must not import os"}},
		{"engine/model", []string{"net/http"}, nil, []string{"engine/model must not import net/http"}},
		{"engine/quant", []string{"github.com/chewxy/math32", "golang.org/x/sys/cpu"}, nil, nil},
		{"index/analysis", []string{"m:engine"}, nil, []string{"index/analysis must not import engine"}},
		{"index/collection", []string{"m:index/keyword", "m:index"}, []string{"m:index/store"}, nil},
		{"index/collection", nil, []string{"m:engine/rag"}, []string{"the tests of index/collection must not import engine/rag"}},
		{"index/store", []string{"os"}, nil, nil},
		{"engine/rag", []string{"m:index", "m:engine"}, []string{"m:engine/rag"}, nil},
		{"engine/rag", []string{"m:index/collection"}, nil, []string{"engine/rag must not import index/collection"}},
		{"engine/llm", []string{"github.com/tetratelabs/wazero"}, nil, []string{"engine/llm must not import github.com/tetratelabs/wazero"}},
		{"wasm/host", []string{"github.com/tetratelabs/wazero/api"}, nil, nil},
		{"cmd/ondol", []string{"net/http", "m:wasm/host", "m:cmd/ondol/assets"}, nil, nil},
		{"magic/wand", nil, nil, []string{"magic/wand has no rule"}},
	} {
		inModule := func(paths []string) (full []string) {
			for _, p := range paths {
				if rest, ok := strings.CutPrefix(p, "m:"); ok {
					p = module + "/" + rest
				}
				full = append(full, p)
			}
			return full
		}
		p := listed{ImportPath: module + "/" + c.path, Imports: inModule(c.imports), TestImports: inModule(c.tests)}
		if got := violations(module, p); !slices.Equal(got, c.want) {
			t.Errorf("%s importing %v, in tests %v: %q, want %q", c.path, c.imports, c.tests, got, c.want)
		}
	}
}

func TestListSeesThisPackage(t *testing.T) {
	packages, err := list(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) != 1 || !slices.Contains(packages[0].Imports, "os/exec") || packages[0].Module.Path == "" {
		t.Errorf("go list here gave %+v", packages)
	}
}
