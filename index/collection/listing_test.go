package collection

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// mirror is what a host knows of a collection.
type mirror struct {
	version int
	known   map[string]index.Document
}

// follow takes in what changed, and returns how many documents were listed.
func (m *mirror) follow(t testing.TB, c *Collection) int {
	t.Helper()
	l, err := c.List(m.version)
	if err != nil {
		t.Fatal(err)
	}
	var changed []index.Document
	if err := json.Unmarshal(l.Documents, &changed); err != nil {
		t.Fatal(err)
	}
	if l.Whole || m.known == nil {
		m.known = map[string]index.Document{}
	}
	for _, id := range l.Removed {
		delete(m.known, id)
	}
	for _, d := range changed {
		m.known[d.ID] = d
	}
	m.version = l.Version
	return len(changed)
}

func (m *mirror) check(t testing.TB, c *Collection, after string) {
	t.Helper()
	want := map[string]index.Document{}
	texts := int64(0)
	for _, d := range documents(c) {
		want[d.ID] = d
		texts += int64(d.Length)
	}
	if !reflect.DeepEqual(m.known, want) {
		t.Fatalf("after %s: %d documents are known, %d are there", after, len(m.known), len(want))
	}
	if c.TextLength() != texts {
		t.Fatalf("after %s: %d bytes of text, want %d", after, c.TextLength(), texts)
	}
}

// Two collections on one store change it in all ways; hosts that only hear of
// changes, now and then, know what a whole listing tells.
func TestChangesAddUpToTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s := store.NewMemory()
	all := []*Collection{open(t, s), open(t, s)}
	mirrors := make([]mirror, 2)
	for step := range 400 {
		i := r.IntN(2)
		c := all[i]
		id := fmt.Sprintf("%02d.txt", r.IntN(40))
		var what string
		var err error
		switch r.IntN(7) {
		case 0, 1, 2:
			what = "add " + id
			add(t, c, input(id, strings.Repeat("word ", 1+r.IntN(9))), input("x"+id, id))
		case 3:
			what = "remove " + id
			if _, ok := c.locate(id); ok {
				err = c.Remove([]string{id})
			}
		case 4:
			what = "tidy"
			_, _ = c.Tidy() // another may have published first
		case 5:
			what = "change " + id
			if _, ok := c.locate(id); ok {
				_, err = c.Change(id, Change{Tags: []string{fmt.Sprint(step)}})
			}
		case 6:
			what = "describe"
			err = c.Describe(About{Name: fmt.Sprint(step)})
		}
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if r.IntN(3) > 0 {
			if _, err := c.Refresh(); err != nil {
				t.Fatal(err)
			}
			mirrors[i].follow(t, c)
			mirrors[i].check(t, c, what)
		}
	}
}

func TestChangesAreListedAlone(t *testing.T) {
	s := store.NewMemory()
	c := open(t, s)
	var inputs []index.Input
	for i := range 3000 {
		inputs = append(inputs, input(fmt.Sprintf("%04d.txt", i), fmt.Sprintf("number %d", i)))
	}
	var m mirror
	for part := range slices.Chunk(inputs, 300) {
		add(t, c, part...)
		if n := m.follow(t, c); n != 300 {
			t.Fatalf("%d documents were listed when 300 were added", n)
		}
	}
	tidy(t, c)
	other := open(t, s)
	elsewhere := func(change func()) func() {
		return func() {
			change()
			if _, err := c.Refresh(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, step := range []struct {
		name   string
		change func()
		listed int
	}{
		{"tidy", func() {}, 0},
		{"add", func() { add(t, c, input("new.txt", "news")) }, 1},
		{"replace", func() { add(t, c, input("0007.txt", "other")) }, 1},
		{"remove", func() { _ = c.Remove([]string{"0008.txt"}) }, 0},
		{"change elsewhere", elsewhere(func() { add(t, other, input("0009.txt", "other")) }), 1},
		{"tidy elsewhere", elsewhere(func() { tidy(t, other) }), 0},
	} {
		step.change()
		if n := m.follow(t, c); n != step.listed {
			t.Errorf("%s: %d documents were listed, want %d", step.name, n, step.listed)
		}
		m.check(t, c, step.name)
	}
	// A host that knows what no journal reaches, or another library, starts anew.
	for _, version := range []int{1, m.version + 1} {
		old := mirror{version: version, known: map[string]index.Document{"gone": {}}}
		old.follow(t, open(t, s))
		old.check(t, c, "starting anew")
	}
	// So it does after more changes than are kept track of.
	inputs = inputs[:0]
	for i := range mostTouched + 1 {
		inputs = append(inputs, input(fmt.Sprintf("more-%04d.txt", i), "more"))
	}
	add(t, c, inputs...)
	if l, err := c.List(m.version); err != nil || !l.Whole {
		t.Errorf("a listing of %d changes: whole %v, %v", len(inputs), l.Whole, err)
	}
}
