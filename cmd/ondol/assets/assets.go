// Package assets carries what the build made into the binary: the reactor and
// the page. `make build` fills dist.
package assets

import (
	"embed"
	"errors"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

var errNotBuilt = errors.New("this binary was built without the page and the WebAssembly engine: build it with make build (or use --engine native)")

// Reactor is the engine as WebAssembly.
func Reactor() ([]byte, error) { return read("ondol.wasm") }

// Extractor is the second reactor: the readers that the first one lacks.
func Extractor() ([]byte, error) { return read("ondol-extract.wasm") }

// Encoder is the default model: a GGUF that embeds, reads and verifies.
func Encoder() ([]byte, error) { return read("encoder.gguf") }

func read(name string) ([]byte, error) {
	b, err := dist.ReadFile("dist/web/" + name)
	if err != nil {
		return nil, errNotBuilt
	}
	return b, nil
}

// Page is the files of the page.
func Page() (fs.FS, error) {
	if _, err := fs.Stat(dist, "dist/web/index.html"); err != nil {
		return nil, errNotBuilt
	}
	return fs.Sub(dist, "dist/web")
}
