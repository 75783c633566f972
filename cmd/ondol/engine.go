package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ondol-rag/ondol/cmd/ondol/assets"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
	"github.com/ondol-rag/ondol/wasm/host"
)

// files is the engine's host on this machine: a store, and sources that are
// paths.
type files struct {
	index.Store
	open map[string]*os.File
}

func (h *files) Read(source string, p []byte, off int64) error {
	f, ok := h.open[source]
	if !ok {
		var err error
		if f, err = os.Open(source); err != nil {
			return err
		}
		h.open[source] = f
	}
	if n, err := f.ReadAt(p, off); n < len(p) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s ends at byte %d: it was cut off, or is being written", source, off+int64(n))
		}
		return err
	}
	return nil
}

// session is a running engine and its host.
type session struct {
	abi.Runner
	files   *files
	runtime *host.Runtime // nil natively
}

// engineFlag declares --engine.
func engineFlag(f *flag.FlagSet) *string {
	return f.String("engine", "wasm", "wasm runs the reactor that browsers run, native the same packages compiled for this machine")
}

// start runs an engine over a store.
func start(engine string, s index.Store) (*session, error) {
	h := &files{Store: s, open: map[string]*os.File{}}
	switch engine {
	case "native":
		return &session{Runner: abi.Native(h), files: h}, nil
	case "wasm":
	default:
		return nil, usagef("--engine %s: wasm or native", engine)
	}
	wasm, err := assets.Reactor()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	cache := ""
	if dir, err := os.UserCacheDir(); err == nil {
		cache = filepath.Join(dir, "ondol")
	}
	r, err := host.Compile(ctx, wasm, host.Options{CacheDir: cache, Extractor: assets.Extractor})
	if err != nil {
		return nil, err
	}
	i, err := r.Instantiate(ctx, h)
	if err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	return &session{Runner: i, files: h, runtime: r}, nil
}

func (s *session) Close() error {
	err := s.Runner.Close()
	if s.runtime != nil {
		err = errors.Join(err, s.runtime.Close(context.Background()))
	}
	for _, f := range s.files.open {
		err = errors.Join(err, f.Close())
	}
	return err
}

// memory is what the engine holds, in bytes.
func (s *session) memory() uint64 {
	if i, ok := s.Runner.(*host.Instance); ok {
		return i.Memory()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// withModel runs an engine, loads a GGUF, and closes it all afterwards.
func withModel(engine, path string, context *int, do func(*session, abi.ModelResult) error) (err error) {
	s, err := start(engine, store.NewMemory())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	m, err := s.load(path, context)
	if err != nil {
		return err
	}
	return do(s, m)
}

func (s *session) load(path string, context *int) (abi.ModelResult, error) {
	if path == "" {
		return abi.ModelResult{}, usagef("name a model: --model FILE.gguf")
	}
	info, err := os.Stat(path)
	if err != nil {
		return abi.ModelResult{}, err
	}
	if info.IsDir() {
		return abi.ModelResult{}, fmt.Errorf("%s is a folder: name a GGUF file", path)
	}
	request := abi.LoadRequest{Source: path, Size: info.Size(), Name: filepath.Base(path), Context: context}
	m, err := abi.Call[abi.ModelResult, abi.LoadEvent](s, "load", request, nil)
	if err != nil {
		return m, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
