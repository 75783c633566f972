package abi

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/shard"
	"github.com/ondol-rag/ondol/index/json"
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

// team is several engines: of a model each computes a part, and of the passages that
// get vectors each embeds some.
type team struct {
	Runner  // the first
	others  []Runner
	group   *shard.Group
	readers []Runner // those of the others that have an encoder; none while they follow

	following bool // the others compute along, and hear nothing else

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
	switch r := request.(type) {
	case EncoderRequest:
		return t.encoder(r, emit)
	case VectorsRequest:
		if len(t.readers) > 0 {
			return t.vectors(r)
		}
	}
	load, ok := request.(LoadRequest)
	if op != "load" || !ok || len(t.others) == 0 {
		result, err := t.Runner.Do(op, request, emit)
		t.following = t.following && op != "unload"
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
	t.failed, t.readers, t.following = nil, nil, true
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
	t.following = false
	return nil, err
}

// encoder has all engines load the encoder; those that follow the first hear nothing.
func (t *team) encoder(r EncoderRequest, emit func([]byte) bool) ([]byte, error) {
	t.readers = nil
	var reading sync.WaitGroup
	others, failed := t.others, make([]error, len(t.others))
	if t.following {
		others = nil
	}
	for i, other := range others {
		reading.Go(func() { _, failed[i] = other.Do("encoder", r, nil) })
	}
	result, err := t.Runner.Do("encoder", r, emit)
	reading.Wait()
	if err == nil {
		err = errors.Join(failed...)
	}
	if err != nil {
		return nil, AsError(err)
	}
	if r.Source != "" {
		t.readers = others
	}
	return result, nil
}

// vectors shares out the passages that come next.
func (t *team) vectors(r VectorsRequest) ([]byte, error) {
	n := or(r.Passages, 8) * (1 + len(t.readers))
	result, err := t.Runner.Do("vectors", VectorsRequest{Passages: &n, Ask: true}, nil)
	if err != nil {
		return nil, err
	}
	var asked VectorsResult
	if err := json.Unmarshal(result, &asked); err != nil {
		return nil, AsError(err)
	}
	if len(asked.Read) == 0 {
		return result, nil
	}
	all := append([]Runner{t.Runner}, t.readers...)
	made, failed := make([]VectorsResult, len(all)), make([]error, len(all))
	var embedding sync.WaitGroup
	for i, runner := range all {
		if texts := asked.Read[i*len(asked.Read)/len(all) : (i+1)*len(asked.Read)/len(all)]; len(texts) > 0 {
			embedding.Go(func() {
				made[i], failed[i] = Call[VectorsResult, struct{}](runner, "vectors", VectorsRequest{Read: texts}, nil)
			})
		}
	}
	embedding.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, AsError(err)
	}
	var vectors [][]float32
	for _, m := range made {
		vectors = append(vectors, m.Made...)
	}
	return t.Runner.Do("vectors", VectorsRequest{Passages: &n, Made: vectors}, nil)
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
