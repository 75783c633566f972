# make run   sets all up on a fresh machine with Go and Node, and opens the page
# make test  runs every test
# Also: build, edge, check, generate, bench, bench-peers, fuzz, peers, libtokenizers, test-tokenizers, clean.

export GOTOOLCHAIN := go1.27.4
export GOEXPERIMENT := simd
export CGO_ENABLED := 0

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build
.PHONY: run build sdk edge generate test test-go test-wasm test-relaxed test-web test-edge check bench bench-peers bench-context fuzz peers libtokenizers test-tokenizers clean

ADDR ?= 127.0.0.1:8080
FUZZTIME ?= 5s

# The guest leaves out the second version of encoding/json and parts of the
# collector for many cores. Only what inner loops run is compiled with inlining,
# and tools/pack drops what nobody needs: both together are a quarter of what was
# downloaded.
GUEST_EXPERIMENT := nojsonv2,nogreenteagc,nosizespecializedmalloc
HOT := runtime math math/bits simd/archsimd unicode/utf8 hash/crc32 internal/runtime/... internal/bytealg \
	slices github.com/blevesearch/snowballstem/... github.com/chewxy/math32 \
	$(addprefix github.com/ondol-rag/ondol/,engine/kernel engine/quant \
	index/analysis index/keyword index/rank index/segment index/vector)
GUEST_FLAGS := -trimpath -ldflags='-s -w' -buildmode=c-shared \
	-gcflags=all=-l $(foreach p,$(HOT),-gcflags=$(p)=)
GUEST_SOURCES := $(shell find engine index wasm/abi wasm/guest wasm/extractor -name '*.go' -o -name '*.s' -o -name '*.h') go.mod go.sum
HOST_SOURCES := $(GUEST_SOURCES) $(shell find cmd/ondol wasm/host -name '*.go')
WEB_SOURCES := $(shell find web/app web/sdk -type f) $(wildcard web/*.*)
DIST := cmd/ondol/assets/dist

# Packages that no host touches: their tests run as WebAssembly too.
PORTABLE := ./engine/... ./index/...

run: build
	bin/ondol serve --addr $(ADDR) --open

build: bin/ondol

# Where the runtime preempts a goroutine by a signal, it restores the wide registers,
# and SHA-256 runs a hundred times slower until they are cleared: wazero's hash of the
# reactor would take 0.6 s of most starts.
bin/ondol: $(DIST)/web/index.html $(HOST_SOURCES)
	go build -trimpath -ldflags='-s -w -X runtime.godebugDefault=asyncpreemptoff=1' -o $@ ./cmd/ondol

# go:embed cannot reach build/, so the page is copied beside the package.
$(DIST)/web/index.html: build/web/index.html build/web/licenses.txt
	rm -rf $(DIST)/web
	cp -R build/web $(DIST)/web
	@touch $@

build/web/licenses.txt: build/web/index.html go.mod $(wildcard tools/notices/*.go)
	go run ./tools/notices -o $@

REACTORS := build/ondol.wasm build/ondol-relaxed.wasm build/ondol-extract.wasm build/bench/ondol-scalar.wasm

$(REACTORS): $(GUEST_SOURCES) $(wildcard tools/pack/*.go)
	@mkdir -p $(@D)
	GOOS=wasip1 GOARCH=wasm GOEXPERIMENT=$(GUEST_EXPERIMENT)$(SIMD) go build $(GUEST_FLAGS) -o $@ $(MAIN)
	go run ./tools/pack $@

SIMD :=
build/ondol.wasm build/ondol-relaxed.wasm: SIMD := ,simd
MAIN := -tags=lean ./wasm/guest
build/ondol-relaxed.wasm: MAIN := -tags=lean,relaxed ./wasm/guest
build/ondol-extract.wasm: MAIN := ./wasm/extractor

# The page brings the reactors along.
build/web/index.html: build/ondol.wasm build/ondol-relaxed.wasm build/ondol-extract.wasm $(WEB_SOURCES) web/node_modules/.package-lock.json
	npm run --prefix web build
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund
	@touch $@

# The SDK as an npm package, ready for npm publish in web/sdk.
sdk: build
	node web/pack.mjs

# The Worker: its program, and the glue of syumai/workers.
edge: build/edge/app.wasm

EDGE_SOURCES := $(GUEST_SOURCES) $(shell find cmd/edge -name '*.go')

# The glue's generator empties its output folder first.
build/edge/app.wasm: $(EDGE_SOURCES)
	go run github.com/syumai/workers/cmd/workers-assets-gen -mode=go -o build/edge
	GOOS=js GOARCH=wasm GOEXPERIMENT=nojsonv2 go build -trimpath -ldflags='-s -w' -o $@ ./cmd/edge

generate:
	go generate ./wasm/...
	go run ./tools/samples

test: test-go test-wasm test-relaxed test-web test-edge

test-go: build
	go test ./...

# The same tests as WebAssembly, under wazero.
test-wasm: build/bin/wazero
	GOWASIRUNTIME=wazero GOOS=wasip1 GOARCH=wasm PATH="$$(go env GOROOT)/lib/wasm:$(CURDIR)/build/bin:$$PATH" \
		go test $(PORTABLE)

# What computes with models once more, with relaxed SIMD, which V8 has (Node 20
# behind a flag) and wazero does not.
test-relaxed: build/bin/pack
	flag=$$(node --v8-options | grep -o -- --experimental-wasm-relaxed-simd || true); \
		test() { GOOS=wasip1 GOARCH=wasm go test -tags=relaxed -exec="node $$flag --no-warnings $(CURDIR)/web/test/wasi.mjs" "$$@"; }; \
		test ./engine/kernel ./engine/shard; test -run='Parity' ./engine/model

build/bin/pack: $(wildcard tools/pack/*.go)
	go build -o $@ ./tools/pack

build/bin/wazero: go.mod
	GOBIN=$(CURDIR)/build/bin go install github.com/tetratelabs/wazero/cmd/wazero@v1.12.0
	@touch $@

test-web: build
	npm test --prefix web

test-edge: edge bin/ondol web/edge/node_modules/.package-lock.json
	npm test --prefix web/edge

check: build
	unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l cmd engine index tools wasm); \
		if [ -n "$$unformatted" ]; then echo "run gofmt -w on:" $$unformatted; exit 1; fi
	go vet ./...
	GOOS=wasip1 GOARCH=wasm go vet $(PORTABLE) ./wasm/abi
	GOOS=wasip1 GOARCH=wasm go vet -tags=relaxed ./engine/kernel
	GOOS=js GOARCH=wasm GOEXPERIMENT= go vet ./cmd/edge
	GOEXPERIMENT= go build ./...
	GOARCH=arm64 go build ./cmd/ondol ./engine/...
	go run ./tools/layers
	go run ./tools/abigen | diff -u web/sdk/src/abi.gen.ts - || { echo "web/sdk/src/abi.gen.ts is stale: make generate"; exit 1; }
	go run ./tools/size build/web
	go run ./tools/origins build/web
	npm run --prefix web check
	if [ -n "$${CI:-}" ] && [ -n "$$(git status --porcelain)" ]; then git status --short; echo "the build leaves files behind"; exit 1; fi

# Raw figures, also in build/bench: micro-benchmarks, the page in Chromium, and
# a model of 135 million random weights in each engine, with and without SIMD.
MODEL := build/bench/smollm2-135m-q8_0.gguf

bench: build build/bench/ondol-scalar.wasm $(if $(wildcard ../shared/bench/mkgguf),$(MODEL))
	go test -run='^$$' -bench=. -benchtime=300ms ./engine/... ./index/... | tee build/bench/go.txt
	npm run --prefix web bench | tee build/bench/page.txt
	if [ -f $(MODEL) ]; then \
		for engine in native wasm; do bin/ondol bench --model $(MODEL) --engine $$engine --json; done | tee build/bench/model.txt; \
	else echo "no ../shared/bench/mkgguf: the model's speed is not measured"; fi

# Models of random weights: SHAPE-FORMAT. Of Q4_K_M, llama.cpp stores rows that do
# not fill blocks of 256 as Q5_0, and the embedding as Q8_0.
build/bench/%.gguf: ../shared/bench/mkgguf/main.go
	@mkdir -p build/bench
	shape=$*; shape=$${shape%-*}; arch=llama; vocab=gpt-2; \
		case $$shape in qwen*) arch=qwen2;; minilm*) arch=bert vocab=bert-bge;; causal-*) shape=$${shape#causal-};; esac; \
		go run -C ../shared/bench/mkgguf . -arch $$arch -preset $$shape -q $(patsubst q4_k_m,q5_0 -qembd q8_0,$(lastword $(subst -, ,$*))) \
			-vocab $(abspath ../shared/models/vocab)/ggml-vocab-$$vocab.gguf -o $(abspath $@)

# Every engine on the same models, side by side; some minutes for each model. Needs
# ../shared.
PEER_MODELS := smollm2-135m-q8_0 smollm2-135m-q4_0 smollm2-135m-q4_k_m qwen2.5-0.5b-q4_0 qwen2.5-0.5b-q4_k_m
PEER_LARGE := llama3.2-1b-q4_k
PEER_ENCODER := minilm-l6-q8_0

bench-peers: build peers $(PEER_MODELS:%=build/bench/%.gguf) build/bench/$(PEER_LARGE).gguf build/bench/$(PEER_ENCODER).gguf
	for model in $(PEER_MODELS); do node web/test/peers.mjs build/bench/$$model.gguf; done | tee build/bench/peers.txt
	node web/test/peers.mjs --prompt 64 --generate 16 build/bench/$(PEER_LARGE).gguf | tee -a build/bench/peers.txt
	node web/test/peers.mjs --encoder build/bench/$(PEER_ENCODER).gguf | tee -a build/bench/peers.txt

# What longer contexts cost, on one thread and on two, with the cache as floats and
# as bytes. The model is small, for attention to show.
CONTEXT_MODEL := build/bench/causal-minilm-l6-q8_0.gguf

bench-context: build $(CONTEXT_MODEL)
	for kv in f32 int8; do for threads in 1 2; do for n in 256 1024 4096 8192; do \
		bin/ondol bench --engine native --model $(CONTEXT_MODEL) --ctx 8224 --prompt $$n --generate 32 --threads $$threads --kv $$kv --json; \
	done; done; done | tee build/bench/context.txt

# Every fuzz target for a while; what it finds is kept in its testdata/fuzz.
fuzz:
	for package in $$(go list ./...); do \
		for name in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			go test -run='^$$' -fuzz="^$$name$$" -fuzztime=$(FUZZTIME) $$package; \
		done; \
	done

# The peers that the engine is measured against; needs ../shared.
peers: build/peers/node_modules/.package-lock.json

build/peers/node_modules/.package-lock.json: ../shared/bench/peers/package.json
	mkdir -p build/peers
	cp ../shared/bench/peers/* build/peers/
	chmod -R u+w build/peers
	npm i --prefix build/peers --ignore-scripts --no-audit --no-fund
	@touch $@

# Hugging Face's tokenizers (Rust), which are bound natively behind a build tag: the
# oracle of our own. Needs cargo, and crates.io.
libtokenizers: build/lib/libtokenizers.a

build/lib/libtokenizers.a: tools/hftokenizers/build.sh go.mod
	tools/hftokenizers/build.sh build/lib

test-tokenizers: build/lib/libtokenizers.a
	CGO_ENABLED=1 CGO_LDFLAGS=-L$(CURDIR)/build/lib go test -tags hftokenizers ./tools/hftokenizers

clean:
	rm -rf bin build $(DIST)/web
