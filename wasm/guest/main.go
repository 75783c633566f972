//go:build wasip1

// Command guest is the engine as a WebAssembly reactor (wasip1): the one binary
// that browsers, Node, workerd and wazero run.
//
// An operation is a coroutine. ondol_start makes it, each ondol_next resumes it
// until it needs the host (io), has news (event) or ends (done, error). Nothing
// here blocks but the exchange of shards, and that is all that is imported beside
// WASI.
package main

import (
	"errors"
	"fmt"
	"iter"
	"unsafe"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/wasm/abi"
)

func main() {}

// job is a started operation.
type job struct {
	next  func() (*abi.Step, bool)
	stop  func()
	yield func(*abi.Step) bool // valid while the job runs
	reply []byte               // to the last io step
	ended bool                 // the caller stopped: yield must not be called again
}

var (
	jobs    = map[int32]*job{}
	lastJob int32
	current *job // the job that is running: the one that the host serves
	engine  = abi.New(host{})

	// pinned keeps what the host holds a pointer to from the collector.
	pinned = map[uint32][]byte{}
	// out is the last message handed out.
	out []byte
)

//go:wasmexport ondol_version
func version() int32 { return abi.Version }

// alloc returns a buffer of n bytes that lives until it is freed; 0 if n is
// not positive.
//
//go:wasmexport ondol_alloc
func alloc(n int32) uint32 {
	if n <= 0 {
		return 0
	}
	b := make([]byte, n)
	p := address(b)
	pinned[p] = b
	return p
}

//go:wasmexport ondol_free
func free(ptr uint32) { delete(pinned, ptr) }

// start opens an operation from a Start message and returns its job, always
// above 0: a malformed message shows as the error of the first step.
//
//go:wasmexport ondol_start
func start(ptr uint32, n int32) int32 {
	var message struct {
		Op      string          `json:"op"`
		Request json.RawMessage `json:"request"`
	}
	raw, err := receive(ptr, n)
	if err == nil {
		if e := json.Unmarshal(raw, &message); e != nil {
			err = &abi.Error{Code: abi.BadRequest, Message: fmt.Sprintf("malformed start message: %v", e)}
		}
	}
	j := &job{}
	j.next, j.stop = iter.Pull(func(yield func(*abi.Step) bool) {
		j.yield = func(s *abi.Step) bool {
			if !j.ended && !yield(s) {
				j.ended = true
			}
			return !j.ended
		}
		var result any
		if err == nil {
			result, err = engine.Do(message.Op, message.Request, func(event any) bool {
				return j.yield(&abi.Step{Kind: abi.StepEvent, Event: event})
			})
		}
		if err != nil {
			j.yield(&abi.Step{Kind: abi.StepError, Error: abi.AsError(err)})
			return
		}
		j.yield(&abi.Step{Kind: abi.StepDone, Result: result})
	})
	lastJob++
	jobs[lastJob] = j
	return lastJob
}

// next resumes a job with a Reply message (or none) and returns a Step message
// as pointer << 32 | length, valid until the next call of any export.
//
//go:wasmexport ondol_next
func next(id int32, ptr uint32, n int32) uint64 {
	step := &abi.Step{Kind: abi.StepError}
	j, ok := jobs[id]
	if !ok {
		step.Error = &abi.Error{Code: abi.BadRequest, Message: fmt.Sprintf("job %d is not running", id)}
		return send(step)
	}
	reply, err := receive(ptr, n)
	if err != nil {
		step.Error = abi.AsError(err)
		return send(step)
	}
	j.reply = reply
	current = j
	step, ok = j.next()
	current = nil
	if !ok || step.Kind == abi.StepDone || step.Kind == abi.StepError {
		delete(jobs, id)
		j.stop()
	}
	return send(step)
}

//go:wasmexport ondol_stop
func stop(id int32) {
	if j, ok := jobs[id]; ok {
		delete(jobs, id)
		current = j
		j.stop()
		current = nil
	}
}

func send(s *abi.Step) uint64 {
	b, err := json.Marshal(s)
	if err != nil {
		b, _ = json.Marshal(abi.Step{Kind: abi.StepError, Error: &abi.Error{Code: abi.Internal, Message: err.Error()}})
	}
	out = b
	return uint64(address(out))<<32 | uint64(len(out))
}

// receive copies a message out of a buffer that ondol_alloc gave.
func receive(ptr uint32, n int32) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	b, ok := pinned[ptr]
	if !ok || n < 0 || int(n) > len(b) {
		return nil, &abi.Error{Code: abi.BadRequest, Message: fmt.Sprintf("message of %d bytes at %#x lies outside any buffer of ondol_alloc", n, ptr)}
	}
	return append([]byte(nil), b[:n]...), nil
}

func address(b []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
}

// host passes the engine's needs to the host as io steps of the current job.
type host struct{}

var errStopped = fmt.Errorf("the operation was stopped: %w", abi.ErrCancelled)

func (h host) io(v abi.IOVerb, name string, off int64, p []byte) (abi.Reply, error) {
	return h.request(&abi.IO{Verb: v, Name: name, Offset: off}, p)
}

// request asks for the range that p is.
func (host) request(request *abi.IO, p []byte) (abi.Reply, error) {
	j := current
	if j == nil {
		return abi.Reply{}, errors.New("io outside a job")
	}
	request.Len = uint32(len(p))
	if len(p) > 0 {
		request.Ptr = address(p)
		pinned[request.Ptr] = p
		defer delete(pinned, request.Ptr)
	}
	if j.ended || !j.yield(&abi.Step{Kind: abi.StepIO, IO: request}) {
		return abi.Reply{}, errStopped
	}
	var r abi.Reply
	if len(j.reply) > 0 {
		if err := json.Unmarshal(j.reply, &r); err != nil {
			return r, &abi.Error{Code: abi.BadRequest, Message: fmt.Sprintf("malformed reply: %v", err)}
		}
	}
	if r.Error != nil {
		return r, r.Error
	}
	return r, nil
}

func (h host) Read(source string, p []byte, off int64) error {
	if len(p) == 0 {
		return nil
	}
	_, err := h.io(abi.IORead, source, off, p)
	return err
}

func (h host) Write(name string, p []byte) error {
	_, err := h.io(abi.IOWrite, name, 0, p)
	return err
}

func (h host) Extract(in index.Input) (index.Text, error) {
	r, err := h.request(&abi.IO{Verb: abi.IOExtract, Name: in.ID, Format: in.Format}, in.Data)
	if err != nil {
		return index.Text{}, err
	}
	if r.Text == nil {
		return index.Text{}, &abi.Error{Code: abi.BadRequest, Message: "the reply to extract holds no text"}
	}
	return *r.Text, nil
}

func (h host) Get(name string, off, n int64) ([]byte, error) {
	if n < 0 {
		files, err := h.List()
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if f.Name == name {
				n = f.Size - off
			}
		}
		if n < 0 {
			return nil, fmt.Errorf("%w: stored file %s", index.ErrNotFound, name)
		}
	}
	if n > maxFile {
		return nil, fmt.Errorf("%w: stored file %s has %d bytes, more than memory can hold", index.ErrCorrupt, name, n)
	}
	b := make([]byte, n)
	if n == 0 {
		return b, nil
	}
	if _, err := h.io(abi.IOGet, name, off, b); err != nil {
		return nil, err
	}
	return b, nil
}

// maxFile is the most that one read may ask of a 4 GiB memory.
const maxFile = 2 << 30

func (h host) Put(name string, data []byte) error {
	_, err := h.io(abi.IOPut, name, 0, data)
	return err
}

// PutPieces implements index.PieceStore. Each piece waits for the next, as the last
// says that it is the last.
func (h host) PutPieces(name string, pieces iter.Seq2[[]byte, error]) error {
	var last []byte
	at := int64(0)
	for p, err := range pieces {
		if err == nil && last != nil {
			_, err = h.request(&abi.IO{Verb: abi.IOPut, Name: name, Offset: at, More: true}, last)
			at += int64(len(last))
		}
		if err != nil {
			return err
		}
		last = p
	}
	_, err := h.io(abi.IOPut, name, at, last)
	return err
}

func (h host) Delete(name string) error {
	_, err := h.io(abi.IODelete, name, 0, nil)
	return err
}

func (h host) List() ([]index.FileInfo, error) {
	r, err := h.io(abi.IOList, "", 0, nil)
	if err != nil {
		return nil, err
	}
	files := make([]index.FileInfo, len(r.Files))
	for i, f := range r.Files {
		files[i] = index.FileInfo{Name: f.Name, Size: f.Size}
	}
	return files, nil
}

func (h host) Swap(name string, data []byte) error {
	_, err := h.io(abi.IOSwap, name, 0, data)
	return err
}
