package tokenizer

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/gguf"
)

const vocabularies = "../../../shared/models/vocab"

func load(t testing.TB, path string) *Tokenizer {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	k, err := FromGGUF(f)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func loadAll(t testing.TB, each func(name string, k *Tokenizer)) {
	paths, _ := filepath.Glob(filepath.Join(vocabularies, "*.gguf"))
	if len(paths) == 0 {
		t.Skip("no vocabularies in " + vocabularies)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "ggml-vocab-"), ".gguf")
		each(name, load(t, path))
	}
}

// llama.cpp's own test inputs give its ids.
func TestVocabularies(t *testing.T) {
	loadAll(t, func(name string, k *Tokenizer) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(vocabularies, "ggml-vocab-"+name+".gguf")
			in, err := os.ReadFile(path + ".inp")
			if err != nil {
				t.Fatal(err)
			}
			out, err := os.ReadFile(path + ".out")
			if err != nil {
				t.Fatal(err)
			}
			texts := strings.Split(strings.TrimSuffix(string(in), "\n__ggml_vocab_test__\n"), "\n__ggml_vocab_test__\n")
			want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if len(want) < len(texts) {
				t.Fatalf("%d texts, %d lines of ids", len(texts), len(want))
			}
			for i, text := range texts {
				ids := k.EncodeText(text)
				if got, want := list(ids), strings.TrimSpace(want[i]); got != want {
					t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
				}
				if back := k.Decode(ids); k.Model != "bert" && utf8.ValidString(text) && back != text {
					t.Errorf("%q came back as %q", text, back)
				}
			}
		})
	})
}

func list(ids []int32) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(int(id)))
	}
	return b.String()
}
