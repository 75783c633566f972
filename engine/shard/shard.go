// Package shard lets one model compute on several cores: each of N shards holds
// its slice of every matrix and its heads, and they meet four times a layer, to
// put together what each has computed. See engine/model for who computes what.
//
// A Group is the meeting place where shards are goroutines: of this process, or
// each inside a WebAssembly instance. Where they are workers of a browser,
// web/sdk has the same in a SharedArrayBuffer.
package shard

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ondol-rag/ondol/engine/model"
)

// ErrClosed is returned to those who wait for a shard that is no more.
var ErrClosed = errors.New("a shard of the model has ended")

// Group is where N shards meet.
type Group struct {
	members []*Member
	closed  atomic.Bool

	// Who has waited long sleeps.
	mu     sync.Mutex
	wake   *sync.Cond
	asleep atomic.Int32
}

// Member is one shard's place in a group. One goroutine at a time may use it.
type Member struct {
	group *Group
	index int
	spins int // how often it looks for another before it sleeps; 0 where members share processors
	// rounds is how many times it has given its part.
	rounds atomic.Uint64
	// given are its parts of this round and of the one before: who gives a part
	// knows that all have read the one before the last.
	given [2][]byte
	_     [64]byte // members do not share a cache line
}

var _ model.Link = (*Member)(nil)

// NewGroup returns a group of n members.
func NewGroup(n int) *Group {
	g := &Group{}
	g.wake = sync.NewCond(&g.mu)
	spins := 0
	if runtime.GOMAXPROCS(0) >= n {
		spins = mostSpins
	}
	for i := range n {
		g.members = append(g.members, &Member{group: g, index: i, spins: spins})
	}
	return g
}

// Member is the place of shard i.
func (g *Group) Member(i int) *Member { return g.members[i] }

// Close lets go all who wait, with ErrClosed. It may be called by anyone.
func (g *Group) Close() {
	g.closed.Store(true)
	g.mu.Lock()
	g.wake.Broadcast()
	g.mu.Unlock()
}

// Reset opens a group anew, for another model. Nobody may be waiting in it.
func (g *Group) Reset() {
	g.closed.Store(false)
	for _, m := range g.members {
		m.rounds.Store(0)
	}
}

// AllGather implements model.Link.
func (m *Member) AllGather(dst, part []byte) (int, error) {
	g, round := m.group, m.rounds.Load()+1
	own := &m.given[round%2]
	*own = append((*own)[:0], part...)
	m.rounds.Store(round)
	if g.asleep.Load() > 0 {
		g.mu.Lock()
		g.wake.Broadcast()
		g.mu.Unlock()
	}
	n := 0
	for _, other := range g.members {
		if !m.await(other, round) {
			return 0, ErrClosed
		}
		given := other.given[round%2]
		if dst != nil && n+len(given) > len(dst) {
			g.Close()
			return 0, fmt.Errorf("shard %d gave %d bytes, for which there is no room", other.index, len(given))
		}
		if dst != nil {
			copy(dst[n:], given)
		}
		n += len(given)
	}
	return n, nil
}

// A member looks for another for up to some milliseconds: to be woken takes so long
// that those who then wait for it would fall asleep in turn. Where others keep the
// processors, it is of no use: who waits longer than patience looks half as often
// the next time.
const (
	fewSpins, mostSpins = 10_000, 10_000_000
	patience            = 2 * time.Millisecond
)

// await waits until another has given its part of a round; false if the group is
// closed.
func (m *Member) await(other *Member, round uint64) bool {
	if other.rounds.Load() >= round {
		return true
	}
	began := time.Now()
	seen := m.look(other, round)
	if !seen && !m.sleep(other, round) {
		return false
	}
	switch {
	case m.spins == 0:
	case time.Since(began) > patience:
		m.spins = max(m.spins/2, fewSpins)
	case !seen:
		m.spins = min(2*m.spins, mostSpins)
	}
	return true
}

// look says whether another has given its part before it was looked for too often.
func (m *Member) look(other *Member, round uint64) bool {
	for range m.spins {
		if other.rounds.Load() >= round {
			return true
		}
	}
	return false
}

// sleep is await without looking.
func (m *Member) sleep(other *Member, round uint64) bool {
	g := m.group
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asleep.Add(1)
	defer g.asleep.Add(-1)
	for other.rounds.Load() < round {
		if g.closed.Load() {
			return false
		}
		g.wake.Wait()
	}
	return true
}
