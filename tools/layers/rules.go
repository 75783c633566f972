package main

// rule says what the packages under a pattern may import from outside the
// standard library, and which of its host-bound parts. A pattern is an import
// path, or ends in /... for a folder and all below it; paths inside the module
// are relative to its root.
type rule struct {
	packages string
	imports  []string
}

// leaves are what any package of the engine and the index may use: tables and
// elementary functions, nothing that touches a host.
var leaves = []string{"golang.org/x/...", "github.com/chewxy/math32", "github.com/blevesearch/snowballstem/..."}

// hostBound packages of the standard library tie code to an operating system or
// a network, or make the reactor much larger: index/json does what the reactor
// needs of encoding/json.
var hostBound = []string{"net", "net/http/...", "net/rpc/...", "os", "os/...", "syscall", "syscall/...", "log", "log/...", "encoding/json"}

// rules of which the first that matches a package decides. One that matches none
// is an error: a new folder gets its row.
var rules = []rule{
	{"index", nil},
	{"index/collection", []string{"index/..."}},
	{"index/segment", []string{"index", "index/analysis", "index/json"}},
	{"index/store", []string{"index", "os/...", "syscall/..."}},
	{"index/analysis", []string{"index", "index/cp949"}},
	{"index/extract", []string{"index", "index/cp949", "index/json"}},
	{"index/keyword", []string{"index", "index/analysis", "index/chunk", "index/rank", "index/segment"}},
	{"index/vector", []string{"index", "index/rank"}},
	{"index/query", nil},
	{"index/fusion", []string{"index/rank"}},
	{"index/...", []string{"index"}},

	{"engine", nil},
	{"engine/quant", nil},
	{"engine/gguf", []string{"engine/quant"}},
	{"engine/kernel", []string{"engine/quant", "syscall"}}, // the latter natively, for pages of 2 MiB
	{"engine/kvcache", []string{"engine/quant", "engine/kernel"}},
	{"engine/model", []string{"engine/gguf", "engine/quant", "engine/kernel", "engine/kvcache"}},
	{"engine/head", []string{"engine/gguf", "engine/kernel", "engine/model"}},
	{"engine/tokenizer", []string{"engine/gguf", "engine/quant", "encoding/json"}},
	{"engine/sample", []string{"engine", "engine/kernel"}},
	{"engine/grammar", []string{"index/json"}},
	{"engine/chat", []string{"engine", "engine/gguf", "engine/tokenizer"}},
	{"engine/shard", []string{"engine/gguf", "engine/quant", "engine/kernel", "engine/kvcache", "engine/model"}},
	{"engine/llm", []string{"engine", "engine/gguf", "engine/model", "engine/kvcache", "engine/tokenizer", "engine/sample", "engine/grammar", "engine/chat", "engine/shard", "engine/head"}},
	// rag sees a library and a model through interfaces; of the index it calls the
	// functions on text alone.
	{"engine/rag/...", []string{"engine", "engine/rag/...", "index", "index/analysis", "index/chunk", "index/query"}},

	{"wasm/abi", []string{"engine/...", "index/...", "os"}},
	{"wasm/extractor", []string{"index", "index/extract", "index/json"}},
	{"wasm/guest", []string{"wasm/abi", "index", "index/json", "engine", "engine/model"}},
	{"wasm/host", []string{"wasm/abi", "index", "engine/model", "engine/rag", "github.com/tetratelabs/wazero/...", "encoding/json", "os", "syscall/..."}},

	{"cmd/edge", []string{"engine/rag", "index/...", "github.com/syumai/workers/...", "encoding/json", "net/http", "log", "syscall/js"}},
	{"cmd/ondol/...", []string{"cmd/ondol/...", "wasm/abi", "wasm/host", "engine/...", "index/...", "encoding/json", "net/...", "os/...", "syscall/..."}},
	{"tools/hftokenizers", []string{"engine/tokenizer", "github.com/daulet/tokenizers", "encoding/json", "os/..."}},
	{"tools/...", []string{"cmd/ondol/eval", "wasm/...", "engine/...", "index/...", "encoding/json", "net/...", "os/...", "log/...", "github.com/tetratelabs/wazero/..."}},
	{"web/...", []string{"os/..."}},
}
