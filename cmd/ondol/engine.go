package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ondol-rag/ondol/cmd/ondol/assets"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
	"github.com/ondol-rag/ondol/wasm/host"
)

// session is a running engine and its host.
type session struct {
	abi.Runner
	files   *files
	runtime *host.Runtime // nil natively
	unmake  func()        // takes away what was made for nothing; may be nil
}

// engineFlag declares --engine.
func engineFlag(f *flag.FlagSet) *string {
	return f.String("engine", "wasm", "wasm runs the reactor that browsers run, native the same packages compiled for this machine")
}

// threadsFlag declares --threads of commands that load a model.
func threadsFlag(f *flag.FlagSet) *int {
	return f.Int("threads", 1, "cores: a model computes on all, each with its part of the weights, and passages are embedded on all")
}

// start runs an engine over a store.
func start(engine string, s index.Store) (*session, error) { return startTeam(engine, 1, s) }

// startTeam runs as many engines as threads over a store, for one model.
func startTeam(engine string, threads int, s index.Store) (*session, error) {
	if threads < 1 || threads > maxThreads {
		return nil, usagef("--threads %d: from 1 to %d", threads, maxThreads)
	}
	h := &files{Store: s, open: map[string]*source{}}
	switch engine {
	case "native":
		r, err := abi.Team(threads, func(l model.Link) (abi.Runner, error) { return abi.Native(abi.Linked(h, l)), nil })
		return &session{Runner: r, files: h}, err
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
	t, err := abi.Team(threads, func(l model.Link) (abi.Runner, error) { return r.Instantiate(ctx, abi.Linked(h, l)) })
	if err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	return &session{Runner: t, files: h, runtime: r}, nil
}

// maxThreads is more than a small model can be shared out to with profit.
const maxThreads = 32

func (s *session) Close() error {
	err := s.Runner.Close()
	if s.runtime != nil {
		err = errors.Join(err, s.runtime.Close(context.Background()))
	}
	if s.unmake != nil {
		s.unmake()
	}
	return errors.Join(err, s.files.Close())
}

// memory is what the engine holds, in bytes.
func (s *session) memory() uint64 {
	if r, ok := s.Runner.(interface{ Memory() uint64 }); ok && s.runtime != nil {
		return r.Memory()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// loading is how a model is loaded.
type loading struct {
	context *int
	kv      string // as abi.LoadRequest has it
}

// kvFlag declares --kv.
func kvFlag(f *flag.FlagSet) *string {
	kv := new(string)
	f.Func("kv", "how the model's cache keeps keys and values: `f32`, or int8 in a quarter of the memory (default f32)", func(s string) error {
		*kv = s
		_, err := kvcache.ParseType(s)
		return err
	})
	return kv
}

// withModel runs an engine, loads a GGUF, and closes it all afterwards.
func withModel(engine, path string, context *int, do func(*session, abi.ModelResult) error) error {
	return withTeam(engine, 1, path, loading{context: context}, do)
}

// withTeam is withModel on several threads.
func withTeam(engine string, threads int, path string, l loading, do func(*session, abi.ModelResult) error) (err error) {
	s, err := startTeam(engine, threads, store.NewMemory())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	m, err := s.load(path, l)
	if err != nil {
		return err
	}
	return do(s, m)
}

func (s *session) load(path string, l loading) (abi.ModelResult, error) {
	if path == "" {
		return abi.ModelResult{}, usagef("name a model: --model FILE.gguf")
	}
	request, err := s.loadRequest(path)
	if err != nil {
		return abi.ModelResult{}, err
	}
	request.Context, request.KV = l.context, l.kv
	m, err := abi.Call[abi.ModelResult, abi.LoadEvent](s, "load", request, nil)
	if err != nil {
		return m, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
