package collection

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

func input(id, text string) index.Input { return index.Input{ID: id, Data: []byte(text)} }

func add(t testing.TB, c *Collection, inputs ...index.Input) {
	t.Helper()
	err := c.Add(inputs, func(i int, _ *index.Document, err error) {
		if err != nil {
			t.Fatalf("%s: %v", inputs[i].ID, err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, s index.Store) *Collection {
	t.Helper()
	c, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func documents(c *Collection) []index.Document {
	list, err := c.Documents()
	if err != nil {
		panic(err)
	}
	return list
}

func tidy(t testing.TB, c *Collection) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = c.Tidy(); err != nil {
			t.Fatal(err)
		}
	}
}

func ids(c *Collection) (list []string) {
	for _, d := range documents(c) {
		list = append(list, d.ID)
	}
	return list
}

func best(t testing.TB, c *Collection, query string) (list []string) {
	t.Helper()
	hits, _, err := c.Search(query, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		list = append(list, h.Document)
	}
	return list
}

// Old manifests are cleared, so that their names are free again: a collection that
// missed many changes must not publish under one of them, where nobody looks.
func TestLateWriterLosesNothing(t *testing.T) {
	s := store.NewMemory()
	a, b := open(t, s), open(t, s)
	for i := range 6 {
		add(t, a, input(fmt.Sprintf("%d.txt", i), "early"))
	}
	add(t, b, input("late.txt", "late"))
	if err := b.Remove([]string{"0.txt"}); err != nil {
		t.Fatal(err)
	}
	if got, want := ids(open(t, s)), []string{"1.txt", "2.txt", "3.txt", "4.txt", "5.txt", "late.txt"}; !slices.Equal(got, want) {
		t.Errorf("%q are there, want %q", got, want)
	}
}

func TestAddReplaceRemoveReopen(t *testing.T) {
	s := store.NewMemory()
	c := open(t, s)
	add(t, c, input("a.txt", "학교에서 수업을 한다."), input("b.txt", "The boiler is warm."))
	add(t, c, input("a.txt", "병원에서 진료를 한다."))
	for range 2 {
		if got := ids(c); !slices.Equal(got, []string{"a.txt", "b.txt"}) {
			t.Errorf("documents %v", got)
		}
		if got := best(t, c, "학교"); len(got) != 0 {
			t.Errorf("the replaced text is still found in %v", got)
		}
		if got := best(t, c, "병원은"); !slices.Equal(got, []string{"a.txt"}) {
			t.Errorf("병원은 found %v", got)
		}
		c = open(t, s)
	}
	if err := c.Remove([]string{"a.txt"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove([]string{"a.txt"}); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("removing twice: %v", err)
	}
	if got := ids(open(t, s)); !slices.Equal(got, []string{"b.txt"}) {
		t.Errorf("documents %v", got)
	}
}

// Ranks and scores are the same however documents are spread over segments.
func TestLayoutDoesNotMatter(t *testing.T) {
	var inputs []index.Input
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("보일러 압력 온도 계약 보증금 학교 warm floor stone kitchen rice lease deposit 기간 수리")
	for i := range 60 {
		var b strings.Builder
		fmt.Fprintf(&b, "# %s\n\n", words[r.IntN(len(words))])
		for range 5 + r.IntN(80) {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		inputs = append(inputs, input(fmt.Sprintf("%02d.md", i), b.String()))
	}
	whole, single := open(t, store.NewMemory()), open(t, store.NewMemory())
	add(t, whole, inputs...)
	for _, in := range inputs {
		add(t, single, input(in.ID, "to be replaced: "+string([]rune(string(in.Data))[:10])))
	}
	for _, i := range r.Perm(len(inputs)) {
		add(t, single, inputs[i])
	}
	tidy(t, single)
	if n := len(single.manifest.Segments); n >= len(inputs)/2 {
		t.Errorf("%d segments after merging", n)
	}
	for _, query := range []string{"보증금 기간", "warm floor", "압력은 온도", "rice 계약 stone"} {
		a, _, err := whole.Search(query, 20)
		if err != nil {
			t.Fatal(err)
		}
		b, _, err := single.Search(query, 20)
		if err != nil {
			t.Fatal(err)
		}
		if len(a) == 0 || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s:\n%v\n%v", query, a, b)
		}
	}
}

var errCrash = errors.New("crash")

// crashing fails at its nth call and ever after; a Put that fails leaves part of
// its file.
type crashing struct {
	*store.Memory
	left int
}

func (c *crashing) alive() bool { c.left--; return c.left >= 0 }

func (c *crashing) Get(name string, off, n int64) ([]byte, error) {
	if !c.alive() {
		return nil, errCrash
	}
	return c.Memory.Get(name, off, n)
}

func (c *crashing) Put(name string, data []byte) error {
	if !c.alive() {
		c.Memory.Put(name, data[:len(data)/2])
		return errCrash
	}
	return c.Memory.Put(name, data)
}

func (c *crashing) Swap(name string, data []byte) error {
	if !c.alive() {
		c.Memory.Put(name, data[:len(data)*2/3])
		return errCrash
	}
	return c.Memory.Swap(name, data)
}

func (c *crashing) Delete(name string) error {
	if !c.alive() {
		return errCrash
	}
	return c.Memory.Delete(name)
}

func (c *crashing) List() ([]index.FileInfo, error) {
	if !c.alive() {
		return nil, errCrash
	}
	return c.Memory.List()
}

// A crash at any call to the store leaves every acknowledged document whole, and
// every other one whole or absent.
func TestCrashAnywhere(t *testing.T) {
	versions := func(i, v int) string { return fmt.Sprintf("document %d in version %d 학교에서", i, v) }
	ended := false
	for n := 0; !ended; n++ {
		s := &crashing{store.NewMemory(), n}
		acknowledged, attempted := map[string]string{}, map[string]string{}
		run := func() error {
			c, err := Open(s)
			if err != nil {
				return err
			}
			for i := range 12 {
				for v := range 2 {
					in := input(fmt.Sprintf("%d.txt", i/2), versions(i, v))
					attempted[in.ID] = string(in.Data)
					if err := c.Add([]index.Input{in}, func(int, *index.Document, error) { acknowledged[in.ID] = string(in.Data) }); err != nil {
						return err
					}
				}
			}
			attempted["3.txt"] = ""
			if err := c.Remove([]string{"3.txt"}); err != nil {
				return err
			}
			acknowledged["3.txt"] = ""
			return nil
		}
		err := run()
		ended = err == nil
		if err != nil && !errors.Is(err, errCrash) {
			t.Fatalf("crash at call %d: %v", n, err)
		}
		c, err := Open(s.Memory)
		if err != nil {
			t.Fatalf("crash at call %d: reopening: %v", n, err)
		}
		for id, want := range acknowledged {
			_, got, _ := c.Text(id)
			if got != want && got != attempted[id] {
				t.Fatalf("crash at call %d: %s is %q, acknowledged %q, attempted %q", n, id, got, want, attempted[id])
			}
		}
		for _, d := range documents(c) {
			if _, got, _ := c.Text(d.ID); got != acknowledged[d.ID] && got != attempted[d.ID] {
				t.Fatalf("crash at call %d: %s is %q", n, d.ID, got)
			}
		}
		add(t, c, input("after.txt", "still works"))
	}
}

func TestTwoWriters(t *testing.T) {
	s := store.NewMemory()
	a, b := open(t, s), open(t, s)
	for i := range 20 {
		add(t, a, input(fmt.Sprintf("a%02d.txt", i), "from the first tab"))
		add(t, b, input(fmt.Sprintf("b%02d.txt", i), "from the second tab"))
	}
	if _, err := a.Refresh(); err != nil {
		t.Fatal(err)
	}
	tidy(t, a)
	if _, err := b.Refresh(); err != nil {
		t.Fatal(err)
	}
	if len(documents(a)) != 40 || !slices.Equal(ids(a), ids(b)) {
		t.Errorf("the first tab sees %d documents, the second %d", len(documents(a)), len(documents(b)))
	}
	files, _ := s.List()
	if len(files) > 30 {
		t.Errorf("%d files for %d segments: what is dropped should be deleted", len(files), len(a.manifest.Segments))
	}
}

// Any flipped byte is an error that names the file, or does not matter.
func TestFlippedBytes(t *testing.T) {
	s := store.NewMemory()
	add(t, open(t, s), input("a.md", "# 제목\n\n보증금은 오천만 원이다. The deposit is due in March."))
	files, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		whole, err := s.Get(f.Name, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			broken := slices.Clone(whole)
			broken[i] ^= 0x10
			s.Put(f.Name, broken)
			var hits []index.Hit
			c, err := Open(s)
			if err == nil {
				hits, _, err = c.Search("보증금", 10)
			}
			switch {
			case err == nil:
				if len(hits) != 1 || hits[0].Document != "a.md" || !strings.Contains(hits[0].Text, "오천만 원이다.") {
					t.Fatalf("byte %d of %s: %v", i, f.Name, hits)
				}
			case !errors.Is(err, index.ErrCorrupt) || !strings.Contains(err.Error(), f.Name):
				t.Fatalf("byte %d of %s: %v", i, f.Name, err)
			}
		}
		s.Put(f.Name, whole)
	}
}

func TestBadInputFailsAlone(t *testing.T) {
	c := open(t, store.NewMemory())
	var failed []int
	err := c.Add([]index.Input{input("a.txt", "good"), input("empty.txt", ""), input("b.txt", "good too")}, func(i int, _ *index.Document, err error) {
		if err != nil {
			failed = append(failed, i)
		}
	})
	if err != nil || !slices.Equal(failed, []int{1}) || len(documents(c)) != 2 {
		t.Errorf("error %v, failed %v, %d documents", err, failed, len(documents(c)))
	}
}
