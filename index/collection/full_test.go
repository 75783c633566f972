package collection

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// bounded has room for so many bytes.
type bounded struct {
	*store.Memory
	room int64
}

func (b bounded) fits(data []byte) error {
	files, _ := b.List()
	used := int64(len(data))
	for _, f := range files {
		used += f.Size
	}
	if used > b.room {
		return fmt.Errorf("%w: %d bytes of %d", index.ErrFull, used, b.room)
	}
	return nil
}

func (b bounded) Put(name string, data []byte) error {
	if err := b.fits(data); err != nil {
		return err
	}
	return b.Memory.Put(name, data)
}

func (b bounded) Swap(name string, data []byte) error {
	if err := b.fits(data); err != nil {
		return err
	}
	return b.Memory.Swap(name, data)
}

// A full store loses nothing, and documents can be removed from it to make room.
func TestFullStore(t *testing.T) {
	s := bounded{store.NewMemory(), 40_000}
	c := open(t, s)
	var acknowledged []string
	var err error
	for i := 0; err == nil; i++ {
		in := input(fmt.Sprintf("%03d.txt", i), strings.Repeat(fmt.Sprintf("온돌 %d. ", i), 60))
		err = c.Add([]index.Input{in}, func(_ int, _ *index.Document, err error) {
			if err == nil {
				acknowledged = append(acknowledged, in.ID)
			}
		})
	}
	if !errors.Is(err, index.ErrFull) || len(acknowledged) < 3 {
		t.Fatalf("%d documents, then %v", len(acknowledged), err)
	}
	for _, c := range []*Collection{c, open(t, s)} {
		if got := ids(c); fmt.Sprint(got) != fmt.Sprint(acknowledged) {
			t.Errorf("after the store was full there are %v, acknowledged %v", got, acknowledged)
		}
	}
	if _, err := c.Tidy(); err != nil && !errors.Is(err, index.ErrFull) {
		t.Errorf("tidying a full store: %v", err)
	}
	if err := c.Remove(acknowledged[:len(acknowledged)/2]); err != nil {
		t.Fatalf("removing from a full store: %v", err)
	}
	add(t, c, input("after.txt", "There is room again."))
}
