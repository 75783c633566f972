package tokenizer

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

// modules is where Go keeps downloaded modules.
func modules() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	if dir := os.Getenv("GOPATH"); dir != "" {
		return filepath.Join(filepath.SplitList(dir)[0], "pkg/mod")
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, "go/pkg/mod")
}

// jsonFiles yields what there is of real tokenizer.json files.
func jsonFiles(t testing.TB, each func(name string, data []byte)) {
	daulet := filepath.Join(modules(), "github.com/daulet/tokenizers@v1.25.0/test/data")
	n := 0
	for name, path := range map[string]string{
		"bert-base-uncased": filepath.Join(daulet, "bert-base-uncased.json"),
		"all-minilm-l6-v2":  filepath.Join(daulet, "all-minilm-l6-v2.json"),
		"llama-3-8b":        filepath.Join(daulet, "Meta-Llama-3-8B-Instruct.json"),
		"cohere":            filepath.Join(daulet, "cohere-tokenizer.json"),
		"smollm":            "../../../shared/models/tokenizer-json/tokenizer.json.gz",
	} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Logf("%s is not checked: %v; for daulet's files, go mod download github.com/daulet/tokenizers@v1.25.0", name, err)
			continue
		}
		if strings.HasSuffix(path, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if b, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		n++
		each(name, b)
	}
	if n == 0 {
		t.Skip("no tokenizer.json at all")
	}
}

// Two thousand lines give the ids of Hugging Face's tokenizers, which reads
// special tokens in any text.
func TestJSONOracle(t *testing.T) {
	lines := oracleLines(2000)
	g := readGolden(t, "testdata/tokenizers.json", "npm tokenizers 0.23.2, testdata/tokenizers.mjs over oracleLines(2000); SHA-256, 6 bytes, per 50 lines of ids")
	jsonFiles(t, func(name string, data []byte) {
		k, err := FromJSON(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		ids := make([][]int32, len(lines))
		for i, line := range lines {
			ids[i] = k.Encode(Part{line, true})
		}
		g.check(t, name, lines, ids, func() [][]int32 {
			file := filepath.Join(t.TempDir(), "tokenizer.json")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return askOracle(t, "tokenizers", file, lines)
		})
	})
	g.write(t)
}

// The tokenizer.json of a model and its GGUF agree on llama.cpp's inputs.
func TestJSONAgreesWithGGUF(t *testing.T) {
	jsonFiles(t, func(name string, data []byte) {
		vocab := map[string]string{"llama-3-8b": "llama-bpe", "bert-base-uncased": "bert-bge"}[name]
		if vocab == "" {
			return
		}
		k, err := FromJSON(data)
		if err != nil {
			t.Fatal(err)
		}
		texts, want := inputs(t, vocab)
		for i, text := range texts {
			if got := list(k.EncodeText(text)); got != want[i] {
				t.Errorf("%s, %q\ngot  %s\nwant %s", name, text, got, want[i])
			}
		}
	})
}

func TestBadJSON(t *testing.T) {
	for text, want := range map[string]error{
		"":   ErrVocab,
		"[]": ErrVocab,
		"{}": ErrVocab,
		`{"model": {"type": "WordPiece", "vocab": {"a": -1}}}`:                                                                                         ErrVocab,
		`{"model": {"type": "WordPiece", "vocab": {"a": 4000000000}}}`:                                                                                 ErrVocab,
		`{"model": {"type": "WordPiece", "vocab": {}}}`:                                                                                                ErrVocab,
		`{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}`:                                                                                  quant.ErrUnsupported,
		`{"model": {"type": "BPE", "vocab": {"a": 0}}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "x"}}}`:                                 quant.ErrUnsupported,
		`{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}, "pre_tokenizer": {"type": "ByteLevel"}}`:                                       ErrVocab,
		`{"model": {"type": "WordLevel", "vocab": {"a": 0}}}`:                                                                                          quant.ErrUnsupported,
		`{"model": {"type": "Unigram", "vocab": [["a"]]}}`:                                                                                             ErrVocab,
		`{"model": {"type": "Unigram", "vocab": [["a", -1]], "unk_id": 9}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}}`: ErrVocab,
		`{"model": {"type": "WordPiece", "vocab": {"a": 0}}, "normalizer": {"type": "Nonsense"}}`:                                                      quant.ErrUnsupported,
	} {
		if _, err := FromJSON([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%s\nerror %v, want %v", text, err, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}, "pre_tokenizer": {"type": "ByteLevel"}}`), "abab")
	f.Add([]byte(`{"model": {"vocab": {"[UNK]": 0, "a": 1, "##b": 2}, "unk_token": "[UNK]"}, "normalizer": {"type": "BertNormalizer", "lowercase": true}}`), "abab c")
	f.Add([]byte(`{"model": {"type": "Unigram", "vocab": [["<unk>", 0], ["\u2581a", -1], ["b", -2.5]], "unk_id": 0}, "pre_tokenizer": {"type": "Metaspace", "prepend_scheme": "always"}}`), "a b")
	f.Add([]byte(`{"model": {"type": "BPE", "byte_fallback": true, "vocab": {"<0x61>": 0, "\u2581": 1}}, "added_tokens": [{"id": 5, "content": "<s>", "rstrip": true}]}`), "a <s> b")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		k, err := FromJSON(data)
		if err != nil {
			return
		}
		exercise(t, k, text)
	})
}
