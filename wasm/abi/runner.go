package abi

import "github.com/ondol-rag/ondol/index/json"

// Runner carries out operations wherever the engine runs: natively or behind
// WebAssembly. Messages are JSON on both sides, so that both give the same bytes.
type Runner interface {
	// Do carries out an operation; emit may be nil. Errors are *Error.
	Do(op string, request any, emit func(event []byte) bool) (result []byte, err error)
	Close() error
}

// Native returns a runner of the engine's packages as compiled into this binary.
func Native(host Host) Runner { return native{New(host)} }

type native struct{ engine *Engine }

func (n native) Do(op string, request any, emit func([]byte) bool) ([]byte, error) {
	raw, err := json.Marshal(request)
	if err != nil {
		return nil, AsError(err)
	}
	var failed error
	result, err := n.engine.Do(op, raw, func(event any) bool {
		if emit == nil {
			return true
		}
		var b []byte
		if b, failed = json.Marshal(event); failed != nil {
			return false
		}
		return emit(b)
	})
	if failed != nil {
		err = failed
	}
	if err != nil {
		return nil, AsError(err)
	}
	b, err := json.Marshal(result)
	if err != nil {
		return nil, AsError(err)
	}
	return b, nil
}

func (native) Close() error { return nil }

// Call carries out an operation with messages of known types; on may be nil.
func Call[Result, Event any](r Runner, op string, request any, on func(Event) bool) (Result, error) {
	var result Result
	var failed error
	var emit func([]byte) bool
	if on != nil {
		emit = func(raw []byte) bool {
			var e Event
			if failed = json.Unmarshal(raw, &e); failed != nil {
				return false
			}
			return on(e)
		}
	}
	raw, err := r.Do(op, request, emit)
	if failed != nil {
		return result, failed
	}
	if err != nil {
		return result, err
	}
	return result, json.Unmarshal(raw, &result)
}
