//go:build !js && !wasip1

package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/index"
)

func openFolder(t *testing.T, dir string) *Folder {
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFolderSwap(t *testing.T) { testSwap(t, openFolder(t, t.TempDir())) }

// Writers that pause between looking and writing, while others publish and delete old
// versions, never publish a number twice.
func TestFolderSwapOfMany(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	published := map[int]int{}
	var all sync.WaitGroup
	for w := range 8 {
		f := openFolder(t, dir)
		all.Go(func() {
			for range 40 {
				files, err := f.List()
				if err != nil {
					t.Error(err)
					return
				}
				newest := 0
				for _, other := range files {
					var n int
					fmt.Sscanf(other.Name, "v-%d", &n)
					newest = max(newest, n)
				}
				time.Sleep(time.Duration(w*w) * 200 * time.Microsecond)
				switch err := f.Swap(fmt.Sprintf("v-%06d", newest+1), []byte("x")); {
				case err == nil:
					mu.Lock()
					published[newest+1]++
					mu.Unlock()
					f.Delete(fmt.Sprintf("v-%06d", newest))
				case !errors.Is(err, index.ErrConflict):
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for n, times := range published {
		if times > 1 {
			t.Errorf("version %d was published %d times", n, times)
		}
	}
	if len(published) < 20 {
		t.Errorf("%d versions were published", len(published))
	}
}
