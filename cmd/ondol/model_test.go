package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// needTiny skips where the small trained model is not beside the repository.
func needTiny(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(tiny); err != nil {
		t.Skip(err)
	}
}

func TestEmbed(t *testing.T) {
	needTiny(t)
	for _, engine := range engines {
		vectors := decode[[][]float64](t, ondol(t, "embed", "--model", tiny, "--engine", engine, "--json", "A cat sat.", "A cat sat.", "보증금"))
		if len(vectors) != 3 {
			t.Fatalf("%s: %d vectors", engine, len(vectors))
		}
		var length, same, other float64
		for i, x := range vectors[0] {
			length, same, other = length+x*x, same+x*vectors[1][i], other+x*vectors[2][i]
		}
		if math.Abs(length-1) > 1e-5 || math.Abs(same-1) > 1e-5 || other > 0.999 {
			t.Errorf("%s: length %v, product with its twin %v, with another %v", engine, length, same, other)
		}
		if r := ondol(t, "rerank", "--model", tiny, "--engine", engine, "--json", "who?", "A cat."); r.status != 1 || !strings.Contains(r.err, "no reranker") || r.out != "" {
			t.Errorf("%s: %+v", engine, r)
		}
	}
}

func TestDecode(t *testing.T) {
	needTiny(t)
	const text = "Once upon a time"
	ids := strings.Trim(ondol(t, "tokenize", "--model", tiny, "--json", text).out, "[]\n")
	for _, engine := range engines {
		if got := decode[string](t, ondol(t, "tokenize", "--model", tiny, "--engine", engine, "--decode", ids, "--json")); got != text {
			t.Errorf("%s: %q", engine, got)
		}
	}
	if r := ondol(t, "tokenize", "--model", tiny, "--decode", "1,99999999"); r.status != 1 || !strings.Contains(r.err, "99999999") {
		t.Errorf("%+v", r)
	}
}

func TestChat(t *testing.T) {
	needTiny(t)
	file := filepath.Join(t.TempDir(), "messages.json")
	b, err := json.Marshal([]engine.Message{{Role: "user", Content: "Tell me of a cat."}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	var answers []string
	for _, engine := range engines {
		a := decode[reply](t, ondol(t, "chat", "--model", tiny, "--engine", engine, "--messages", file, "-n", "12", "--json"))
		if a.Role != "assistant" || a.Content == "" || a.Content != a.Text || len(a.Tokens) > 12 || a.Prompt == 0 {
			t.Errorf("%s: %+v", engine, a)
		}
		answers = append(answers, a.Content)
	}
	if answers[0] != answers[1] {
		t.Errorf("the engines answer %q", answers)
	}
	c := process(t, "chat", "--model", tiny, "--engine", "native", "-n", "12")
	c.Stdin = strings.NewReader("Tell me of a cat.\n\nAnd a dog?")
	out, err := c.Output()
	if err != nil || strings.Count(string(out), "> ") != 3 || !strings.Contains(string(out), answers[0]) {
		t.Errorf("%v: %q", err, out)
	}
}

func TestInspect(t *testing.T) {
	needTiny(t)
	i := decode[inspection](t, ondol(t, "inspect", tiny, "--json"))
	if i.Architecture != "llama" || i.Metadata["general.architecture"] != "llama" || len(i.Tensors) == 0 || i.Memory < i.Bytes/2 || i.Error != "" {
		t.Errorf("%+v", i)
	}
	if r := ondol(t, "inspect", tiny); r.status != 0 || !strings.Contains(r.out, "token_embd.weight") {
		t.Errorf("%+v", r)
	}
}

// adapter writes a LoRA of a rank of 1 for a matrix of dim by dim.
func adapter(t *testing.T, tensor string, dim int) string {
	t.Helper()
	matrix := func(name string, dims ...int) gguf.Tensor {
		w := make([]float32, dim)
		for i := range w {
			w[i] = float32(i%7-3) / 4
		}
		data := make([]byte, 4*dim)
		quant.F32.Quantize(data, w)
		return gguf.Tensor{Name: tensor + name, Dims: dims, Type: quant.F32, Data: data}
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "adapter.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	keys := []gguf.KeyValue{{Key: "general.architecture", Value: "llama"}, {Key: "adapter.type", Value: "lora"}}
	if err := gguf.Write(file, keys, []gguf.Tensor{matrix(".lora_a", dim, 1), matrix(".lora_b", 1, dim)}); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

func TestAdapter(t *testing.T) {
	needTiny(t)
	const tensor = "blk.0.attn_output.weight"
	dim := 0
	for _, x := range decode[inspection](t, ondol(t, "inspect", tiny, "--json")).Tensors {
		if x.Name == tensor {
			dim = x.Shape[0]
		}
	}
	a := adapter(t, tensor, dim)
	write := func(engine string, more ...string) string {
		return ondol(t, append([]string{"generate", "--model", tiny, "--engine", engine, "-n", "12", "Once upon a time"}, more...)...).out
	}
	base := write("native")
	for _, engine := range engines {
		if got := write(engine, "--lora", a); got == base || got == "" {
			t.Errorf("%s: with an adapter %q, without %q", engine, got, base)
		}
		if got := write(engine, "--lora", a+"=0"); got != base {
			t.Errorf("%s: with an adapter of scale 0 %q, without %q", engine, got, base)
		}
		if r := ondol(t, "generate", "--model", tiny, "--engine", engine, "--lora", adapter(t, "blk.0.attn_q.weight", dim+1), "x"); r.status != 1 || !strings.Contains(r.err, `"blk.0.attn_q.weight"`) {
			t.Errorf("%s: an adapter for another model: %+v", engine, r)
		}
	}
}

// stories has a token for every byte, which tiny has not.
const stories = "../../../shared/models/llama-tiny/stories260K.f32.gguf"

func TestForms(t *testing.T) {
	needTiny(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	schema := file("schema.json", `{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}`)
	list := file("list.gbnf", `root ::= ("- " [a-z]{1,9} "\n"){2}`)
	var texts []string
	for _, engine := range engines {
		write := func(model string, args ...string) string {
			r := decode[abi.GenerateResult](t, ondol(t, append([]string{"generate", "--model", model, "--engine", engine, "--temp", "1", "-n", "30", "--json", "Tom: "}, args...)...))
			return r.Text
		}
		for _, text := range []string{write(stories, "--json-schema", schema), decode[reply](t, ondol(t, "chat", "--model", stories, "--engine", engine, "-n", "30", "--json-schema", schema, "--json",
			"--messages", file("m.json", `[{"role": "user", "content": "Who?"}]`))).Content} {
			var person struct {
				Name *string
				Age  *int
			}
			if err := json.Unmarshal([]byte(text), &person); err != nil || person.Name == nil || person.Age == nil {
				t.Errorf("%s: %q: %v", engine, text, err)
			}
		}
		text := write(tiny, "--grammar", list)
		if strings.Count(text, "- ") != 2 || strings.Count(text, "\n") != 2 {
			t.Errorf("%s: %q", engine, text)
		}
		// Engines add in another order. Weights of whole floats keep the difference in
		// the last bits; with quantized ones, now and then a rounding falls elsewhere.
		drawn := ""
		for _, sampler := range [][]string{
			{"--top-k", "0", "--typical", "0.9"}, {"--xtc-probability", "0.5", "--dry-multiplier", "0.8", "--dynatemp-range", "0.3"},
			{"--mirostat", "2"}, {"--mirostat", "1", "--logit-bias", "5-inf", "--frequency-penalty", "0.5"},
		} {
			drawn += write(stories, append(sampler, "-n", "6")...)
		}
		texts = append(texts, drawn)
	}
	if texts[0] != texts[1] {
		t.Errorf("the engines write %q", texts)
	}
	for _, c := range []struct{ flag, value, says string }{
		{"--grammar", file("bad.gbnf", "root ::= x"), "no rule x"},
		{"--json-schema", file("bad.json", `{"type": "text"}`), `"text"`},
		{"--logit-bias", "x", "15043"},
		{"--logit-bias", "99999+1", "token 99999"},
		{"--mirostat", "3", "mirostat"},
	} {
		if r := ondol(t, "generate", "--model", tiny, c.flag, c.value, "x", "--json"); r.status == 0 || r.out != "" || !strings.Contains(r.err, c.says) {
			t.Errorf("%s %s: %+v", c.flag, c.value, r)
		}
	}
}

// split writes a model as several files, as gguf-split does, and returns the first.
func split(t *testing.T, model string, n int) string {
	t.Helper()
	b, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	dir, first := t.TempDir(), ""
	for i := range n {
		keys := []gguf.KeyValue{}
		if i == 0 {
			keys = f.KeyValues
		}
		keys = append(keys, gguf.KeyValue{Key: "split.no", Value: uint16(i)}, gguf.KeyValue{Key: "split.count", Value: uint16(n)},
			gguf.KeyValue{Key: "split.tensors.count", Value: int32(len(f.Tensors))})
		var tensors []gguf.Tensor
		for _, x := range f.Tensors[i*len(f.Tensors)/n : (i+1)*len(f.Tensors)/n] {
			tensors = append(tensors, gguf.Tensor{Name: x.Name, Dims: x.Dims, Type: x.Type, Data: b[x.Offset:][:x.Bytes()]})
		}
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("tiny-%05d-of-%05d.gguf", i+1, n)))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(gguf.Write(file, keys, tensors), file.Close()); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = file.Name()
		}
	}
	return first
}

func TestSplitModel(t *testing.T) {
	needTiny(t)
	const prompt = "Once upon a time"
	want := ondol(t, "generate", "--model", tiny, "-n", "8", prompt).out
	first := split(t, tiny, 3)
	second := strings.Replace(first, "-00001-", "-00002-", 1)
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(first))))
	defer server.Close()
	for _, engine := range engines {
		for _, model := range []string{first, second, server.URL + "/" + filepath.Base(first)} {
			if got := ondol(t, "generate", "--model", model, "--engine", engine, "-n", "8", prompt); got.out != want {
				t.Errorf("%s, %s: %+v, in one file %q", engine, model, got, want)
			}
		}
	}
	if whole, parts := decode[inspection](t, ondol(t, "inspect", tiny, "--json")), decode[inspection](t, ondol(t, "inspect", first, "--json")); len(whole.Tensors) != len(parts.Tensors) || whole.Memory != parts.Memory {
		t.Errorf("%d tensors and %d bytes, in one file %d and %d", len(parts.Tensors), parts.Memory, len(whole.Tensors), whole.Memory)
	}
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	if r := ondol(t, "generate", "--model", first, prompt); r.status != 1 || !strings.Contains(r.err, filepath.Base(second)) {
		t.Errorf("without its second part: %+v", r)
	}
}

// A server that breaks off is asked for the rest; one without ranges, or whose
// file has changed, is told so.
func TestRemoteModel(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 10_000)
	var requests, broken int
	tag := `"1"`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		switch r.URL.Path {
		case "/plain":
			w.Write(data)
			return
		case "/gone":
			http.NotFound(w, r)
			return
		}
		var from, to int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to)
		w.Header().Set("ETag", tag)
		if match := r.Header.Get("If-Range"); match != "" && match != tag {
			w.Write(data)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(data)))
		w.Header().Set("Content-Length", strconv.Itoa(to+1-from))
		w.WriteHeader(http.StatusPartialContent)
		if to-from > 10_000 && broken < 3 {
			broken++
			to = from + 5000
		}
		w.Write(data[from : to+1])
	}))
	defer server.Close()
	r, err := openRemote(server.URL + "/model")
	if err != nil || r.size != int64(len(data)) {
		t.Fatal(err, r)
	}
	got := make([]byte, 50_000)
	if n, err := r.ReadAt(got, 7); err != nil || n != len(got) || !bytes.Equal(got, data[7:][:n]) || broken != 3 {
		t.Errorf("%d bytes, %v, broken off %d times", n, err, broken)
	}
	if n, err := r.ReadAt(got, int64(len(data)-5)); n != 5 || err != io.EOF {
		t.Errorf("%d bytes at the end, %v", n, err)
	}
	tag = `"2"`
	if _, err := r.ReadAt(got, 0); !errors.Is(err, errChanged) {
		t.Errorf("of a file that has changed: %v", err)
	}
	if _, err := openRemote(server.URL + "/plain"); !errors.Is(err, errNoRanges) {
		t.Errorf("without ranges: %v", err)
	}
	requests = 0
	if _, err := openRemote(server.URL + "/gone"); err == nil || !strings.Contains(err.Error(), "404") || requests != 1 {
		t.Errorf("of a file that is not there: %v after %d requests", err, requests)
	}
}
