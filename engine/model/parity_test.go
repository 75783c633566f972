package model

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

func fixtures() (all []fixture) {
	for _, file := range []string{"stories260K.f32", "stories260K.F16", "ts656k.f32", "ts656k.BF16", "ts656k.Q8_0", "ts656k.Q4_0", "ts656k.Q4_1", "ts656k.Q5_0", "ts656k.Q5_1", "ts656k.IQ4_NL"} {
		f := fixture{name: file, file: "llama-tiny/" + file + ".gguf", kl: 1e-2}
		if strings.HasSuffix(file, "f32") {
			f.exact = 1e-4
		}
		all = append(all, f)
	}
	made := func(name, arch, q string, edit func(*[]gguf.KeyValue, *[]gguf.Tensor), args ...string) {
		vocab := "ggml-vocab-llama-spm.gguf"
		if arch == "phi3" {
			vocab = "ggml-vocab-phi-3.gguf"
		}
		f := fixture{name: name, args: append([]string{"-arch", arch, "-q", q, "-vocab", vocab}, args...), edit: edit, kl: 1e-2}
		if q == "f32" {
			f.exact, f.unrounded = 1e-4, true
		}
		all = append(all, f)
	}
	for _, t := range quant.All() {
		q := strings.ToLower(t.Name)
		made("llama-"+q, "llama", q, nil)
	}
	for _, arch := range []string{"qwen2", "qwen3", "gemma3", "phi3"} {
		for _, q := range []string{"f32", "q8_0", "q4_k"} {
			made(arch+"-"+q, arch, q, nil, "-swa", "16")
		}
	}
	made("gemma3-deep", "gemma3", "f32", nil, "-swa", "16", "-preset", "minilm-l6") // the sixth layer sees all
	made("llama-untied", "llama", "q6_k", nil, "-untied", "-qembd", "q4_k")
	for _, q := range []string{"f32", "q8_0"} {
		made("llama-lora-"+q, "llama", q, nil)
		all[len(all)-1].lora = true
	}
	made("exaone-f32", "llama", "f32", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { rename(*kvs, "llama", "exaone") })
	exaone4 := func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
		rename(*kvs, "gemma3", "exaone4")
		*ts = slices.DeleteFunc(*ts, func(t gguf.Tensor) bool {
			return strings.HasSuffix(t.Name, "attn_norm.weight") || strings.HasSuffix(t.Name, "ffn_norm.weight")
		})
	}
	made("exaone4-f32", "gemma3", "f32", exaone4)
	made("exaone4-large", "gemma3", "q4_0", func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) { // 64 layers slide windows
		exaone4(kvs, ts)
		set(kvs, "exaone4.block_count", uint32(64))
		for _, t := range *ts {
			for l := 2; l < 64; l++ {
				if rest, ok := strings.CutPrefix(t.Name, fmt.Sprintf("blk.%d.", l%2)); ok {
					twin := t
					twin.Name = fmt.Sprintf("blk.%d.%s", l, rest)
					*ts = append(*ts, twin)
				}
			}
		}
	}, "-swa", "16")
	made("llama-linear", "llama", "f32", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) {
		set(kvs, "llama.rope.scaling.type", "linear")
		set(kvs, "llama.rope.scaling.factor", float32(4))
	})
	made("llama-yarn", "llama", "f32", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) {
		set(kvs, "llama.rope.scaling.type", "yarn")
		set(kvs, "llama.rope.scaling.factor", float32(8))
		set(kvs, "llama.rope.scaling.original_context_length", uint32(64))
	})
	made("llama-factors", "llama", "f32", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) {
		*ts = append(*ts, factors("rope_freqs.weight", 8))
	})
	made("phi3-factors", "phi3", "f32", func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
		set(kvs, "phi3.rope.scaling.original_context_length", uint32(4096))
		set(kvs, "phi3.rope.scaling.attn_factor", float32(1.19))
		*ts = append(*ts, factors("rope_factors_long.weight", 32), factors("rope_factors_short.weight", 2))
	})
	return all
}

// golden is a frozen fixture.
type golden struct {
	Provenance string         `json:"provenance"`
	Model      string         `json:"model"`
	Tokens     []int32        `json:"tokens"`
	Top        [][][2]float64 `json:"top"` // per token, the likeliest next ones: ID, probability
}

// top is how many probabilities of each position are frozen.
const top = 8

func TestParity(t *testing.T) {
	for _, f := range fixtures() {
		t.Run(f.name, func(t *testing.T) {
			path := f.path(t)
			var adapter string
			if f.lora {
				adapter = adapterFile(t, path)
			}
			m := f.open(t, path, adapter)
			if *verify {
				f.verify(t, m, path, adapter)
			}
			var g golden
			loadGolden(t, f.name, &g)
			got := probabilities(t, m, g.Tokens)
			for i, want := range g.Top {
				f.compare(t, i, got[i], want)
			}
		})
	}
}

// TestEveryArchitecture fails one that no golden speaks for.
func TestEveryArchitecture(t *testing.T) {
	for _, arch := range Architectures() {
		if !slices.ContainsFunc(slices.Concat(fixtures(), embedders()), func(f fixture) bool { return strings.HasPrefix(f.name, arch+"-") }) {
			t.Errorf("%s has no model among the fixtures", arch)
		}
	}
}

// compare holds a row of probabilities against the frozen ones. What the golden
// leaves out counts as one token: that makes the divergence smaller, never
// larger.
func (f fixture) compare(t *testing.T, position int, got []float64, want [][2]float64) {
	t.Helper()
	var worst, ratio, divergence float64
	restGot, restWant := 1.0, 1.0
	for _, w := range want {
		id, p := int(w[0]), w[1]
		worst = max(worst, math.Abs(got[id]-p))
		ratio = max(ratio, math.Abs(got[id]-p)/(p+1e-5)) // goldens are cut after 8 digits
		divergence += p * math.Log(p/got[id])
		restGot, restWant = restGot-got[id], restWant-p
	}
	if restWant > 1e-6 {
		divergence += restWant * math.Log(restWant/max(restGot, 1e-12))
	}
	if f.exact > 0 && worst > f.exact {
		t.Errorf("position %d: a probability is off by %.2g, more than %.2g", position, worst, f.exact)
	}
	if f.exact > 0 && ratio > 100*f.exact { // flat distributions are all small numbers
		t.Errorf("position %d: a probability is off by %.2g of it", position, ratio)
	}
	if divergence > f.kl {
		t.Errorf("position %d: a divergence of %.2g, more than %.2g", position, divergence, f.kl)
	}
}

// verify holds a model, and its golden, against live llama.cpp.
func (f fixture) verify(t *testing.T, m *Model, path, adapter string) {
	tokens := tokensFor(m)
	want, provenance := f.hold(t, m, path, adapter, tokens)

	g := golden{Provenance: provenance, Model: f.describe(), Tokens: tokens}
	for _, row := range want {
		var best [][2]float64
		for _, id := range likeliest(row, top) {
			best = append(best, [2]float64{float64(id), math.Round(row[id]*1e8) / 1e8})
		}
		g.Top = append(g.Top, best)
	}
	freezeGolden(t, f.name, g)
	var frozen golden
	loadGolden(t, f.name, &frozen)
	for i, row := range frozen.Top {
		for _, p := range row {
			if math.Abs(p[1]-want[i][int(p[0])]) > 1e-4 {
				t.Errorf("position %d: the golden has %v, llama.cpp now %v", i, p, want[i][int(p[0])])
			}
		}
	}
}

// hold holds a model's probabilities after each token against those of llama.cpp,
// which it returns.
func (f fixture) hold(t *testing.T, m *Model, path, adapter string, tokens []int32) (want [][]float64, provenance string) {
	t.Helper()
	want, provenance = f.oracle(t, path, adapter, tokens, m.Vocabulary)
	got := probabilities(t, m, tokens)
	plain := probabilities(t, f.dequantized(t, path, adapter), tokens)
	var worst, divergence, ours, theirs float64
	for i := range want {
		for id := range want[i] {
			worst = max(worst, math.Abs(got[i][id]-want[i][id]))
		}
		divergence = max(divergence, kl(want[i], got[i]))
		ours += kl(plain[i], got[i])
		theirs += kl(plain[i], want[i])
	}
	n := float64(len(want))
	t.Logf("largest difference %.2g, largest divergence %.2g; from plain floats ours %.2g, llama.cpp %.2g", worst, divergence, ours/n, theirs/n)
	if f.exact > 0 && worst > f.exact {
		t.Errorf("a probability is off by %.2g, more than %.2g", worst, f.exact)
	}
	if divergence > f.kl {
		t.Errorf("a divergence of %.2g, more than %.2g", divergence, f.kl)
	}
	if ours/n > 1.5*theirs/n+1e-6 {
		t.Errorf("the divergence from plain floats is %.2g, llama.cpp's %.2g", ours/n, theirs/n)
	}
	return want, provenance
}

var (
	live = flag.String("live", "", "a GGUF `file` for TestLive")
	ids  = flag.String("ids", "1", "tokens, as ondol tokenize prints them, that TestLive goes on from")
)

// TestLive holds any model against live llama.cpp, over a text and 32 tokens more that
// are the likeliest here, and tells which are not the likeliest there.
func TestLive(t *testing.T) {
	if *live == "" {
		t.Skip("asks llama.cpp: -live MODEL.gguf -ids 1,2,3")
	}
	f := fixture{kl: 2e-2}
	m := f.open(t, *live, "")
	var tokens []int32
	for field := range strings.FieldsFuncSeq(*ids, func(r rune) bool { return r < '0' || r > '9' }) {
		id, err := strconv.ParseInt(field, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, int32(id))
	}
	text := len(tokens)
	for c, next := m.NewCache(0), tokens; len(tokens) < text+32; next = tokens[len(tokens)-1:] {
		logits, err := m.Forward(c, next, false)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, int32(likeliest(softmax(logits), 1)[0]))
	}
	want, _ := f.hold(t, m, *live, "", tokens)
	agreed := 0
	for at := text; at < len(tokens); at++ {
		row, ours := want[at-1], tokens[at]
		if theirs := likeliest(row, 1)[0]; theirs == int(ours) {
			agreed++
		} else {
			t.Logf("token %d is %d; llama.cpp gives it %.3f, and %.3f to %d", at-text, ours, row[ours], row[theirs], theirs)
		}
	}
	t.Logf("%d of %d tokens are the likeliest there too", agreed, len(tokens)-text)
}

// tokensFor returns 32 tokens, the same for a vocabulary each time.
func tokensFor(m *Model) []int32 {
	r := rand.New(rand.NewPCG(7, uint64(m.Vocabulary)))
	tokens := []int32{1}
	for len(tokens) < 32 {
		tokens = append(tokens, int32(3+r.IntN(m.Vocabulary-300)))
	}
	return tokens
}

func probabilities(t testing.TB, m *Model, tokens []int32) [][]float64 {
	t.Helper()
	logits, err := m.Forward(m.NewCache(0), tokens, true)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float64
	for row := range slices.Chunk(logits, m.Vocabulary) {
		rows = append(rows, softmax(row))
	}
	return rows
}

func softmax(x []float32) []float64 {
	p := make([]float64, len(x))
	largest, sum := slices.Max(x), 0.0
	for i, v := range x {
		p[i] = math.Exp(float64(v - largest))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// kl is the Kullback-Leibler divergence of q from p.
func kl(p, q []float64) (d float64) {
	for i := range p {
		if p[i] > 0 {
			d += p[i] * math.Log(p[i]/max(q[i], 1e-30))
		}
	}
	return d
}

func likeliest(p []float64, n int) []int {
	ids := make([]int, len(p))
	for i := range ids {
		ids[i] = i
	}
	slices.SortFunc(ids, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	return ids[:n]
}

// dequantized loads a file with all its weights as plain floats.
func (f fixture) dequantized(t *testing.T, path, adapter string) *Model {
	t.Helper()
	return f.open(t, rewrite(t, path, func(_ *[]gguf.KeyValue, tensors *[]gguf.Tensor) {
		for i, tensor := range *tensors {
			info := gguf.TensorInfo{Dims: tensor.Dims}
			floats := make([]float32, info.Elements())
			tensor.Type.Dequantize(floats, tensor.Data)
			(*tensors)[i].Type, (*tensors)[i].Data = quant.F32, make([]byte, 4*len(floats))
			quant.F32.Quantize((*tensors)[i].Data, floats)
		}
	}), adapter)
}

// oracle asks llama.cpp for the probabilities after each token.
func (f fixture) oracle(t *testing.T, model, adapter string, tokens []int32, vocabulary int) (rows [][]float64, provenance string) {
	t.Helper()
	cache := "F16"
	if f.unrounded {
		cache = "F32"
	}
	more := []string{cache}
	if f.lora {
		more = append(more, adapter, loraScale)
	}
	flat, provenance := ask(t, "testdata/oracle.mjs", model, tokens, more...)
	if len(flat) != len(tokens)*vocabulary {
		t.Fatalf("llama.cpp returned %d probabilities, not %d rows of %d", len(flat), len(tokens), vocabulary)
	}
	for row := range slices.Chunk(flat, vocabulary) {
		p := make([]float64, vocabulary)
		for i, v := range row {
			p[i] = float64(v)
		}
		rows = append(rows, p)
	}
	return rows, provenance
}
