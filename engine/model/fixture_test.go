package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

// The goldens are llama.cpp's next-token probabilities. They are frozen, and
// proven again against llama.cpp itself by
//
//	ONDOL_PEERS=folder go test ./engine/model -verify
//
// where the folder is a copy of ../shared/bench/peers after npm i.
var (
	verify = flag.Bool("verify", false, "hold the goldens against live llama.cpp")
	freeze = flag.Bool("freeze", false, "with -verify: write the goldens anew")
)

// fixture is a model whose probabilities are known.
type fixture struct {
	name string
	file string                                                   // under ../shared/models; or
	args []string                                                 // of mkgguf
	edit func(keyValues *[]gguf.KeyValue, tensors *[]gguf.Tensor) // what mkgguf made

	lora bool // an adapter is on

	// unrounded: neither side rounds the cache, so that only the arithmetic
	// differs. Networks of random weights magnify a rounding that fell elsewhere.
	unrounded bool
	// exact bounds the difference of any probability; 0: it may differ as rounded
	// activations do, which is bounded by kl.
	exact float64
	kl    float64
}

// open loads the fixture from its file, with the adapter in another if it has one.
func (f fixture) open(t testing.TB, path, adapter string) *Model {
	m := open(t, path, f.options())
	if f.lora {
		m.adapt(t, adapter)
	}
	return m
}

func (f fixture) options() Options { return Options{Context: 64, Exact: f.unrounded} }

// describe says how the model came to be.
func (f fixture) describe() string {
	return strings.TrimSpace(f.file + " " + strings.Join(f.args, " "))
}

// rename makes another architecture of a file whose tensors it shares.
func rename(kvs []gguf.KeyValue, from, to string) {
	for i, kv := range kvs {
		if rest, ok := strings.CutPrefix(kv.Key, from+"."); ok {
			kvs[i].Key = to + "." + rest
		}
	}
	set(&kvs, "general.architecture", to)
}

// factors are for ropes over 64 dimensions: 1 at first, more towards the end.
func factors(name string, most float32) gguf.Tensor {
	f := make([]float32, 32)
	for i := range f {
		f[i] = 1 + (most-1)*float32(i)/31
	}
	data := make([]byte, 4*len(f))
	quant.F32.Quantize(data, f)
	return gguf.Tensor{Name: name, Dims: []int{len(f)}, Type: quant.F32, Data: data}
}

// ask runs a script that has llama.cpp write floats about tokens.
func ask(t *testing.T, script, model string, tokens []int32, more ...string) (floats []float32, provenance string) {
	t.Helper()
	peers := cmp.Or(os.Getenv("ONDOL_PEERS"), "../../build/peers")
	peers, err := filepath.Abs(peers)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(peers + "/node_modules/node-llama-cpp"); err != nil {
		t.Skipf("no llama.cpp to verify against: copy ../shared/bench/peers to %s and run npm i there, or set ONDOL_PEERS", peers)
	}
	out := filepath.Join(t.TempDir(), "floats")
	list := strings.ReplaceAll(strings.Trim(fmt.Sprint(tokens), "[]"), " ", ",")
	c := exec.Command("node", append([]string{script, peers, model, list, out}, more...)...)
	c.Stderr = os.Stderr
	said, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	floats = make([]float32, len(b)/4)
	quant.F32.Floats(floats, b)
	return floats, strings.TrimSpace(string(said))
}

// loadGolden reads a frozen fixture into v.
func loadGolden(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatalf("every model of the list needs a golden; see -freeze: %v", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

// freezeGolden writes a fixture, if that is asked for.
func freezeGolden(t *testing.T, name string, v any) {
	t.Helper()
	if !*freeze {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/"+name+".json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// rewrite writes a changed copy of a file.
func rewrite(t *testing.T, path string, edit func(*[]gguf.KeyValue, *[]gguf.Tensor)) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var tensors []gguf.Tensor
	for _, info := range f.Tensors {
		tensors = append(tensors, gguf.Tensor{Name: info.Name, Dims: info.Dims, Type: info.Type, Data: b[info.Offset:][:info.Bytes()]})
	}
	edit(&f.KeyValues, &tensors)
	out := filepath.Join(t.TempDir(), "edited.gguf")
	w, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := gguf.Write(w, f.KeyValues, tensors); err != nil {
		t.Fatal(err)
	}
	return out
}

// path returns the model's file; it makes what mkgguf makes. With ONDOL_MODELS
// set to a folder, models are kept there, for runs as WebAssembly, which cannot
// make them.
func (f fixture) path(t *testing.T) string {
	t.Helper()
	keep := filepath.Join(os.Getenv("ONDOL_MODELS"), f.name+".gguf")
	if os.Getenv("ONDOL_MODELS") == "" || f.file != "" {
		return f.made(t)
	}
	if _, err := os.Stat(keep); err == nil {
		return keep
	}
	b, err := os.ReadFile(f.made(t))
	if err == nil {
		err = os.WriteFile(keep, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return keep
}

func (f fixture) made(t *testing.T) string {
	t.Helper()
	const models = "../../../shared/models/"
	if _, err := os.Stat(models); err != nil {
		t.Skip("no ../shared/models beside the repository")
	}
	if f.file != "" {
		return models + f.file
	}
	path := generate(t, f.args...)
	if f.edit != nil {
		path = rewrite(t, path, f.edit)
	}
	return path
}

// generate makes a model of random weights.
func generate(t testing.TB, args ...string) string {
	t.Helper()
	if runtime.GOARCH == "wasm" {
		t.Skip("no process can be started here to make the model")
	}
	program, err := mkgguf()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "model.gguf")
	c := exec.Command(program, append(args, "-o", out)...)
	c.Dir = "../../../shared/models/vocab"
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("mkgguf: %v: %s", err, said)
	}
	return out
}

// mkgguf builds the generator, once.
var mkgguf = sync.OnceValues(func() (string, error) {
	program := filepath.Join(os.TempDir(), "ondol-mkgguf")
	c := exec.Command("go", "build", "-o", program, ".")
	c.Dir = "../../../shared/bench/mkgguf"
	if said, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building mkgguf: %w: %s", err, said)
	}
	return program, nil
})
