package host

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/ondol-rag/ondol/engine/model"
)

// linkKey is where the context of an instance's calls holds its model.Link.
type linkKey struct{}

// joinShards gives reactors the import through which shards meet.
func joinShards(ctx context.Context, r wazero.Runtime) error {
	i32 := api.ValueTypeI32
	_, err := r.NewHostModuleBuilder("ondol").NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(exchange), []api.ValueType{i32, i32, i32, i32}, []api.ValueType{i32}).
		Export("exchange").Instantiate(ctx)
	return err
}

func exchange(ctx context.Context, m api.Module, stack []uint64) {
	n, err := allGather(ctx, m.Memory(), uint32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3]))
	if err != nil {
		n = -1
	}
	stack[0] = api.EncodeI32(int32(n))
}

var errMemory = errors.New("outside memory")

func allGather(ctx context.Context, memory api.Memory, to, room, from, size uint32) (int, error) {
	link, ok := ctx.Value(linkKey{}).(model.Link)
	if !ok {
		return 0, errors.New("an instance alone")
	}
	part, ok := memory.Read(from, size)
	if !ok {
		return 0, errMemory
	}
	var dst []byte
	if to != 0 {
		if dst, ok = memory.Read(to, room); !ok {
			return 0, errMemory
		}
	}
	return link.AllGather(dst, part)
}
