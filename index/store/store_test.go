package store

import (
	"errors"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// A version is not published once a later one was, though its own name is free.
func testSwap(t *testing.T, s index.Store) {
	for _, c := range []struct {
		name  string
		taken bool
	}{
		{"a-1", false}, {"a-1", true}, {"a-4", false}, {"a-2", true}, {"a-4", true}, {"b-1", false}, {"a-b-1", false}, {"a-5", false},
	} {
		err := s.Swap(c.name, []byte(c.name))
		if errors.Is(err, index.ErrConflict) != c.taken || err != nil != c.taken {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.name == "a-4" && s.Delete("a-1") != nil {
			t.Fatal("a-1 is not deleted")
		}
	}
	if b, err := s.Get("a-4", 0, -1); err != nil || string(b) != "a-4" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestMemorySwap(t *testing.T) { testSwap(t, NewMemory()) }
