package abi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
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

// counting counts the texts that a runner embedded for another.
type counting struct {
	Runner
	read *atomic.Int32
}

func (c counting) Do(op string, request any, emit func([]byte) bool) ([]byte, error) {
	if r, ok := request.(VectorsRequest); ok {
		c.read.Add(int32(len(r.Read)))
	}
	return c.Runner.Do(op, request, emit)
}

// Engines that share the passages out make the vectors that one makes, and each its
// part of them.
func TestTeamEmbeds(t *testing.T) {
	b, err := os.ReadFile("../../web/app/encoder.gguf")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for i := range 120 {
		fmt.Fprintf(&text, "# Weir %d\n\nThe gauge of weir %d stood at %d cm when the ferry left. 보의 수위는 %d cm였다.\n\n", i, i, i*7%100, i)
	}
	found := func(threads int) (vectors []string) {
		read := make([]atomic.Int32, threads)
		kept := store.NewMemory()
		h := sources{testHost: testHost{kept, []byte(text.String())}, encoder: testHost{kept, b}}
		members := 0
		team, err := Team(threads, func(l model.Link) (Runner, error) {
			members++
			return counting{Native(Linked(h, l)), &read[members-1]}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		defer team.Close()
		call := func(op string, request any) []byte {
			result, err := team.Do(op, request, nil)
			if err != nil {
				t.Fatalf("%s: %v", op, err)
			}
			return result
		}
		call("open", nil)
		call("add", AddRequest{Documents: []AddDocument{{ID: "weirs.md", Source: "document", Size: int64(text.Len())}}})
		call("encoder", EncoderRequest{Source: "encoder", Size: int64(len(b))})
		for {
			var v VectorsResult
			if err := json.Unmarshal(call("vectors", VectorsRequest{}), &v); err != nil {
				t.Fatal(err)
			}
			if v.Done == v.Total {
				break
			}
		}
		for i := range read {
			if n := read[i].Load(); threads > 1 && n < 100/int32(threads) {
				t.Errorf("engine %d of %d embedded %d passages", i, threads, n)
			}
		}
		for _, query := range []string{"Where did the ferry leave?", "17번 보의 수위는?"} {
			vectors = append(vectors, string(call("search", SearchRequest{Query: query, Mode: "vector"})))
		}
		return vectors
	}
	if one, three := found(1), found(3); !slices.Equal(one, three) {
		t.Errorf("one engine finds\n%s, three find\n%s", one, three)
	}
}

// sources are a document and an encoder.
type sources struct {
	testHost
	encoder testHost
}

func (s sources) Read(name string, p []byte, off int64) error {
	if name == "encoder" {
		return s.encoder.Read(name, p, off)
	}
	return s.testHost.Read(name, p, off)
}
