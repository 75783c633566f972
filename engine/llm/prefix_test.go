package llm

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/model"
)

func TestPrefixesGoByTheName(t *testing.T) {
	for _, c := range []struct {
		key, name, asked string
		want             prefixes
	}{
		{"general.name", "Multilingual E5 Small", "", e5},
		{"general.basename", "multilingual-e5", "", e5},
		{"general.name", "e5_base_v2", "", e5},
		{"general.name", "Multilingual E5 Large Instruct", "", prefixes{}},
		{"general.name", "BGE-M3", "", prefixes{}},
		{"general.name", "Model of size 8e5", "", prefixes{}},
		{"general.name", "Multilingual E5 Small", "none", prefixes{}},
		{"general.name", "My own", "e5", e5},
	} {
		var b bytes.Buffer
		if err := gguf.Write(&b, []gguf.KeyValue{{Key: c.key, Value: c.name}}, nil); err != nil {
			t.Fatal(err)
		}
		f, err := gguf.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := prefixesOf(f, c.asked); err != nil || got != c.want {
			t.Errorf("%s %q, asked %q: %q, %v", c.key, c.name, c.asked, got, err)
		}
		if _, err := prefixesOf(f, "e6"); !errors.Is(err, model.ErrUnsupported) {
			t.Errorf("e6: %v", err)
		}
	}
}

func TestSearcherReadsWithPrefixes(t *testing.T) {
	plain := NewSearcher(own(t))
	prefixed := NewSearcher(ownWith(t, Options{Ceiling: 512, Prefixes: "e5"}))
	if plain.Encoder() == prefixed.Encoder() {
		t.Error("vectors made in two ways go by one name")
	}
	raw, err := prefixed.m.Embed([]string{"query: ondol", "passage: ondol", "ondol"})
	if err != nil {
		t.Fatal(err)
	}
	q, err := prefixed.EmbedQuery("ondol")
	if err != nil || !slices.Equal(q, raw[0]) {
		t.Errorf("question: %v", err)
	}
	p, err := prefixed.Embed([]string{"ondol"})
	if err != nil || !slices.Equal(p[0], raw[1]) {
		t.Errorf("passage: %v", err)
	}
	if q, err = plain.EmbedQuery("ondol"); err != nil || !slices.Equal(q, raw[2]) {
		t.Errorf("no prefix: %v", err)
	}
}
