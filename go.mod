module github.com/ondol-rag/ondol

go 1.27

toolchain go1.27.4

ignore (
	./build
	node_modules
)

require (
	github.com/blevesearch/snowballstem v0.9.0
	github.com/chewxy/math32 v1.11.1
	github.com/daulet/tokenizers v1.25.0
	github.com/syumai/workers v0.33.0
	github.com/tetratelabs/wazero v1.12.0
	golang.org/x/net v0.54.0
	golang.org/x/text v0.43.0
)

require golang.org/x/sys v0.44.0 // indirect
