// Package llm opens a GGUF and puts its model, tokenizer, sampler and chat
// template behind the engine's seams.
package llm

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/chat"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/grammar"
	"github.com/ondol-rag/ondol/engine/head"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/sample"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

// ErrContext is a prompt that does not fit the window.
var ErrContext = errors.New("too long for the model's context")

// Options of Open.
type Options struct {
	// Context is the window in tokens; absent takes the model's own, at most
	// Ceiling. An encoder never has more than its own.
	Context *int
	Ceiling int // 0 is none
	// KV is how the cache keeps keys and values.
	KV kvcache.Type
	// Embedder refuses a file that does not embed, before its weights are read.
	Embedder bool
	// Prefixes of an encoder: "e5" or "none"; "" goes by the names in the file.
	Prefixes string
	// Shard is the part of the model to hold; nil is all of it. A small encoder is
	// held whole by each.
	Shard *model.Shard
	// Progress is told the bytes read; false cancels. It may be nil.
	Progress func(done, total int64) bool
}

// Model is a language model ready to continue text. It serves one caller at a
// time.
type Model struct {
	*model.Model
	tokens   *tokenizer.Tokenizer
	template *chat.Template
	cache    *kvcache.Cache
	context  int

	vocabulary   *grammar.Vocabulary // nil before it is needed
	compiled     *grammar.Grammar    // of compiledFrom; nil before one is needed
	compiledFrom form
	encoder      string // see Encoder
	prefixes     prefixes
	heads        head.Heads
	drafting     bool  // see ahead
	shelf        Shelf // see Keep; nil: nothing is kept
	adapted      bool  // adapters are on
}

var _ engine.Generator = (*Model)(nil)

// batch is how many prompt tokens are computed before the caller may cancel. More
// at once read the weights less often, which shows where they go by fast.
func batch() int {
	if runtime.GOARCH == "wasm" {
		return 32
	}
	return 64
}

// Open reads a model. Errors wrap those of gguf and model.
func Open(r io.ReaderAt, size int64, o Options) (*Model, error) {
	return OpenParts([]gguf.Part{{ReaderAt: r, Size: size}}, o)
}

// OpenParts reads a model that may be split into several files.
func OpenParts(parts []gguf.Part, o Options) (*Model, error) {
	f, r, err := gguf.ReadParts(parts...)
	if err != nil {
		return nil, err
	}
	if o.Embedder {
		c, err := model.Describe(f)
		if err != nil {
			return nil, err
		}
		if !c.Embeds() {
			return nil, fmt.Errorf("%w: %s is no encoder: load one such as MiniLM, E5 or BGE", model.ErrUnsupported, c.Architecture)
		}
	}
	tokens, err := tokenizer.FromGGUF(f)
	if err != nil {
		return nil, err
	}
	template, err := chat.FromGGUF(f)
	if err != nil {
		return nil, err
	}
	context, err := window(f, o)
	if err != nil {
		return nil, err
	}
	read := &sampler{file: r, size: f.Size}
	m, err := o.load(f, read, context)
	if err != nil {
		return nil, err
	}
	if !m.Causal {
		context = min(context, m.Config.Context)
	}
	if tokens.Size() > m.Vocabulary {
		return nil, fmt.Errorf("%w: %d tokens in the vocabulary, but %d rows of embeddings", gguf.ErrFormat, tokens.Size(), m.Vocabulary)
	}
	encoder, err := read.fingerprint()
	if err != nil {
		return nil, err
	}
	prefixes, err := prefixesOf(f, o.Prefixes)
	if err != nil {
		return nil, err
	}
	heads, err := head.Load(f, r, m)
	if err != nil {
		return nil, err
	}
	l := &Model{Model: m, tokens: tokens, template: template, cache: m.NewCache(context), context: context, encoder: encoder, prefixes: prefixes, heads: heads, drafting: true}
	return l, m.Err()
}

// Follow reads one of the other shards of a model, does what the first one does,
// and returns when that is closed.
func Follow(parts []gguf.Part, o Options) error {
	f, r, err := gguf.ReadParts(parts...)
	if err != nil {
		return err
	}
	context, err := window(f, o)
	if err != nil {
		return err
	}
	m, err := o.load(f, r, context)
	if err != nil {
		return err
	}
	return m.Follow()
}

// copyBytes is the size of a file up to which an encoder in shards is whole in each
// of them: they embed a text each, and need not meet for every layer of one.
const copyBytes = 64 << 20

// load reads the weights: all of them, a shard, or a copy.
func (o Options) load(f *gguf.File, r io.ReaderAt, context int) (*model.Model, error) {
	own := model.Options{Context: context, KV: o.KV, Shard: o.Shard, Progress: o.Progress}
	if o.Shard == nil || f.Size > copyBytes {
		return model.Load(f, r, own)
	}
	c, err := model.Describe(f)
	if err != nil || !c.Embeds() {
		return model.Load(f, r, own)
	}
	own.Shard = nil
	m, err := model.Load(f, r, own)
	if err != nil {
		return nil, err
	}
	return m, m.Share(*o.Shard)
}

// window is the context that a model is opened with.
func window(f *gguf.File, o Options) (int, error) {
	architecture, _ := f.String("general.architecture")
	own, _ := f.Int(architecture + ".context_length")
	if o.Context == nil {
		if o.Ceiling > 0 {
			own = min(own, int64(o.Ceiling))
		}
		return int(own), nil // model.Load refuses what is no length
	}
	if n := *o.Context; n < 1 || n > maxContext {
		return 0, fmt.Errorf("%w: a context of %d tokens; ask for 1 to %d", ErrContext, n, maxContext)
	}
	return *o.Context, nil
}

// maxContext is the longest context that may be asked for.
const maxContext = 1 << 20

// Context implements engine.Generator.
func (m *Model) Context() int { return m.context }

// Count implements engine.Generator.
func (m *Model) Count(text string) int { return len(m.tokens.EncodeText(text)) }

// Tokenize returns a text's tokens. With special it adds BOS and EOS as the model
// asks for and reads special tokens in the text.
func (m *Model) Tokenize(text string, special bool) []int32 {
	if !special {
		return m.tokens.EncodeText(text)
	}
	ids := m.withBOS(m.tokens.Encode(tokenizer.Part{Text: text, Special: true}))
	if m.tokens.AddEOS {
		ids = append(ids, m.tokens.EOS)
	}
	return ids
}

// Detokenize returns the text of tokens; special tokens have none.
func (m *Model) Detokenize(ids []int32) (string, error) {
	for i, id := range ids {
		if id < 0 || int(id) >= m.tokens.Size() {
			return "", fmt.Errorf("%w: token %d is %d, in a vocabulary of %d", model.ErrTokens, i, id, m.tokens.Size())
		}
	}
	return m.tokens.Decode(ids), nil
}

// withBOS puts the model's BOS first unless it is there already.
func (m *Model) withBOS(ids []int32) []int32 {
	if bos := m.tokens.BOS; m.tokens.AddBOS && (len(ids) == 0 || ids[0] != bos) {
		return append([]int32{bos}, ids...)
	}
	return ids
}

// Stops implements engine.Generator.
func (m *Model) Stops() []string { return m.template.Stops }

// Prompt implements engine.Generator.
func (m *Model) Prompt(messages []engine.Message) ([]int32, error) {
	parts, err := m.template.Render(messages, true)
	if err != nil {
		return nil, err
	}
	return m.withBOS(m.tokens.Encode(parts...)), nil
}

// Generate implements engine.Generator. It reuses what the cache holds of the
// prompt's beginning.
func (m *Model) Generate(prompt []int32, o engine.Options) iter.Seq2[engine.Piece, error] {
	return func(yield func(engine.Piece, error) bool) {
		if len(prompt) == 0 {
			yield(engine.Piece{}, fmt.Errorf("%w: the prompt is empty", gguf.ErrFormat))
			return
		}
		if !m.Causal {
			yield(engine.Piece{}, fmt.Errorf("%w: %s does not continue text, it embeds it", model.ErrUnsupported, m.Architecture))
			return
		}
		if len(prompt) >= m.context {
			yield(engine.Piece{}, fmt.Errorf("%w: the prompt has %d tokens, the context %d. Shorten it, or open the model with a larger context", ErrContext, len(prompt), m.context))
			return
		}
		sampler, form, err := m.sampler(prompt, o)
		if err != nil {
			yield(engine.Piece{}, err)
			return
		}
		logits, err := m.read(prompt, func() bool { return yield(engine.Piece{ID: -1}, nil) })
		if err != nil {
			if !errors.Is(err, errStopped) {
				yield(engine.Piece{}, err)
			}
			return
		}
		decoder := m.tokens.NewDecoder()
		stop := sample.NewStop(o.Stop)
		text := m.ahead(prompt)
		for n := 0; n != o.MaxTokens; n++ {
			id := sampler.Sample(logits)
			if id == sample.None {
				yield(engine.Piece{}, fmt.Errorf("%w: no token of the model's vocabulary goes on with the text in the form asked for", grammar.ErrGrammar))
				return
			}
			if m.tokens.IsEnd(id) {
				break
			}
			sampler.Accept(id)
			if form != nil {
				form.Accept(id)
			}
			piece, stopped := stop.Next(decoder.Next(id))
			if !yield(engine.Piece{ID: id, Text: piece}, nil) || stopped {
				return
			}
			left := o.MaxTokens - n - 1
			if left == 0 || len(text.text) >= m.context || form != nil && form.Done() {
				break
			}
			if logits, err = text.after(id, left); err != nil {
				yield(engine.Piece{}, err)
				return
			}
		}
		rest, stopped := stop.Next(decoder.Flush())
		if !stopped {
			rest += stop.Flush()
		}
		if rest != "" {
			yield(engine.Piece{ID: -1, Text: rest}, nil)
		}
	}
}

var errStopped = errors.New("stopped")

// read brings the cache to hold exactly the prompt, and returns the logits after
// its last token.
func (m *Model) read(prompt []int32, goOn func() bool) (logits []float32, err error) {
	m.cache.Truncate(m.cache.Prefix(prompt[:len(prompt)-1]))
	m.recall(prompt[:len(prompt)-1])
	for rest := prompt[m.cache.Len():]; ; {
		n := min(batch(), len(rest))
		if n == len(rest) {
			return m.Forward(m.cache, rest, false)
		}
		if err := m.Model.Read(m.cache, rest[:n]); err != nil {
			return nil, err
		}
		if rest = rest[n:]; !goOn() {
			return nil, errStopped
		}
	}
}

// Logits yields the model's logits after each of the given tokens; the slice is
// valid until the next step.
func (m *Model) Logits(ids []int32) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		if len(ids) > m.context {
			yield(nil, fmt.Errorf("%w: %d tokens, the context %d", ErrContext, len(ids), m.context))
			return
		}
		if m.cache != nil {
			m.cache.Truncate(0)
		}
		for len(ids) > 0 {
			n := min(batch(), len(ids))
			logits, err := m.Forward(m.cache, ids[:n], true)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range n {
				if !yield(logits[i*m.Vocabulary:(i+1)*m.Vocabulary], nil) {
					return
				}
			}
			ids = ids[n:]
		}
	}
}
