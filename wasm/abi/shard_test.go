package abi

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/index/store"
)

// failing is a link that breaks once it is told to.
type failing struct {
	model.Link
	broken *atomic.Bool
}

func (f failing) AllGather(dst, part []byte) (int, error) {
	if f.broken.Load() {
		return 0, errors.New("the roof fell in")
	}
	return f.Link.AllGather(dst, part)
}

// A follower that fails while the model writes ends the call, which tells why; the
// model can be loaded again.
func TestFollowerFails(t *testing.T) {
	b, err := os.ReadFile("../../../shared/models/llama-tiny/ts656k.Q8_0.gguf")
	if err != nil {
		t.Skip(err)
	}
	var broken atomic.Bool
	h := testHost{store.NewMemory(), b}
	members := 0
	team, err := Team(2, func(l model.Link) (Runner, error) {
		if members++; members == 2 {
			l = failing{l, &broken}
		}
		return Native(Linked(h, l)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	for _, breaks := range []bool{false, true, false} {
		broken.Store(false)
		if _, err := team.Do("load", LoadRequest{Source: "model", Size: int64(len(b))}, nil); err != nil {
			t.Fatal(err)
		}
		// Each token takes dozens of meetings, and each of them a time slice where
		// others keep the cores: a few tokens are enough.
		tokens := 4
		_, err := team.Do("generate", GenerateRequest{Prompt: "Once", MaxTokens: &tokens}, func([]byte) bool {
			broken.Store(breaks)
			return true
		})
		if breaks != (err != nil) || breaks && !strings.Contains(err.Error(), "the roof fell in") {
			t.Errorf("a follower that fails (%v): error %v", breaks, err)
		}
	}
}
