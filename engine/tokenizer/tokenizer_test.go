package tokenizer

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

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

// inputs are llama.cpp's test inputs and the ids that it expects.
func inputs(t *testing.T, vocab string) (texts, ids []string) {
	t.Helper()
	path := filepath.Join(vocabularies, "ggml-vocab-"+vocab+".gguf")
	in, err := os.ReadFile(path + ".inp")
	if err != nil {
		t.Skip(err)
	}
	out, err := os.ReadFile(path + ".out")
	if err != nil {
		t.Skip(err)
	}
	const separator = "\n__ggml_vocab_test__\n"
	texts = strings.Split(strings.TrimSuffix(string(in), separator), separator)
	for line := range strings.Lines(string(out)) {
		ids = append(ids, strings.TrimSpace(line))
	}
	if len(ids) < len(texts) {
		t.Fatalf("%s: %d texts, %d lines of ids", vocab, len(texts), len(ids))
	}
	return texts, ids
}

func TestVocabularies(t *testing.T) {
	loadAll(t, func(name string, k *Tokenizer) {
		texts, want := inputs(t, name)
		for i, text := range texts {
			ids := k.EncodeText(text)
			if got := list(ids); got != want[i] {
				t.Errorf("%s, %q\ngot  %s\nwant %s", name, text, got, want[i])
			}
			if back := k.Decode(ids); k.Model != "bert" && back != text {
				t.Errorf("%s: %q came back as %q", name, text, back)
			}
		}
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

// exercise does all that a tokenizer can, for what must not panic.
func exercise(t *testing.T, k *Tokenizer, text string) {
	ids := append(k.EncodeText(text), k.Encode(Part{text, true}, Part{Text: text})...)
	decoder := k.NewDecoder()
	var streamed strings.Builder
	for _, id := range ids {
		if id < 0 || int(id) >= k.Size() {
			t.Fatalf("%q has the token %d of %d", text, id, k.Size())
		}
		streamed.WriteString(decoder.Next(id))
	}
	streamed.WriteString(decoder.Flush())
	want := streamed.String()
	if k.AddSpacePrefix {
		want = strings.TrimPrefix(want, " ")
	}
	if got := k.Decode(ids); k.Model != "bert" && got != want {
		t.Errorf("%q decoded is %q, streamed %q", text, got, want)
	}
	k.Piece(-1)
	k.Piece(int32(k.Size()))
}
