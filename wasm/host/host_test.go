package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// memory is a host whose sources are byte slices.
type memory struct {
	index.Store
	sources map[string][]byte
}

func (m memory) Read(source string, p []byte, off int64) error {
	b, ok := m.sources[source]
	if !ok || off+int64(len(p)) > int64(len(b)) {
		return fmt.Errorf("%w: %d bytes at %d of source %q", index.ErrNotFound, len(p), off, source)
	}
	copy(p, b[off:])
	return nil
}

var compiled *Runtime

func TestMain(m *testing.M) {
	wasm, err := os.ReadFile("../../build/ondol.wasm")
	if err == nil {
		compiled, err = Compile(context.Background(), wasm, Options{
			CacheDir:  filepath.Join(os.TempDir(), "ondol-test-cache"),
			Extractor: func() ([]byte, error) { return os.ReadFile("../../build/ondol-extract.wasm") },
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the reactors are needed (make build):", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func instance(t testing.TB, h abi.Host) *Instance {
	t.Helper()
	i, err := compiled.Instantiate(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

const lease = `# 임대차 계약서

## 보증금

보증금은 오천만 원이며 계약 당일에 지급한다.

## 기간

계약 기간은 2026년 3월 1일부터 2년으로 한다.
`

const manual = `# Boiler manual

## Pressure

The boiler works at 1.5 bar. Top it up when the gauge falls below 1.0 bar.

## Warranty

The warranty lasts three years from the day of purchase.
`

func library() memory {
	return memory{store.NewMemory(), map[string][]byte{"a": []byte(lease), "b": []byte(manual), "empty": {}, "binary": {0, 1, 2, 0xff, 0xfe, 0, 0, 7}}}
}

func addRequest(h memory, sources ...string) (r abi.AddRequest) {
	for _, s := range sources {
		r.Documents = append(r.Documents, abi.AddDocument{ID: s + ".md", Source: s, Size: int64(len(h.sources[s]))})
	}
	return r
}

// volatile is what differs from run to run: times.
var volatile = regexp.MustCompile(`"(added|ms)":[0-9.e-]+`)

// script runs every operation of a library and returns all messages.
func script(t *testing.T, r abi.Runner, h memory) string {
	t.Helper()
	var log strings.Builder
	do := func(op string, request any) {
		emit := func(event []byte) bool { fmt.Fprintf(&log, "  %s\n", event); return true }
		result, err := r.Do(op, request, emit)
		if err != nil {
			var e *abi.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s: error %T is not an *abi.Error", op, err)
			}
			result, _ = json.Marshal(e)
		}
		fmt.Fprintf(&log, "%s: %s\n", op, result)
	}
	do("list", nil)
	do("open", nil)
	do("add", addRequest(h, "a", "empty", "b", "binary", "a"))
	do("search", abi.SearchRequest{Query: "보증금"})
	do("ask", rag.Request{Question: "보증금은 얼마인가요?"})
	do("ask", rag.Request{Question: "How long does the warranty last?"})
	do("ask", rag.Request{Question: "Who painted the ceiling of the Sistine chapel?"})
	do("ask", rag.Request{Question: ""})
	do("ask", rag.Request{Question: "why", Mode: rag.Generate})
	do("text", abi.TextRequest{ID: "b.md"})
	do("text", abi.TextRequest{ID: "nothing"})
	do("remove", abi.RemoveRequest{IDs: []string{"a.md"}})
	do("search", abi.SearchRequest{Query: "보증금"})
	do("refresh", nil)
	do("generate", abi.GenerateRequest{Prompt: "x"})
	do("load", abi.LoadRequest{Source: "binary", Size: 8})
	do("no-such-operation", nil)
	do("search", map[string]any{"query": 7})
	return volatile.ReplaceAllString(log.String(), `"$1":0`)
}

func TestReactorSaysWhatNativeSays(t *testing.T) {
	h1, h2 := library(), library()
	native := script(t, abi.Native(h1), h1)
	wasm := script(t, instance(t, h2), h2)
	if native != wasm {
		a, b := strings.Split(native, "\n"), strings.Split(wasm, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("message %d differs\nnative %s\nwasm   %s", i, a[i], b[i])
			}
		}
		t.Fatalf("%d messages natively, %d from the reactor", len(a), len(b))
	}
	for _, want := range []string{`"verdict":"answered"`, `"verdict":"not-in-documents"`, `"code":"bad-input"`, `"code":"bad-model"`, `"code":"bad-request"`, `"code":"not-found"`} {
		if !strings.Contains(native, want) {
			t.Errorf("the script should show %s:\n%s", want, native)
		}
	}
}

func TestLibrarySurvivesTheInstance(t *testing.T) {
	h := library()
	first := instance(t, h)
	for _, op := range []struct {
		name    string
		request any
	}{{"open", nil}, {"add", addRequest(h, "a", "b")}} {
		if _, err := first.Do(op.name, op.request, nil); err != nil {
			t.Fatal(err)
		}
	}
	second := instance(t, h)
	got, err := abi.Call[abi.LibraryResult, struct{}](second, "open", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Count != 2 {
		t.Fatalf("%d documents after reopening, want 2", got.Count)
	}
	text, err := abi.Call[abi.TextResult, struct{}](second, "text", abi.TextRequest{ID: "a.md"}, nil)
	if err != nil || text.Text != lease {
		t.Fatalf("text %q, error %v", text.Text, err)
	}
}

func TestCancelAndBusy(t *testing.T) {
	h := library()
	i := instance(t, h)
	if _, err := i.Do("open", nil, nil); err != nil {
		t.Fatal(err)
	}
	var inner error
	var seen int
	_, err := i.Do("add", addRequest(h, "a", "b"), func([]byte) bool {
		if seen++; seen == 1 {
			_, inner = i.Do("add", addRequest(h, "b"), nil)
			if _, err := i.Do("search", abi.SearchRequest{Query: "보증금"}, nil); err != nil {
				t.Errorf("a search during add: %v", err)
			}
		}
		return false
	})
	var e *abi.Error
	if !errors.As(err, &e) || e.Code != abi.Cancelled {
		t.Errorf("stopping gave %v, want %s", err, abi.Cancelled)
	}
	if !errors.As(inner, &e) || e.Code != abi.Busy {
		t.Errorf("a second writer got %v, want %s", inner, abi.Busy)
	}
	if _, err := i.Do("add", addRequest(h, "a", "b"), nil); err != nil {
		t.Errorf("adding after a cancelled add: %v", err)
	}
}

func TestMisuseOfTheExportsIsAnError(t *testing.T) {
	i := instance(t, library())
	if _, err := i.resume(99, nil); err != nil {
		t.Fatalf("resuming no job broke the instance: %v", err)
	}
	for _, c := range []struct {
		name   string
		ptr, n uint64
	}{{"outside memory", 0xfffffff0, 100}, {"no buffer", 64, 8}, {"negative", 0, 0xffffffff}} {
		job, err := i.call(i.start, c.ptr, c.n)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		s, err := i.resume(job, nil)
		if err != nil || s.Error == nil || s.Error.Code != abi.BadRequest {
			t.Errorf("%s: step %+v, error %v, want %s", c.name, s, err, abi.BadRequest)
		}
	}
	if _, err := i.call(i.free, 12345); err != nil {
		t.Fatal(err)
	}
	if _, err := i.call(i.stop, 77); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Do("hello", nil, nil); err != nil {
		t.Errorf("the instance should still work: %v", err)
	}
}

func TestModelUnderWazero(t *testing.T) {
	path := "../../../shared/models/llama-tiny/ts656k.Q8_0.gguf"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	h := memory{store.NewMemory(), map[string][]byte{"model": b}}
	var texts []string
	for _, r := range []abi.Runner{abi.Native(h), instance(t, h)} {
		var progress []abi.LoadEvent
		m, err := abi.Call[abi.ModelResult](r, "load", abi.LoadRequest{Source: "model", Size: int64(len(b)), Name: "tiny"}, func(e abi.LoadEvent) bool {
			progress = append(progress, e)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		if m.Architecture != "llama" || m.Type != "Q8_0" || len(progress) == 0 || progress[len(progress)-1].Done != progress[len(progress)-1].Total {
			t.Errorf("model %+v, progress %v", m, progress)
		}
		n := 20
		g, err := abi.Call[abi.GenerateResult, struct{}](r, "generate", abi.GenerateRequest{Prompt: "Once upon a time", MaxTokens: &n}, nil)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, g.Text)
	}
	if texts[0] != texts[1] || texts[0] == "" {
		t.Errorf("native wrote %q, the reactor %q", texts[0], texts[1])
	}
}

// The reactor's probabilities are those of the native engine but for the order of
// additions, that is the last bits; but where a rounding (of keys and values to
// halves, of activations to bytes) then falls elsewhere, that moves more.
func TestProbabilitiesUnderWazero(t *testing.T) {
	for file, bound := range map[string]struct{ difference, divergence float64 }{
		"stories260K.f32": {1e-3, 1e-5}, "stories260K.F16": {5e-3, 1e-4}, "ts656k.Q8_0": {2e-2, 1e-2}, "ts656k.Q4_0": {2e-2, 1e-2},
	} {
		b, err := os.ReadFile("../../../shared/models/llama-tiny/" + file + ".gguf")
		if err != nil {
			t.Log(err)
			continue
		}
		h := memory{store.NewMemory(), map[string][]byte{"model": b}}
		tokens := make([]int32, 40)
		for i := range tokens {
			tokens[i] = int32(3 + i*37%480)
		}
		all := 1 << 16
		var rows [2][]map[int32]float64
		for i, r := range []abi.Runner{abi.Native(h), instance(t, h)} {
			if _, err := abi.Call[abi.ModelResult, struct{}](r, "load", abi.LoadRequest{Source: "model", Size: int64(len(b))}, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := abi.Call[struct{}](r, "logits", abi.LogitsRequest{Tokens: tokens, Top: &all}, func(e abi.LogitsEvent) bool {
				row := map[int32]float64{}
				for _, p := range e.Top {
					row[p.ID] = p.Probability
				}
				rows[i] = append(rows[i], row)
				return true
			}); err != nil {
				t.Fatal(err)
			}
		}
		var difference, divergence float64
		for i, row := range rows[0] {
			d := 0.0
			for id, p := range row {
				q := rows[1][i][id]
				difference = max(difference, math.Abs(p-q))
				d += p * math.Log(p/q)
			}
			divergence = max(divergence, d)
		}
		t.Logf("%s: a difference of %.2g, a divergence of %.2g", file, difference, divergence)
		if len(rows[0]) != len(tokens) || difference > bound.difference || divergence > bound.divergence {
			t.Errorf("%s: %d rows, a difference of %.2g, a divergence of %.2g", file, len(rows[0]), difference, divergence)
		}
	}
}

// Two tabs: what one writes the other sees after a refresh.
func TestTwoInstancesOnOneStore(t *testing.T) {
	h := library()
	a, b := instance(t, h), instance(t, h)
	for _, i := range []*Instance{a, b} {
		if _, err := i.Do("open", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Do("add", addRequest(h, "a"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Do("add", addRequest(h, "b"), nil); err != nil {
		t.Fatal(err)
	}
	for name, i := range map[string]*Instance{"first": a, "second": b} {
		if _, err := i.Do("refresh", nil, nil); err != nil {
			t.Fatal(err)
		}
		got, err := abi.Call[abi.ListResult, struct{}](i, "list", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, d := range got.Documents {
			ids = append(ids, d.ID)
		}
		if !slices.Equal(ids, []string{"a.md", "b.md"}) {
			t.Errorf("%s tab sees %v", name, ids)
		}
	}
}

// Several instances share one model and write what one writes; what one of them
// cannot read is an error for all.
func TestTeamUnderWazero(t *testing.T) {
	b, err := os.ReadFile("../../../shared/models/llama-tiny/ts656k.Q8_0.gguf")
	if err != nil {
		t.Skip(err)
	}
	h := memory{store.NewMemory(), map[string][]byte{"model": b, "half": b[:len(b)/2]}}
	load := func(r abi.Runner, source string) error {
		_, err := r.Do("load", abi.LoadRequest{Source: source, Size: int64(len(h.sources[source]))}, nil)
		return err
	}
	write := func(r abi.Runner) string {
		n := 20
		g, err := abi.Call[abi.GenerateResult, struct{}](r, "generate", abi.GenerateRequest{Prompt: "Once upon a time", MaxTokens: &n}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return g.Text
	}
	alone := instance(t, h)
	if err := load(alone, "model"); err != nil {
		t.Fatal(err)
	}
	team, err := abi.Team(3, func(l model.Link) (abi.Runner, error) {
		return compiled.Instantiate(context.Background(), abi.Linked(h, l))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	want := write(alone)
	for range 2 {
		if err := load(team, "model"); err != nil {
			t.Fatal(err)
		}
		if got := write(team); got != want {
			t.Errorf("three instances wrote %q, one %q", got, want)
		}
		if err := load(team, "half"); err == nil {
			t.Error("half a model loaded")
		}
	}
	if _, err := alone.Do("load", abi.LoadRequest{Source: "model", Size: int64(len(b)), Shard: &abi.Shard{Index: 0, Count: 2}}, nil); err == nil {
		t.Error("an instance alone loaded a shard")
	}
}
