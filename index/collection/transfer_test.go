package collection

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/segment"
	"github.com/ondol-rag/ondol/index/store"
)

func exported(t testing.TB, c *Collection) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Export(func(p []byte) error { b.Write(p); return nil }); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func imported(c *Collection, b []byte) error {
	return c.Import("file", int64(len(b)), func(p []byte, off int64) error {
		if off+int64(len(p)) > int64(len(b)) {
			return fmt.Errorf("%d bytes at %d of %d", len(p), off, len(b))
		}
		copy(p, b[off:])
		return nil
	})
}

func TestExportAndImport(t *testing.T) {
	c := open(t, store.NewMemory())
	tagged := input("a.txt", "보증금은 오천만 원이다.")
	tagged.Tags = []string{"집", "계약 "}
	add(t, c, tagged, input("secret.txt", "removed words"))
	add(t, c, input("b.txt", "The boiler is warm."))
	if err := c.Describe(About{Name: "우리 집", Tags: []string{"home"}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove([]string{"secret.txt"}); err != nil {
		t.Fatal(err)
	}
	b := exported(t, c)
	if bytes.Contains(b, []byte("removed words")) {
		t.Error("the file holds a document that was removed")
	}
	other := open(t, store.NewMemory())
	add(t, other, input("b.txt", "to be replaced"), input("c.txt", "stays"))
	for range 2 { // twice is as once
		if err := imported(other, b); err != nil {
			t.Fatal(err)
		}
		if got := ids(other); fmt.Sprint(got) != "[a.txt b.txt c.txt]" {
			t.Errorf("documents %v", got)
		}
	}
	if got := best(t, other, "boiler"); fmt.Sprint(got) != "[b.txt]" {
		t.Errorf("boiler is found in %v", got)
	}
	if d := documents(other)[0]; fmt.Sprint(d.Tags) != "[계약 집]" {
		t.Errorf("tags %v", d.Tags)
	}
	if a := other.About(); a.Name != "우리 집" || fmt.Sprint(a.Tags) != "[home]" {
		t.Errorf("about %+v", a)
	}
}

// A damaged or cut file is refused and changes nothing.
func TestImportOfDamage(t *testing.T) {
	c := open(t, store.NewMemory())
	add(t, c, input("a.txt", "보증금은 오천만 원이다."))
	add(t, c, input("b.txt", "The boiler is warm."))
	whole := exported(t, c)
	s := store.NewMemory()
	other := open(t, s)
	add(t, other, input("c.txt", "stays"))
	before, _ := s.List()
	for i := 0; i < len(whole); i += 1 + len(whole)/200 {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x40
		for _, b := range [][]byte{whole[:i], damaged} {
			err := imported(other, b)
			if !errors.Is(err, index.ErrCorrupt) || !strings.Contains(err.Error(), "file") {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
	if after, _ := s.List(); fmt.Sprint(before) != fmt.Sprint(after) || fmt.Sprint(ids(other)) != "[c.txt]" {
		t.Errorf("%v became %v", before, after)
	}
}

// A file of anyone's making, whose sums hold, is taken in whole or refused.
func FuzzImport(f *testing.F) {
	made := 0
	c := open(f, store.NewMemory())
	add(f, c, pages(0, 3)...)
	if err := c.SetEmbedder(toy{"toy", 16, &made}); err != nil {
		f.Fatal(err)
	}
	for done := 0; done < 3; {
		var err error
		if done, _, err = c.EmbedNext(8); err != nil {
			f.Fatal(err)
		}
	}
	whole := exported(f, c)
	contentsEnd := transferHeader + int(binary.LittleEndian.Uint32(whole[len(transferMagic)+4:]))
	head, body := whole[transferHeader:contentsEnd], whole[contentsEnd:]
	f.Add(string(head), body)
	f.Add(strings.ReplaceAll(string(head), `"size":`, `"size":-`), body)
	f.Add(strings.ReplaceAll(string(head), `"size":`, `"size":9`), body)
	f.Add(`{"segments":[{"size":0,"sum":0}]}`, []byte{})
	f.Fuzz(func(t *testing.T, head string, body []byte) {
		b := []byte(transferMagic)
		for _, v := range []uint32{transferVersion, uint32(len(head)), segment.Checksum([]byte(head))} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		c := open(t, store.NewMemory())
		if err := c.SetEmbedder(toy{"toy", 16, &made}); err != nil {
			t.Fatal(err)
		}
		add(t, c, input("stays.txt", "stays"))
		err := imported(c, slices.Concat(b, []byte(head), body))
		if err != nil && (!errors.Is(err, index.ErrCorrupt) || fmt.Sprint(ids(c)) != "[stays.txt]") {
			t.Fatalf("%v, with %v", err, ids(c))
		}
		if _, _, err := c.Search("stays", 3); err != nil {
			t.Fatal(err)
		}
	})
}

func TestChangeOfADocument(t *testing.T) {
	c := open(t, store.NewMemory())
	add(t, c, input("a.txt", "보증금은 오천만 원이다."), input("b.txt", "The boiler is warm."))
	id, title := "lease.txt", "계약서"
	d, err := c.Change("a.txt", Change{ID: &id, Title: &title, Tags: []string{"b", "a", "b"}})
	if err != nil || d.ID != id || d.Title != title || fmt.Sprint(d.Tags) != "[a b]" {
		t.Fatalf("%+v, %v", d, err)
	}
	if got := best(t, c, "보증금"); fmt.Sprint(got) != "[lease.txt]" || fmt.Sprint(ids(c)) != "[b.txt lease.txt]" {
		t.Errorf("found %v among %v", got, ids(c))
	}
	// The same bytes again keep the tags; other tags replace them.
	add(t, c, input("lease.txt", "보증금은 오천만 원이다."))
	if d, _ := c.document(id); fmt.Sprint(d.Tags) != "[a b]" {
		t.Errorf("tags %v", d.Tags)
	}
	if _, err := c.Change(id, Change{Tags: []string{}}); err != nil {
		t.Fatal(err)
	}
	if d, _ := c.document(id); len(d.Tags) != 0 || d.Title != title {
		t.Errorf("%+v", d)
	}
	taken := "b.txt"
	if _, err := c.Change(id, Change{ID: &taken}); !errors.Is(err, index.ErrInput) {
		t.Errorf("renaming to a name that is taken: %v", err)
	}
	if _, err := c.Change("none", Change{}); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("changing what is not there: %v", err)
	}
}

// An import embeds nothing again that the encoder at hand made, and takes no vectors
// of another for its own.
func TestVectorsTravel(t *testing.T) {
	made := 0
	encoder := toy{"a", 2048, &made}
	c := open(t, store.NewMemory())
	if err := c.SetEmbedder(encoder); err != nil {
		t.Fatal(err)
	}
	add(t, c, pages(0, 30)...)
	embedAll(t, c, 8)
	add(t, c, pages(30, 50)...)
	embedAll(t, c, 8)
	if err := c.Remove([]string{"0003.txt", "0040.txt"}); err != nil {
		t.Fatal(err)
	}
	add(t, c, pages(60, 61)...) // has no vector yet
	b := exported(t, c)
	by := func(e toy) *Collection {
		other := open(t, store.NewMemory())
		add(t, other, pages(100, 103)...)
		if err := other.SetEmbedder(e); err != nil {
			t.Fatal(err)
		}
		embedAll(t, other, 8)
		made = 0
		if err := imported(other, b); err != nil {
			t.Fatal(err)
		}
		return other
	}
	other := by(encoder)
	if done, total := other.Embedded(); done != 48+3 || total != 49+3 {
		t.Errorf("%d of %d passages have a vector", done, total)
	}
	for _, q := range []string{"page0", "page29", "page47"} {
		hits, _, err := other.SearchBy(Options{Mode: index.Vector}, q, 1)
		if err != nil || len(hits) != 1 || !strings.Contains(hits[0].Text, q+" ") {
			t.Errorf("%s: %+v, %v", q, hits, err)
		}
	}
	if made != 3 { // the questions
		t.Errorf("%d texts were embedded", made)
	}
	for _, e := range []toy{{"b", 2048, &made}, {"a", 1024, &made}} {
		if done, _ := by(e).Embedded(); done != 3 {
			t.Errorf("%v takes %d vectors of another encoder", e, done-3)
		}
	}
}

// What the first version wrote is read.
func TestImportOfVersionOne(t *testing.T) {
	c := open(t, store.NewMemory())
	add(t, c, input("a.txt", "보증금은 오천만 원이다."))
	b := exported(t, c)
	b[len(transferMagic)] = 1
	other := open(t, store.NewMemory())
	if err := imported(other, b); err != nil || fmt.Sprint(ids(other)) != "[a.txt]" {
		t.Errorf("%v, %v", ids(other), err)
	}
	b[len(transferMagic)] = 3
	if err := imported(other, b); !errors.Is(err, index.ErrCorrupt) || !strings.Contains(err.Error(), "version 3") {
		t.Errorf("a version to come: %v", err)
	}
}
