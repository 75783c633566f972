package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/wasm/abi"
)

func compileExtractor(ctx context.Context, r wazero.Runtime, wasm func() ([]byte, error)) (wazero.CompiledModule, error) {
	if wasm == nil {
		return nil, &abi.Error{Code: abi.Unsupported, Message: "this host has no reader for documents of this format"}
	}
	b, err := wasm()
	if err != nil {
		return nil, err
	}
	m, err := r.CompileModule(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("compiling the extractor: %w", err)
	}
	return m, nil
}

// extract has the second reactor read the document that lies in the memory of the
// first, and returns its reply. Each document has an instance of its own: what one
// leaves behind, or breaks, the next never sees.
func (i *Instance) extract(request *abi.IO) (reply []byte, err error) {
	data, ok := i.module.Memory().Read(request.Ptr, request.Len)
	if !ok {
		return nil, fmt.Errorf("io outside memory: %#x, %d bytes", request.Ptr, request.Len)
	}
	compiled, err := i.runtime.extractor()
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(struct {
		ID     string `json:"id"`
		Format string `json:"format"`
	}{request.Name, request.Format})
	if err != nil {
		return nil, err
	}
	m, err := i.runtime.runtime.InstantiateModule(experimental.WithMemoryAllocator(i.ctx, reserved), compiled, i.runtime.config)
	if err != nil {
		return nil, fmt.Errorf("starting the extractor: %w", err)
	}
	defer func() { err = errors.Join(err, m.Close(i.ctx)) }()
	alloc, extract := m.ExportedFunction("ondol_alloc"), m.ExportedFunction("ondol_extract")
	if alloc == nil || extract == nil {
		return nil, errors.New("not an Ondol extractor: no export ondol_alloc or ondol_extract")
	}
	var at [2]uint64
	for n, b := range [][]byte{head, data} {
		p, err := alloc.Call(i.ctx, uint64(len(b)))
		if err != nil {
			return nil, unreadable(request, err)
		}
		if at[n] = p[0]; !m.Memory().Write(uint32(at[n]), b) {
			return nil, fmt.Errorf("the extractor gave a buffer outside its memory: %#x", at[n])
		}
	}
	packed, err := extract.Call(i.ctx, at[0], at[1])
	if err != nil {
		return nil, unreadable(request, err)
	}
	b, ok := m.Memory().Read(uint32(packed[0]>>32), uint32(packed[0]))
	if !ok {
		return nil, fmt.Errorf("the extractor answered outside its memory: %#x", packed[0])
	}
	return append(reply, b...), nil
}

// unreadable is a document that the extractor broke on.
func unreadable(request *abi.IO, err error) error {
	return fmt.Errorf("%w: %s: reading it took more memory than there is, or failed: %v", index.ErrInput, request.Name, err)
}
