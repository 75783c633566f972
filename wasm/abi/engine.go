package abi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/grammar"
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/quant"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/json"
)

// Host serves an engine's need for bytes.
type Host interface {
	index.Store
	// Read fills p with the bytes of a source from off on. Fewer bytes are an
	// error.
	Read(source string, p []byte, off int64) error
}

// Emit hands an event to the caller; false asks the operation to stop.
type Emit func(event any) bool

// ErrCancelled ends an operation whose caller stopped listening.
var ErrCancelled = errors.New("cancelled")

// Engine carries out operations. One goroutine at a time may be inside Do, but
// an operation that is suspended in Emit or in its Host may be overtaken by
// another: readers always may be, a second writer is refused with Busy.
type Engine struct {
	host     Host
	library  *collection.Collection // nil before "open"
	encoder  index.Embedder         // of the library's vectors; nil if none is loaded
	standing *llm.Model             // nil before "encoder"
	model    *llm.Model             // nil before "load"
	loaded   *ModelResult           // describes model
	log      *mark.Log              // nil before it is needed
	busy     map[resource]string    // the operation that holds each resource
}

// New returns an engine without library or model.
func New(host Host) *Engine {
	return &Engine{host: host, busy: map[resource]string{}}
}

// Do carries out an operation.
func (e *Engine) Do(op string, request []byte, emit Emit) (result any, err error) {
	o, ok := operations[op]
	if !ok {
		return nil, requestError("unknown operation %q", op)
	}
	for _, r := range o.holds {
		if other, held := e.busy[r]; held {
			return nil, &Error{Busy, fmt.Sprintf("%s has to wait: %s is still using the %s", op, other, r)}
		}
	}
	for _, r := range o.holds {
		e.busy[r] = op
		defer delete(e.busy, r)
	}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "ondol: %s: %v\n%s", op, p, debug.Stack())
			err = &Error{Internal, fmt.Sprintf("%s failed unexpectedly: %v", op, p)}
		}
	}()
	return o.do(e, request, emit)
}

// resource is what an operation holds until it ends.
type resource string

const (
	writer   resource = "library"
	computer resource = "model"
)

// operation is one row of the table that Do looks in.
type operation struct {
	holds []resource
	do    func(e *Engine, request []byte, emit Emit) (any, error)
}

// on makes an operation of a method that takes a pointer to a decoded request: by
// value, each would be compiled anew.
func on[Request any](f func(*Engine, Request, Emit) (any, error), holds ...resource) operation {
	return operation{holds, func(e *Engine, raw []byte, emit Emit) (any, error) {
		r := reflect.New(reflect.TypeFor[Request]().Elem()).Interface()
		if len(raw) > 0 && string(raw) != "null" {
			if err := json.UnmarshalStrict(raw, r); err != nil {
				return nil, requestError("malformed request: %v", err)
			}
		}
		return f(e, r.(Request), emit)
	}}
}

// none is the request of operations that take none.
type none struct{}

var operations = map[string]operation{
	"hello":      on((*Engine).hello),
	"open":       on((*Engine).open, writer),
	"refresh":    on((*Engine).refresh, writer),
	"list":       on((*Engine).list),
	"add":        on((*Engine).add, writer),
	"remove":     on((*Engine).remove, writer),
	"change":     on((*Engine).change, writer),
	"describe":   on((*Engine).describeLibrary, writer),
	"tidy":       on((*Engine).tidy, writer),
	"export":     on((*Engine).export, writer),
	"import":     on((*Engine).importFile, writer),
	"text":       on((*Engine).text),
	"extract":    on((*Engine).extract),
	"search":     on((*Engine).search),
	"ask":        on((*Engine).ask),
	"load":       on((*Engine).load, computer),
	"unload":     on((*Engine).unload, computer),
	"model":      on((*Engine).describe),
	"generate":   on((*Engine).generate, computer),
	"tokenize":   on((*Engine).tokenize),
	"detokenize": on((*Engine).detokenize),
	"adapt":      on((*Engine).adapt, computer),
	"embed":      on((*Engine).embed, computer),
	"rank":       on((*Engine).rank, computer),
	"logits":     on((*Engine).logits, computer),
	"bench":      on((*Engine).bench, computer),
	"keep":       on((*Engine).keep, computer),
}

func requestError(format string, args ...any) error {
	return &Error{BadRequest, fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Message }

// AsError classifies an error for its way over the boundary.
func AsError(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return &Error{own.Code, err.Error()}
	}
	code := Internal
	for _, c := range codes {
		if errors.Is(err, c.is) {
			code = c.code
			break
		}
	}
	return &Error{code, err.Error()}
}

// codes in the order in which they are tried: an error may wrap several.
var codes = []struct {
	is   error
	code Code
}{
	{ErrCancelled, Cancelled},
	{index.ErrFull, StorageFull},
	{index.ErrConflict, Conflict},
	{index.ErrInput, BadInput},
	{index.ErrNotFound, NotFound},
	{index.ErrCorrupt, Corrupt},
	{rag.ErrRequest, BadRequest},
	{rag.ErrNoModel, BadRequest},
	{mark.ErrMark, BadRequest},
	{llm.ErrContext, BadRequest},
	{model.ErrMemory, NoMemory},
	{quant.ErrUnsupported, Unsupported},
	{model.ErrTokens, BadRequest},
	{model.ErrAdapter, BadModel},
	{grammar.ErrGrammar, BadRequest},
	{gguf.ErrFormat, BadModel},
}

// Unwrap returns the error that a host's Error stands for, so that errors.Is
// holds on the engine's side of the boundary too.
func (e *Error) Unwrap() error {
	for _, c := range codes {
		if c.code == e.Code {
			return c.is
		}
	}
	return nil
}

func (e *Engine) hello(*none, Emit) (any, error) {
	return HelloResult{ABI: Version, SIMD: kernel.SIMD}, nil
}

func (e *Engine) refresh(*none, Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	changed, err := e.library.Refresh()
	if err != nil {
		return nil, err
	}
	return e.libraryResult(changed)
}

var errNoLibrary = requestError("no library is open: open one first")

func (e *Engine) libraryResult(changed bool) (LibraryResult, error) {
	if e.library == nil {
		return LibraryResult{}, errNoLibrary
	}
	about := e.library.About()
	documents, chunks := e.library.Size()
	return LibraryResult{Name: about.Name, Tags: about.Tags, Count: documents, Chunks: chunks, Bytes: e.library.TextLength(), Changed: changed}, nil
}

// listing is a ListResult whose documents stay as the index keeps them.
type listing struct {
	ListResult
	Documents json.RawMessage `json:"documents"`
}

func (e *Engine) list(r *ListRequest, _ Emit) (any, error) {
	library, err := e.libraryResult(false)
	if err != nil {
		return nil, err
	}
	l, err := e.library.List(r.Since)
	if err != nil {
		return nil, err
	}
	return listing{ListResult{library, l.Version, l.Whole, nil, l.Removed}, l.Documents}, nil
}

// batchBytes bounds the documents of one segment, so that what is held in
// memory while ingesting, and lost by closing a tab, stays small.
const batchBytes = 2 << 20

// batchWork is about what is live while a batch is indexed.
const batchWork = 7 * batchBytes

// maxDocument is the largest document taken in.
const maxDocument = 256 << 20

func (e *Engine) add(r *AddRequest, emit Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	e.settle(batchWork)
	defer e.settle(0)
	total := len(r.Documents)
	var done int
	report := func(id string, d *index.Document, err error) bool {
		done++
		ev := AddEvent{ID: id, Document: d, Done: done, Total: total}
		if err != nil {
			ev.Document, ev.Error = nil, AsError(err)
		}
		return emit(ev)
	}
	var batch []index.Input
	var held int64
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		goOn := true
		err := e.library.Add(batch, func(i int, d *index.Document, err error) {
			goOn = goOn && report(batch[i].ID, d, err)
		})
		clear(batch) // lets go of the documents
		if held > batchBytes/2 {
			collect()
		}
		batch, held = batch[:0], 0
		e.settle(batchWork)
		if err == nil && !goOn {
			err = ErrCancelled
		}
		return err
	}
	for _, d := range r.Documents {
		in, err := e.fetch(d)
		if errors.Is(err, ErrCancelled) {
			return nil, err
		}
		if err != nil {
			if !report(d.ID, nil, err) {
				return nil, ErrCancelled
			}
			continue
		}
		// Two documents of one name in a request replace each other in order.
		twin := slices.ContainsFunc(batch, func(b index.Input) bool { return b.ID == in.ID })
		if twin || held+d.Size > batchBytes {
			if err := flush(); err != nil {
				return nil, err
			}
		}
		batch = append(batch, in)
		held += d.Size
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return e.libraryResult(true)
}

func (e *Engine) fetch(d AddDocument) (index.Input, error) {
	in := index.Input{ID: d.ID, Title: d.Title, Format: d.Format, Source: d.Path, Tags: given(d.Tags)}
	if other, ok := e.host.(Extractor); ok {
		in.Elsewhere = other.Extract
	}
	switch {
	case strings.TrimSpace(d.ID) == "":
		return in, fmt.Errorf("%w: a document needs a name", index.ErrInput)
	case d.Size < 0:
		return in, fmt.Errorf("%w: %s: a size of %d bytes", index.ErrInput, d.ID, d.Size)
	case d.Size > maxDocument:
		return in, fmt.Errorf("%w: %s has %d MB; the limit is %d MB. Split it into parts", index.ErrInput, d.ID, d.Size>>20, maxDocument>>20)
	}
	in.Data = make([]byte, d.Size)
	if err := e.host.Read(d.Source, in.Data, 0); err != nil {
		return in, fmt.Errorf("reading %s: %w", d.ID, err)
	}
	return in, nil
}

func (e *Engine) remove(r *RemoveRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	if err := e.library.Remove(r.IDs); err != nil {
		return nil, err
	}
	if err := llm.Forget(shelf{e.host}); err != nil {
		return nil, err
	}
	return e.libraryResult(true)
}

func (e *Engine) text(r *TextRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	d, text, err := e.library.Text(r.ID)
	if err != nil {
		return nil, err
	}
	return TextResult{d, text}, nil
}

func (e *Engine) search(r *SearchRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	if strings.TrimSpace(r.Query) == "" {
		return nil, requestError("the query is empty")
	}
	k := or(r.K, 10)
	if k < 1 || k > 1000 {
		return nil, requestError("k = %d: ask for 1 to 1000 results", k)
	}
	hits, trace, err := e.library.SearchBy(r.Options(), r.Query, k)
	if err != nil {
		return nil, err
	}
	if hits == nil {
		hits = []index.Hit{}
	}
	return SearchResult{hits, trace}, nil
}

func (e *Engine) ask(r *AskRequest, emit Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	var deps rag.Deps
	// Marks that cannot be read are reported where they are listed; answers do
	// without them.
	if l, err := e.marks(); err == nil {
		deps.Marks = l.All()
	}
	deps.Reader, deps.Verifier = e.heads()
	if r.Mode == rag.Generate {
		if e.model == nil {
			return nil, requestError("generate mode needs a model: load one first")
		}
		if other, held := e.busy[computer]; held {
			return nil, &Error{Busy, fmt.Sprintf("ask has to wait: %s is still using the model", other)}
		}
		e.busy[computer] = "ask"
		defer delete(e.busy, computer)
		deps.Generator = e.model
	}
	for ev, err := range rag.Ask(e.library, deps, *r) {
		if err != nil {
			return nil, err
		}
		if ev.Type == rag.Done {
			return ev.Answer, nil
		}
		if !emit(ev) {
			break
		}
	}
	return nil, ErrCancelled
}

// source reads a host's source as a file.
type source struct {
	host Host
	name string
	size int64
}

func (s source) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	n := min(int64(len(p)), s.size-off)
	if err := s.host.Read(s.name, p[:n], off); err != nil {
		return 0, err
	}
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// DefaultContext is the longest window that a model is given unasked: the KV
// cache grows with it.
const DefaultContext = 4096

func (e *Engine) load(r *LoadRequest, emit Emit) (any, error) {
	// The old model goes first: there may not be room for two.
	if _, err := e.unload(nil, emit); err != nil {
		return nil, err
	}
	part, err := e.shard(r.Shard)
	if err != nil {
		return nil, err
	}
	kv, err := kvcache.ParseType(r.KV)
	if err != nil {
		return nil, requestError("kv: %v", err)
	}
	var files []gguf.Part
	for _, p := range append([]LoadPart{{r.Source, r.Size}}, r.More...) {
		files = append(files, gguf.Part{ReaderAt: source{e.host, p.Source, p.Size}, Size: p.Size})
	}
	goOn := true
	o := llm.Options{
		Context:  r.Context,
		Ceiling:  DefaultContext,
		KV:       kv,
		Shard:    part,
		Progress: func(done, total int64) bool { goOn = emit(LoadEvent{done, total}); return goOn },
	}
	if part != nil && part.Index > 0 {
		return ModelResult{Name: r.Name}, llm.Follow(files, o)
	}
	m, err := llm.OpenParts(files, o)
	if !goOn {
		return nil, ErrCancelled
	}
	if err != nil {
		return nil, err
	}
	loaded := modelResult(r.Name, m, kv)
	e.model, e.loaded = m, &loaded
	e.settle(0)
	m.SetShelf(shelf{e.host})
	return loaded, e.chooseEncoder()
}

// collect lets go of what nothing needs, before as much is needed again: memory of
// WebAssembly never shrinks, and a cycle of the collector may not end there by itself
// (wasm/RATIONALE.md).
func collect() { runtime.GC() }

// settle makes the collector run after so much garbage, not when it equals the
// weights, the library and what is being worked on: memory never shrinks.
func (e *Engine) settle(working int64) {
	const slack = 12 << 20
	live := working + 1
	for _, m := range []*llm.Model{e.model, e.standing} {
		if m != nil {
			live += m.Bytes()
		}
	}
	if e.library != nil {
		live += e.library.Resident()
	}
	debug.SetGCPercent(int(min(100, max(2, 100*slack/live))))
}

func (e *Engine) unload(*none, Emit) (any, error) {
	if e.model != nil {
		// Shards that do not hear it are let go by the host.
		_ = e.model.Close()
	}
	e.model, e.loaded = nil, nil
	e.settle(0)
	return struct{}{}, e.chooseEncoder()
}

var errNoModel = requestError("no model is loaded: load a GGUF first")

func modelResult(name string, m *llm.Model, kv kvcache.Type) ModelResult {
	if name == "" {
		name = m.Name
	}
	kept := ""
	if m.Causal {
		kept = kv.String()
	}
	return ModelResult{
		Name: name, Architecture: m.Architecture, Type: m.Type, Parameters: m.Parameters,
		Context: m.Context(), Vocabulary: m.Vocabulary, Bytes: m.Bytes() * int64(m.Shards()), Threads: m.Shards(), KV: kept,
	}
}

func (e *Engine) describe(*none, Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	return *e.loaded, nil
}

func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
