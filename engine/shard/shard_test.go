package shard

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// Every member sees all parts in order, whoever comes first and last, with parts
// of all lengths.
func TestAllGather(t *testing.T) {
	const rounds = 2000
	for _, n := range []int{1, 2, 3, 5} {
		g := NewGroup(n)
		part := func(member, round int) []byte {
			r := rand.New(rand.NewPCG(uint64(member), uint64(round)))
			b := make([]byte, r.IntN(40))
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			return b
		}
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				dst := make([]byte, 40*n)
				for round := range rounds {
					if (round+i)%300 == 0 {
						time.Sleep(time.Millisecond) // long enough for the others to sleep
					}
					got, err := g.Member(i).AllGather(dst, part(i, round))
					var want []byte
					for j := range n {
						want = append(want, part(j, round)...)
					}
					if err != nil || !bytes.Equal(dst[:got], want) {
						t.Errorf("%d members, round %d: %x, error %v, want %x", n, round, dst[:got], err, want)
						g.Close()
						return
					}
				}
			})
		}
		all.Wait()
	}
}

func TestCloseLetsGo(t *testing.T) {
	g := NewGroup(2)
	ended := make(chan error)
	go func() {
		_, err := g.Member(0).AllGather(nil, []byte("alone"))
		ended <- err
	}()
	time.Sleep(5 * time.Millisecond)
	g.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestTooMuchIsAnError(t *testing.T) {
	g := NewGroup(2)
	go g.Member(1).AllGather(make([]byte, 100), make([]byte, 50))
	if _, err := g.Member(0).AllGather(make([]byte, 60), make([]byte, 50)); err == nil {
		t.Error("100 bytes fitted into 60")
	}
}

// What meeting costs, with little and with much to give.
func BenchmarkAllGather(b *testing.B) {
	for _, size := range []int{2048, 1 << 19} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			g := NewGroup(2)
			go func() {
				dst, part := make([]byte, 2*size), make([]byte, size)
				for {
					if _, err := g.Member(1).AllGather(dst, part); err != nil {
						return
					}
				}
			}()
			dst, part := make([]byte, 2*size), make([]byte, size)
			for b.Loop() {
				if _, err := g.Member(0).AllGather(dst, part); err != nil {
					b.Fatal(err)
				}
			}
			g.Close()
		})
	}
}
