// Package abi is the boundary between a host and the engine: the operations,
// their messages, and the engine that carries them out.
//
// An operation takes one request, emits events and ends with one result or one
// error. Hosts resume it step by step; not resuming it is cancelling. The same
// Engine runs behind the WebAssembly exports (wasm/guest) and natively.
//
// Messages are JSON. tools/abigen makes web/sdk/src/abi.gen.ts from this file.
package abi

import (
	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
)

// Version of the boundary. A host refuses a guest of another version.
const Version = 3

// Start opens an operation.
type Start struct {
	Op      string `json:"op"`
	Request any    `json:"request"`
}

// StepKind says what a guest hands out when it is resumed.
type StepKind string

const (
	StepIO    StepKind = "io"    // the host must serve IO, then resume with a Reply
	StepEvent StepKind = "event" // resume when ready for more
	StepDone  StepKind = "done"  // Result is set; the operation is over
	StepError StepKind = "error" // Error is set; the operation is over
)

// Step is what a guest hands out each time it is resumed.
type Step struct {
	Kind   StepKind `json:"kind"`
	IO     *IO      `json:"io,omitempty"`
	Event  any      `json:"event,omitempty"`
	Result any      `json:"result,omitempty"`
	Error  *Error   `json:"error,omitempty"`
}

// IO asks the host for bytes, or to keep them. Ptr and Len are a range of guest
// memory: the host fills it ("get", "read") or takes from it ("put", "swap",
// "extract", "write").
type IO struct {
	Verb   IOVerb `json:"verb"`
	Name   string `json:"name,omitempty"`   // of the file, the source or the document
	Format string `json:"format,omitempty"` // of the document, if it was named
	Offset int64  `json:"offset,omitempty"`
	Ptr    uint32 `json:"ptr,omitempty"`
	Len    uint32 `json:"len,omitempty"`
	More   bool   `json:"more,omitempty"` // put: the file goes on with the next put of its name, at that offset
}

// IOVerb names a request to the host.
type IOVerb string

const (
	IORead   IOVerb = "read"   // a range of a source that the request named (a dropped file, a model)
	IOGet    IOVerb = "get"    // a range of a stored file
	IOPut    IOVerb = "put"    // a new stored file, durable when resumed
	IODelete IOVerb = "delete" // a stored file; absent is no error
	IOList   IOVerb = "list"   // all stored files
	IOSwap   IOVerb = "swap"   // a new stored file, atomic, "conflict" if the name is taken
	// IOExtract asks for the text of a document of a format that this engine
	// leaves to the second reactor (wasm/extractor), whose answer is the reply.
	IOExtract IOVerb = "extract"
	IOWrite   IOVerb = "write" // appends to a file that the request named
)

// Reply resumes an operation after IO.
type Reply struct {
	Error *Error         `json:"error,omitempty"`
	Files []File         `json:"files,omitempty"` // list
	Text  *ExtractResult `json:"text,omitempty"`  // extract
}

// File is a stored file.
type File struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// Error crosses the boundary in place of a result.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"` // English, for a person: what, where, what to do
}

// Code classifies errors; hosts choose words and remedies by it.
type Code string

const (
	BadRequest  Code = "bad-request"
	NotFound    Code = "not-found"
	Corrupt     Code = "corrupt"
	Conflict    Code = "conflict"
	StorageFull Code = "storage-full"
	BadInput    Code = "bad-input"   // a document that cannot be indexed
	BadModel    Code = "bad-model"   // a model file that is broken or lies
	Unsupported Code = "unsupported" // a model or format that is sound but unknown here
	NoMemory    Code = "no-memory"
	Busy        Code = "busy"
	Cancelled   Code = "cancelled"
	Internal    Code = "internal"
)

// HelloResult answers "hello" (no request).
type HelloResult struct {
	ABI  int  `json:"abi"`
	SIMD bool `json:"simd"`
}

// LibraryResult answers "open", "refresh" (no request), "add", "remove", "describe"
// and "import": the library as it is now. "list" lists its documents.
type LibraryResult struct {
	Name    string   `json:"name,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Count   int      `json:"count"` // of documents
	Chunks  int      `json:"chunks"`
	Bytes   int64    `json:"bytes"` // of extracted text
	Changed bool     `json:"changed"`
}

// ListRequest ("list") lists the documents, or what became of those that a host
// knows already.
type ListRequest struct {
	Since int `json:"since,omitempty"` // the version of a ListResult that the host has; 0 is the empty library
}

// ListResult is the documents that are new or other than at a version, and those
// that are no more. It costs what it lists.
type ListResult struct {
	LibraryResult
	Version   int              `json:"version"`
	Whole     bool             `json:"whole"`     // all documents are listed: what the host has is void
	Documents []index.Document `json:"documents"` // by ID
	Removed   []string         `json:"removed,omitempty"`
}

// AddRequest ("add") puts documents in; one with the ID of another replaces it.
// A document that cannot be read is reported by its event and passed over.
type AddRequest struct {
	Documents []AddDocument `json:"documents"`
}

// AddDocument is a document whose bytes the host serves by IORead of Source.
type AddDocument struct {
	ID     string    `json:"id"`
	Title  string    `json:"title,omitempty"`
	Format string    `json:"format,omitempty"`
	Path   string    `json:"path,omitempty"` // where the bytes came from
	Source string    `json:"source"`
	Size   int64     `json:"size"`
	Tags   *[]string `json:"tags,omitempty"` // default: those of a document that is replaced
}

// AddEvent is one document done or failed.
type AddEvent struct {
	ID       string          `json:"id"`
	Document *index.Document `json:"document,omitempty"`
	Error    *Error          `json:"error,omitempty"`
	Done     int             `json:"done"` // documents so far
	Total    int             `json:"total"`
}

// RemoveRequest ("remove") takes documents out.
type RemoveRequest struct {
	IDs []string `json:"ids"`
}

// TextRequest ("text") asks for a document's extracted text.
type TextRequest struct {
	ID string `json:"id"`
}

// TextResult is a document and its extracted text.
type TextResult struct {
	Document index.Document `json:"document"`
	Text     string         `json:"text"`
}

// SearchRequest ("search") asks for the best chunks.
type SearchRequest struct {
	Query string `json:"query"`
	K     *int   `json:"k,omitempty"` // default 10
	// Mode is hybrid by default where passages have vectors, else keyword.
	Mode   index.Mode `json:"mode,omitempty"`
	Fusion *string    `json:"fusion,omitempty"` // hybrid: "weighted" (default) or "rrf"
	Weight *float64   `json:"weight,omitempty"` // hybrid: of meaning beside words, 0 to 1
	Join   bool       `json:"join,omitempty"`   // make one passage of neighbours in a section
}

// SearchResult is the best chunks, best first.
type SearchResult struct {
	Hits  []index.Hit `json:"hits"`
	Trace index.Trace `json:"trace"`
}

// AskRequest ("ask") is a question. Its events are rag.Event, its result
// rag.Answer. Generate mode uses the loaded model.
type AskRequest = rag.Request

// AskEvent is one step of an answer.
type AskEvent = rag.Event

// AskResult is the whole of an answer.
type AskResult = rag.Answer

// LoadRequest ("load") reads a GGUF from a source; it replaces the loaded model.
type LoadRequest struct {
	Source  string     `json:"source"`
	Size    int64      `json:"size"`
	More    []LoadPart `json:"more,omitempty"` // the other files of a model that is split, in any order
	Name    string     `json:"name,omitempty"`
	Context *int       `json:"context,omitempty"` // tokens; default: the model's, at most 4096
	KV      string     `json:"kv,omitempty"`      // how the cache keeps keys and values: f32 (default), or int8 in a quarter of the memory
	Shard   *Shard     `json:"shard,omitempty"`   // default: all of the model
}

// LoadPart is a file of a model that is split into several.
type LoadPart struct {
	Source string `json:"source"`
	Size   int64  `json:"size"`
}

// LoadEvent is progress, in bytes.
type LoadEvent struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// ModelResult answers "load", "model" (no request): what is loaded.
type ModelResult struct {
	Name         string `json:"name"`
	Architecture string `json:"architecture"`
	Type         string `json:"type"` // block format of most weights
	Parameters   int64  `json:"parameters"`
	Context      int    `json:"context"`
	Vocabulary   int    `json:"vocabulary"`
	Bytes        int64  `json:"bytes"`        // of memory for the weights, about, of all shards
	Threads      int    `json:"threads"`      // shards that compute
	KV           string `json:"kv,omitempty"` // how the cache keeps keys and values, of a model that continues text
}

// GenerateRequest ("generate") continues a prompt, or a conversation by the
// model's template. Absent options take the values of engine.DefaultOptions,
// Temperature 0.
type GenerateRequest struct {
	Prompt        string           `json:"prompt,omitempty"`
	Messages      []engine.Message `json:"messages,omitempty"`
	MaxTokens     *int             `json:"maxTokens,omitempty"`
	Temperature   *float64         `json:"temperature,omitempty"`
	TopK          *int             `json:"topK,omitempty"`
	TopP          *float64         `json:"topP,omitempty"`
	MinP          *float64         `json:"minP,omitempty"`
	RepeatPenalty *float64         `json:"repeatPenalty,omitempty"`
	RepeatLastN   *int             `json:"repeatLastN,omitempty"`
	Seed          *uint64          `json:"seed,omitempty"`
	Stop          []string         `json:"stop,omitempty"`
	Sampling
}

// GenerateEvent is a token.
type GenerateEvent struct {
	ID   int32  `json:"id"`
	Text string `json:"text"`
}

// GenerateResult is the whole text.
type GenerateResult struct {
	Text   string  `json:"text"`
	Tokens []int32 `json:"tokens"`
	Prompt int     `json:"prompt"` // tokens
}

// TokenizeRequest ("tokenize") asks for token IDs.
type TokenizeRequest struct {
	Text    string `json:"text"`
	Special bool   `json:"special,omitempty"` // add the model's BOS and EOS, parse special tokens
}

// TokenizeResult is token IDs.
type TokenizeResult struct {
	Tokens []int32 `json:"tokens"`
}

// LogitsRequest ("logits") asks for the next-token probabilities after each token.
type LogitsRequest struct {
	Tokens []int32 `json:"tokens"`
	Top    *int    `json:"top,omitempty"` // default 20
}

// LogitsEvent is the most likely tokens after one given token.
type LogitsEvent struct {
	Top []TokenProbability `json:"top"`
}

// TokenProbability is a token and its probability.
type TokenProbability struct {
	ID          int32   `json:"id"`
	Probability float64 `json:"probability"`
}
