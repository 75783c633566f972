//go:build unix

package collection

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// The test binary is the process that is killed when this names a folder.
const victimFolder = "ONDOL_TEST_VICTIM"

func TestMain(m *testing.M) {
	if folder := os.Getenv(victimFolder); folder != "" {
		changeForever(folder)
	}
	os.Exit(m.Run())
}

// version is the text of a document; version 0 is its absence. The word that ends
// in x is in no other.
func version(id, n int) string {
	return fmt.Sprintf("document%dversion%dx 온돌은 따뜻하다. %s", id, n, strings.Repeat(fmt.Sprintf("filler %d. ", n), 1+n*37%400))
}

// changeForever adds, replaces, removes and tidies until it is killed. It says on
// standard output what it begins, and what was acknowledged.
func changeForever(folder string) {
	die := func(err error) {
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
	}
	s, err := store.OpenFolder(folder)
	die(err)
	c, err := Open(s)
	die(err)
	last := int(time.Now().UnixNano() % 1e9)
	for {
		last++
		id := rand.IntN(12)
		name := fmt.Sprintf("%d.txt", id)
		if _, there := c.locate(name); there && rand.IntN(4) == 0 {
			fmt.Println("begin", id, 0)
			die(c.Remove([]string{name}))
			fmt.Println("done", id, 0)
		} else {
			fmt.Println("begin", id, last)
			die(c.Add([]index.Input{input(name, version(id, last))}, func(_ int, _ *index.Document, err error) {
				die(err)
				fmt.Println("done", id, last)
			}))
		}
		if rand.IntN(3) == 0 {
			_, err := c.Tidy()
			die(err)
		}
	}
}

// A process that is killed at any moment leaves every acknowledged document whole,
// and what it was doing either done or not.
func TestKilledAnywhere(t *testing.T) {
	kills := 200
	if testing.Short() {
		kills = 20
	}
	folder := t.TempDir()
	allowed := map[int]map[int]bool{} // versions that each document may have
	changes := 0
	for range kills {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), victimFolder+"="+folder)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for first := true; lines.Scan(); first = false {
			if first {
				time.AfterFunc(time.Duration(rand.IntN(25_000))*time.Microsecond, func() { c.Process.Kill() })
			}
			var what string
			var id, n int
			if _, err := fmt.Sscan(lines.Text(), &what, &id, &n); err != nil {
				t.Fatalf("the process said %q", lines.Text())
			}
			if what == "done" {
				allowed[id] = map[int]bool{n: true}
				changes++
			} else if allowed[id] == nil {
				allowed[id] = map[int]bool{0: true, n: true}
			} else {
				allowed[id][n] = true
			}
		}
		_ = c.Wait() // it was killed
		verify(t, folder, allowed)
	}
	t.Logf("%d acknowledged changes over %d kills", changes, kills)
}

// verify holds a library against what may be in it, and narrows that to what is.
func verify(t *testing.T, folder string, allowed map[int]map[int]bool) {
	t.Helper()
	s, err := store.OpenFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	for id, versions := range allowed {
		name := fmt.Sprintf("%d.txt", id)
		_, text, err := c.Text(name)
		found := -1
		for n := range versions {
			if n == 0 && err != nil || n != 0 && err == nil && text == version(id, n) {
				found = n
			}
		}
		if found < 0 {
			t.Fatalf("%s is %.60q (%v), which is none of %v", name, text, err, versions)
		}
		for n := range versions {
			hits, _, err := c.Search(fmt.Sprintf("document%dversion%dx", id, n), 5)
			if err != nil {
				t.Fatal(err)
			}
			there := len(hits) > 0 && hits[0].Document == name && strings.Contains(hits[0].Text, fmt.Sprintf("version%dx", n))
			if n != 0 && there != (n == found) {
				t.Fatalf("%s is of version %d, and searching version %d finds %v", name, found, n, hits)
			}
		}
		allowed[id] = map[int]bool{found: true}
	}
}
