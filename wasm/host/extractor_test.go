package host

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// What the first reactor leaves to the second comes out as it does natively,
// where one engine reads all.
func TestSecondReactorReadsWhatTheFirstLeaves(t *testing.T) {
	page := `<!DOCTYPE html><title>온돌</title><main><h1>온돌 &amp; 구들</h1><p>방바닥이 "따뜻"하다.</p></main>`
	h := memory{store.NewMemory(), map[string][]byte{"page": []byte(page), "bad": []byte("%PDF-1.7 nothing")}}
	request := func(source, id string) abi.AddDocument {
		return abi.AddDocument{ID: id, Source: source, Size: int64(len(h.sources[source]))}
	}
	for name, r := range map[string]abi.Runner{"native": abi.Native(h), "wasm": instance(t, h)} {
		got, err := abi.Call[abi.ExtractResult, struct{}](r, "extract", request("page", "ondol.html"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Format != "html" || len(got.Headings) != 1 || got.Headings[0].Title != "온돌 & 구들" || !strings.Contains(got.Body, `방바닥이 "따뜻"하다.`) {
			t.Errorf("%s read %+v", name, got)
		}
		if _, err := r.Do("extract", request("bad", "bad.pdf"), nil); !errors.Is(err, index.ErrInput) || !strings.Contains(err.Error(), "bad.pdf") {
			t.Errorf("%s: a broken PDF gave %v", name, err)
		}
	}
}

func TestHostWithoutSecondReactor(t *testing.T) {
	wasm, err := os.ReadFile("../../build/ondol.wasm")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compile(context.Background(), wasm, Options{CacheDir: os.TempDir() + "/ondol-test-cache"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(context.Background())
	h := memory{store.NewMemory(), map[string][]byte{"page": []byte("<!doctype html><p>a")}}
	i, err := r.Instantiate(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	_, err = i.Do("extract", abi.AddDocument{ID: "a.html", Source: "page", Size: 19}, nil)
	if abi.AsError(err).Code != abi.Unsupported {
		t.Errorf("%v", err)
	}
}
