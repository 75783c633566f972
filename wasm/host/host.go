// Package host runs the WebAssembly reactor under wazero: the same binary that
// browsers run, for the command line and for tests.
package host

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// Options of a Runtime.
type Options struct {
	CacheDir string    // compiled code is kept here; "" compiles each time (1-2 s)
	Stderr   io.Writer // what the guest has to say when it fails; nil is os.Stderr
	// Extractor is the second reactor, asked for when a document needs it; nil
	// refuses such documents.
	Extractor func() ([]byte, error)
}

// Runtime is a compiled reactor.
type Runtime struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	config   wazero.ModuleConfig
	// extractor compiles the second reactor, once.
	extractor func() (wazero.CompiledModule, error)
}

// Compile readies a reactor for any number of instances.
func Compile(ctx context.Context, wasm []byte, o Options) (*Runtime, error) {
	config := wazero.NewRuntimeConfig()
	if o.CacheDir != "" {
		// A cache that cannot be made costs time, nothing else.
		if cache, err := wazero.NewCompilationCacheWithDir(o.CacheDir); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	r := wazero.NewRuntimeWithConfig(ctx, config)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return nil, errors.Join(fmt.Errorf("WASI: %w", err), r.Close(ctx))
	}
	if err := joinShards(ctx, r); err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	compiled, err := r.CompileModule(ctx, wasm)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("compiling the reactor: %w", err), r.Close(ctx))
	}
	if o.Stderr == nil {
		o.Stderr = os.Stderr
	}
	return &Runtime{
		runtime: r, compiled: compiled,
		config: wazero.NewModuleConfig().
			WithName("").WithStartFunctions("_initialize").
			WithSysWalltime().WithSysNanotime().WithRandSource(rand.Reader).
			WithStdout(o.Stderr).WithStderr(o.Stderr),
		extractor: sync.OnceValues(func() (wazero.CompiledModule, error) { return compileExtractor(ctx, r, o.Extractor) }),
	}, nil
}

// Close ends all instances.
func (r *Runtime) Close(ctx context.Context) error { return r.runtime.Close(ctx) }

// Instance is one running reactor with its own memory. It serves one call at a
// time; several instances run in parallel.
type Instance struct {
	ctx                            context.Context
	runtime                        *Runtime
	module                         api.Module
	alloc, free, start, next, stop api.Function
	host                           abi.Host
	pieces                         map[string][]byte // of files that are put piece by piece
	broken                         error             // a trap leaves a guest's memory in no known state
}

var _ abi.Runner = (*Instance)(nil)

// Instantiate starts a reactor over a host and shakes hands with it. A host that
// is a model.Link lets it hold a shard of a model.
func (r *Runtime) Instantiate(ctx context.Context, host abi.Host) (*Instance, error) {
	if link, ok := host.(model.Link); ok {
		ctx = context.WithValue(ctx, linkKey{}, link)
	}
	// memory.grow copies unless the address range is reserved beforehand.
	m, err := r.runtime.InstantiateModule(experimental.WithMemoryAllocator(ctx, reserved), r.compiled, r.config)
	if err != nil {
		return nil, fmt.Errorf("starting the reactor: %w", err)
	}
	i := &Instance{ctx: ctx, runtime: r, module: m, host: host}
	for name, f := range map[string]*api.Function{
		"ondol_alloc": &i.alloc, "ondol_free": &i.free, "ondol_start": &i.start, "ondol_next": &i.next, "ondol_stop": &i.stop,
	} {
		if *f = m.ExportedFunction(name); *f == nil {
			return nil, errors.Join(fmt.Errorf("not an Ondol reactor: no export %s", name), m.Close(ctx))
		}
	}
	version := m.ExportedFunction("ondol_version")
	if version == nil {
		return nil, errors.Join(errors.New("not an Ondol reactor: no export ondol_version"), m.Close(ctx))
	}
	v, err := version.Call(ctx)
	if err == nil && int32(v[0]) != abi.Version {
		err = fmt.Errorf("the reactor speaks version %d of the boundary, this host version %d: build both from one source", int32(v[0]), abi.Version)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close(ctx))
	}
	return i, nil
}

// Close ends the instance.
func (i *Instance) Close() error { return i.module.Close(i.ctx) }

// Memory is the size of the guest's memory, in bytes.
func (i *Instance) Memory() uint64 { return uint64(i.module.Memory().Size()) }

// Do implements abi.Runner.
func (i *Instance) Do(op string, request any, emit func([]byte) bool) ([]byte, error) {
	result, err := i.do(op, request, emit)
	if err != nil {
		return nil, abi.AsError(err)
	}
	return result, nil
}

// step is an abi.Step whose payloads stay as the guest wrote them.
type step struct {
	Kind   abi.StepKind    `json:"kind"`
	IO     *abi.IO         `json:"io"`
	Event  json.RawMessage `json:"event"`
	Result json.RawMessage `json:"result"`
	Error  *abi.Error      `json:"error"`
}

func (i *Instance) do(op string, request any, emit func([]byte) bool) ([]byte, error) {
	if i.broken != nil {
		return nil, fmt.Errorf("the engine failed before and must be started again: %w", i.broken)
	}
	i.pieces = map[string][]byte{}
	message, err := json.Marshal(abi.Start{Op: op, Request: request})
	if err != nil {
		return nil, err
	}
	ptr, err := i.send(message)
	if err != nil {
		return nil, err
	}
	job, err := i.call(i.start, uint64(ptr), uint64(len(message)))
	if err != nil {
		return nil, err
	}
	if _, err := i.call(i.free, uint64(ptr)); err != nil {
		return nil, err
	}
	var reply []byte
	for {
		s, err := i.resume(job, reply)
		if err != nil {
			return nil, err
		}
		reply = nil
		switch s.Kind {
		case abi.StepIO:
			if reply, err = i.answer(s.IO); err != nil {
				return nil, err
			}
		case abi.StepEvent:
			if emit != nil && !emit(s.Event) {
				if _, err := i.call(i.stop, job); err != nil {
					return nil, err
				}
				return nil, abi.ErrCancelled
			}
		case abi.StepDone:
			return s.Result, nil
		case abi.StepError:
			return nil, s.Error
		default:
			return nil, fmt.Errorf("the engine answered %q, which this host does not know", s.Kind)
		}
	}
}

// resume hands a reply to a job and returns its next step.
func (i *Instance) resume(job uint64, reply []byte) (s step, err error) {
	var ptr uint32
	if len(reply) > 0 {
		if ptr, err = i.send(reply); err != nil {
			return s, err
		}
	}
	packed, err := i.call(i.next, job, uint64(ptr), uint64(len(reply)))
	if err != nil {
		return s, err
	}
	raw, ok := i.module.Memory().Read(uint32(packed>>32), uint32(packed))
	if !ok {
		return s, fmt.Errorf("the engine answered outside its memory: %#x", packed)
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, fmt.Errorf("the engine's answer is malformed: %w", err)
	}
	if ptr != 0 {
		_, err = i.call(i.free, uint64(ptr))
	}
	return s, err
}

// send puts a message into guest memory.
func (i *Instance) send(message []byte) (uint32, error) {
	ptr, err := i.call(i.alloc, uint64(len(message)))
	if err != nil {
		return 0, err
	}
	if !i.module.Memory().Write(uint32(ptr), message) {
		return 0, fmt.Errorf("the engine gave a buffer outside its memory: %#x", ptr)
	}
	return uint32(ptr), nil
}

// call enters the guest. A trap breaks the instance for good.
func (i *Instance) call(f api.Function, args ...uint64) (uint64, error) {
	r, err := f.Call(i.ctx, args...)
	if err != nil {
		i.broken = err
		return 0, fmt.Errorf("the engine stopped: %w", err)
	}
	if len(r) == 0 {
		return 0, nil
	}
	return r[0], nil
}

// answer is the reply to an io step.
func (i *Instance) answer(request *abi.IO) ([]byte, error) {
	if request.Verb == abi.IOExtract {
		reply, err := i.extract(request)
		if err == nil {
			return reply, nil
		}
		return json.Marshal(abi.Reply{Error: abi.AsError(err)})
	}
	return json.Marshal(i.serve(request))
}

// serve answers whatever a store or a source can.
func (i *Instance) serve(request *abi.IO) (reply abi.Reply) {
	fail := func(err error) abi.Reply { return abi.Reply{Error: abi.AsError(err)} }
	memory, ok := i.module.Memory().Read(request.Ptr, request.Len)
	if !ok {
		return fail(fmt.Errorf("io outside memory: %#x, %d bytes", request.Ptr, request.Len))
	}
	var err error
	switch request.Verb {
	case abi.IORead:
		err = i.host.Read(request.Name, memory, request.Offset)
	case abi.IOGet:
		var b []byte
		if b, err = i.host.Get(request.Name, request.Offset, int64(len(memory))); err == nil {
			copy(memory, b)
		}
	case abi.IOPut:
		if request.More || request.Offset > 0 {
			memory = append(i.pieces[request.Name], memory...)
			i.pieces[request.Name] = memory
		}
		if !request.More {
			delete(i.pieces, request.Name)
			err = i.host.Put(request.Name, memory)
		}
	case abi.IOSwap:
		err = i.host.Swap(request.Name, memory)
	case abi.IOWrite:
		sink, ok := i.host.(abi.Sink)
		if !ok {
			return fail(&abi.Error{Code: abi.Unsupported, Message: "this host takes no files"})
		}
		err = sink.Write(request.Name, memory)
	case abi.IODelete:
		err = i.host.Delete(request.Name)
	case abi.IOList:
		var files []index.FileInfo
		files, err = i.host.List()
		for _, f := range files {
			reply.Files = append(reply.Files, abi.File{Name: f.Name, Size: f.Size})
		}
	default:
		err = fmt.Errorf("io verb %q is not known here", request.Verb)
	}
	if err != nil {
		return fail(err)
	}
	return reply
}
