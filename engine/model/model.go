// Package model runs language models and encoders out of GGUF files.
//
// Each architecture is one file, which registers a builder: it reads the
// metadata and names the tensors. decoder.go and encoder.go are the two kinds of
// network that builders put together. Keys and tensor names are GGUF's.
package model

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/quant"
)

var (
	// ErrMemory is wrapped when a model needs more memory than it may have.
	ErrMemory = errors.New("not enough memory")
	// ErrUnsupported is wrapped when a sound file needs what is not there: an
	// architecture, a block format, a kind of scaling.
	ErrUnsupported = quant.ErrUnsupported
	// ErrTokens is wrapped when tokens are outside the vocabulary, or are none.
	ErrTokens = errors.New("bad tokens")
	// ErrCancelled is returned when Options.Progress stopped the loading.
	ErrCancelled = errors.New("loading was cancelled")
)

// Config is what a file says about its model.
type Config struct {
	Architecture string
	Name         string
	Type         string // block format of most weights
	Parameters   int64
	Context      int // tokens that it was trained for
	Vocabulary   int
	Dim          int
	Layers       int
	Heads        int // of queries
	KVHeads      int
	HeadDim      int
	Causal       bool // it continues text
	Pooling      Pooling
}

// Embeds reports whether the model was made to embed texts.
func (c Config) Embeds() bool { return !c.Causal && c.Pooling != PoolRank }

// Options steer Load.
type Options struct {
	// Context is the tokens that memory is reckoned for; 0 is Config.Context.
	Context int
	// Limit is the memory that the model may take; 0 is all that the platform
	// has: 4 GiB less what is in use on WebAssembly, else no limit.
	Limit int64
	// Exact keeps keys and values in a cache of F32 as they are. Else they, and what
	// they meet, are rounded to half precision, as llama.cpp rounds them unless told
	// otherwise.
	Exact bool
	// KV is how a cache keeps keys and values.
	KV kvcache.Type
	// Table is an encoder whose table of tokens a file that has none shares; it may
	// be nil.
	Table *Model
	// Shard is the part of the model to load; nil is all of it. The first is to
	// be used, the others have to Follow.
	Shard *Shard
	// Progress is told of the bytes read so far; false stops the loading.
	Progress func(done, total int64) bool
}

// Model is a loaded model, or a shard of one. One goroutine at a time may use it.
type Model struct {
	Config
	context int // tokens of a new cache, unless it says otherwise
	weights int64
	exact   bool // as Options.Exact
	kv      kvcache.Type
	result  []float32         // of the last call
	parts   map[string][]part // the matrices, by tensor
	head    *rankHead         // nil: no reranker
	copies  *gathering        // of an encoder that others hold too; nil: none do
	network
}

// network is what an architecture builds.
type network interface {
	// hidden evaluates a batch after what the cache holds, and returns the last
	// layer's output, normalized: (len(tokens), dim).
	hidden(c *kvcache.Cache, tokens []int32) []float32
	// logits multiplies rows of hidden states with the output matrix.
	logits(dst, hidden []float32)
	// newCache returns an empty cache; nil if the network sees all tokens at once.
	newCache(capacity int) *kvcache.Cache
	// observe has a profile kept from now on; nil ends it.
	observe(p *Profile)
	// shard is the network's part of the model.
	shard() *gathering
	// memory is what a context takes beside the weights, in bytes.
	memory(context int) int64
}

// batchTokens is how many tokens are evaluated together. It bounds the working
// memory; results do not depend on it.
const batchTokens = 64

// builders holds the architectures.
var builders = map[string]func(b *builder) network{}

func register(architecture string, build func(b *builder) network) { builders[architecture] = build }

// Architectures lists those there are.
func Architectures() []string { return slices.Sorted(maps.Keys(builders)) }

// Memory estimates what a model takes: weights, cache of a context, working
// memory. Context 0 is the model's own.
func Memory(f *gguf.File, context int, kv kvcache.Type) (int64, error) {
	return memory(f, Options{Context: context, KV: kv})
}

// Describe tells what a file says of its model; no weights are read.
func Describe(f *gguf.File) (Config, error) {
	b, _, err := build(f, Options{}, true)
	if err != nil {
		return Config{}, err
	}
	return b.Config, nil
}

func memory(f *gguf.File, o Options) (int64, error) {
	b, n, err := build(f, o, true)
	if err != nil {
		return 0, err
	}
	return b.bytes + n.memory(b.context), nil
}

func build(f *gguf.File, o Options, dry bool) (*builder, network, error) {
	b := &builder{f: f, context: o.Context, exact: o.Exact, kv: o.KV, dry: dry, shard: Shard{Index: 0, Count: 1}, parts: map[string][]part{}}
	if o.Shard != nil {
		b.shard = *o.Shard
	}
	if o.Table != nil {
		if e, ok := o.Table.network.(*encoder); ok {
			b.table = e.embedding
		}
	}
	b.Architecture = b.string("general.architecture")
	if b.err != nil {
		return nil, nil, fmt.Errorf("model: %w", b.err)
	}
	construct, ok := builders[b.Architecture]
	if !ok {
		return nil, nil, fmt.Errorf("model: %w: architecture %q; those there are: %s", ErrUnsupported, b.Architecture, strings.Join(Architectures(), " "))
	}
	var n network
	b.describe()
	b.share()
	if b.err == nil {
		n = construct(b)
		b.describePooling()
	}
	if b.err != nil {
		return nil, nil, fmt.Errorf("model: %s: %w", b.Architecture, b.err)
	}
	return b, n, nil
}

// Load reads a model's weights to their place in memory, each once. The file
// may be closed after.
func Load(f *gguf.File, r io.ReaderAt, o Options) (*Model, error) {
	need, err := memory(f, o)
	if err != nil {
		return nil, err
	}
	limit := o.Limit
	if limit == 0 {
		limit = available()
	}
	if need > limit {
		return nil, fmt.Errorf("model: %w: the model takes %d MiB with its context, and %d MiB are left; take a smaller one, a smaller block format or a shorter context", ErrMemory, need>>20, limit>>20)
	}
	b, n, err := build(f, o, false)
	if err != nil {
		return nil, err
	}
	if err := b.read(r, o.Progress); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return &Model{Config: b.Config, context: b.context, weights: b.bytes, exact: b.exact, kv: b.kv, parts: b.parts, head: b.head, network: n}, nil
}

// Bytes is the memory that the weights take, which lives as long as the model:
// the collector's target should be set with it in mind.
func (m *Model) Bytes() int64 { return m.weights }

// Observe has a profile of all forward passes kept from now on; nil ends it.
func (m *Model) Observe(p *Profile) { m.observe(p) }

// NewCache returns an empty cache for a number of tokens; 0 is
// Options.Context. It is nil for a model that does not continue text. A model in
// shards works with the newest alone.
func (m *Model) NewCache(capacity int) *kvcache.Cache {
	if capacity == 0 {
		capacity = m.context
	}
	// Err tells if they do not hear it.
	_ = m.lead(orderCache, capacity, 0, nil)
	return m.newCache(capacity)
}

// Forward evaluates tokens after those that the cache holds, and takes them in.
// It returns the logits that follow the last token, or with all those that
// follow each: (len(tokens), Vocabulary). They are valid until the next call.
// Errors leave the cache as it was.
func (m *Model) Forward(c *kvcache.Cache, tokens []int32, all bool) ([]float32, error) {
	rows := 1
	if all {
		rows = len(tokens)
	}
	return m.evaluate(c, tokens, rows)
}

// Read is Forward without logits.
func (m *Model) Read(c *kvcache.Cache, tokens []int32) error {
	_, err := m.evaluate(c, tokens, 0)
	return err
}

// evaluate returns the logits of as many rows: none, one or all.
func (m *Model) evaluate(c *kvcache.Cache, tokens []int32, rows int) ([]float32, error) {
	if !m.Causal {
		return nil, fmt.Errorf("model: %w: %s does not continue text, it embeds it", ErrUnsupported, m.Architecture)
	}
	if err := m.check(tokens); err != nil {
		return nil, err
	}
	if err := c.Reserve(len(tokens)); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if need := 4 * int64(rows) * int64(m.Vocabulary); rows > 1 && need > available()/2 {
		return nil, fmt.Errorf("model: %w: the logits of %d tokens take %d MiB; ask for fewer at a time", ErrMemory, rows, need>>20)
	}
	if err := m.lead(orderForward, c.Len(), rows, tokens); err != nil {
		return nil, err
	}
	m.result = grow(m.result, rows*m.Vocabulary)
	m.forward(c, tokens, rows)
	if err := m.Err(); err != nil {
		return nil, err
	}
	return m.result, nil
}

// forward leaves the logits in m.result, which a shard that follows has none of.
func (m *Model) forward(c *kvcache.Cache, tokens []int32, rows int) {
	result := m.result
	for from := 0; from < len(tokens); from += batchTokens {
		batch := tokens[from:min(from+batchTokens, len(tokens))]
		x := m.hidden(c, batch)
		c.Append(batch...)
		switch {
		case rows == len(tokens):
			n := min(len(result), len(batch)*m.Vocabulary)
			m.logits(result[:n], x)
			result = result[n:]
		case rows > 0 && from+len(batch) == len(tokens):
			m.logits(result, x[(len(batch)-1)*m.Dim:])
		}
	}
}

func (m *Model) check(tokens []int32) error {
	if len(tokens) == 0 {
		return fmt.Errorf("model: %w: none were given", ErrTokens)
	}
	for i, t := range tokens {
		if t < 0 || int(t) >= m.Vocabulary {
			return fmt.Errorf("model: %w: token %d is %d, in a vocabulary of %d", ErrTokens, i, t, m.Vocabulary)
		}
	}
	return nil
}
