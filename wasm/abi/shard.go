package abi

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/shard"
)

// Shard says which part of a model an engine is to hold. The one with index 0 is
// used as if it were alone. With the others, "load" does not end before the first
// one's model is unloaded: they compute along, and answer nothing else.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// shard ties the part that is asked for to the host's link.
func (e *Engine) shard(r *Shard) (*model.Shard, error) {
	if r == nil || r.Count == 1 {
		return nil, nil
	}
	link, ok := e.host.(model.Link)
	if !ok {
		return nil, requestError("shard %d of %d: this host joins no shards", r.Index, r.Count)
	}
	return &model.Shard{Index: r.Index, Count: r.Count, Link: link}, nil
}

// linked is a host whose engine has others beside it.
type linked struct {
	Host
	model.Link
}

// Linked gives a host its link to other engines.
func Linked(h Host, l model.Link) Host { return linked{h, l} }

// Write passes on what the host may be able to besides.
func (l linked) Write(name string, p []byte) error {
	if sink, ok := l.Host.(Sink); ok {
		return sink.Write(name, p)
	}
	return errNoSink
}

// team is several engines over one model.
type team struct {
	Runner // the first
	others []Runner
	group  *shard.Group

	followers sync.WaitGroup
	mu        sync.Mutex
	failed    error // the first failure of a follower
}

// Team returns a runner that shares models out to n engines, which start makes.
// The first of them carries out all operations.
func Team(n int, start func(link model.Link) (Runner, error)) (Runner, error) {
	t := &team{group: shard.NewGroup(n)}
	for i := range n {
		r, err := start(t.group.Member(i))
		if err != nil {
			return nil, errors.Join(err, t.Close())
		}
		if i == 0 {
			t.Runner = r
		} else {
			t.others = append(t.others, r)
		}
	}
	return t, nil
}

// Do implements Runner.
func (t *team) Do(op string, request any, emit func([]byte) bool) ([]byte, error) {
	load, ok := request.(LoadRequest)
	if op != "load" || !ok || len(t.others) == 0 {
		result, err := t.Runner.Do(op, request, emit)
		if cause := t.cause(); err != nil && cause != nil {
			err = AsError(fmt.Errorf("%w: %w", err, cause))
		}
		return result, err
	}
	if _, err := t.Runner.Do("unload", nil, nil); err != nil {
		return nil, err
	}
	t.part()
	t.group.Reset()
	t.failed = nil
	for i, other := range t.others {
		share := load
		share.Shard = &Shard{Index: i + 1, Count: len(t.others) + 1}
		t.followers.Go(func() {
			if _, err := other.Do("load", share, nil); err != nil {
				t.fail(err)
			}
		})
	}
	load.Shard = &Shard{Index: 0, Count: len(t.others) + 1}
	result, err := t.Runner.Do("load", load, emit)
	if err == nil {
		return result, nil
	}
	if cause := t.cause(); cause != nil {
		err = cause
	}
	t.part()
	return nil, err
}

// part lets the followers go and waits until they are.
func (t *team) part() {
	t.group.Close()
	t.followers.Wait()
}

// cause is why the first follower that failed did so.
func (t *team) cause() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// fail ends the model whose follower failed.
func (t *team) fail(err error) {
	t.mu.Lock()
	if t.failed == nil {
		t.failed = err
	}
	t.mu.Unlock()
	t.group.Close()
}

// Memory is the size of all engines' memories, where they have their own.
func (t *team) Memory() (bytes uint64) {
	for _, r := range append([]Runner{t.Runner}, t.others...) {
		if m, ok := r.(interface{ Memory() uint64 }); ok {
			bytes += m.Memory()
		}
	}
	return bytes
}

// Close implements Runner.
func (t *team) Close() error {
	t.part()
	var err error
	for _, r := range t.others {
		err = errors.Join(err, r.Close())
	}
	if t.Runner != nil {
		err = errors.Join(err, t.Runner.Close())
	}
	return err
}
