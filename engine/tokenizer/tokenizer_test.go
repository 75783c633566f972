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

// llama.cpp's test inputs give its ids.
func TestVocabularies(t *testing.T) {
	for _, name := range []string{"llama-spm", "phi-3", "gpt-2", "starcoder"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(vocabularies, "ggml-vocab-"+name+".gguf")
			k := load(t, path)
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
				var got strings.Builder
				for _, id := range k.EncodeText(text) {
					got.WriteString(" " + strconv.Itoa(int(id)))
				}
				if strings.TrimSpace(got.String()) != strings.TrimSpace(want[i]) {
					t.Errorf("%q\ngot  %s\nwant %s", text, got.String(), want[i])
				}
				if back := k.Decode(k.EncodeText(text)); utf8.ValidString(text) && back != text {
					t.Errorf("%q came back as %q", text, back)
				}
			}
		})
	}
}
