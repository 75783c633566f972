//go:build linux

package collection

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// A file system that is full leaves the library as it was, for this process and for
// the next, and has room again once documents are removed.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("a file system of 512 KiB cannot be mounted here: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	s, err := store.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, s)
	text := func(i int) string { return strings.Repeat(fmt.Sprintf("온돌 %d은 바닥을 데운다. ", i), 400) }
	var acknowledged []string
	refused := 0
	for i := 0; refused < 5 && i < 200; i++ {
		in := input(fmt.Sprintf("%03d.txt", i), text(i))
		err := c.Add([]index.Input{in}, func(_ int, _ *index.Document, err error) {
			if err != nil {
				t.Fatal(err)
			}
			acknowledged = append(acknowledged, in.ID)
		})
		if errors.Is(err, index.ErrFull) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused < 5 || len(acknowledged) < 5 {
		t.Fatalf("%d documents fit and %d were refused", len(acknowledged), refused)
	}
	if _, err := c.Tidy(); err != nil && !errors.Is(err, index.ErrFull) {
		t.Errorf("tidying a full disk: %v", err)
	}
	for _, c := range []*Collection{c, open(t, s)} {
		if got := ids(c); fmt.Sprint(got) != fmt.Sprint(acknowledged) {
			t.Fatalf("the full disk holds %v, acknowledged were %v", got, acknowledged)
		}
		for i, id := range acknowledged {
			if _, got, err := c.Text(id); err != nil || !strings.HasPrefix(got, text(i)[:30]) || len(got) < len(text(i))-1 {
				t.Errorf("%s: %d bytes, %v", id, len(got), err)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".writing-") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	if err := c.Remove(acknowledged[:len(acknowledged)/2]); err != nil {
		t.Fatalf("removing from a full disk: %v", err)
	}
	add(t, c, input("after.txt", "There is room again."))
}
