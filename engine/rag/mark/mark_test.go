package mark

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// passage has what a line of the file must not break at.
var passage = Passage{"lease.md", index.Span{Start: 10, End: 17}, "한\" \n\x00"}

func open(t testing.TB, s index.Store) *Log {
	t.Helper()
	l, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func add(t testing.TB, l *Log, m Mark) Mark {
	t.Helper()
	m, err := l.Add(m)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMarksAreThereAgain(t *testing.T) {
	s := store.NewMemory()
	l := open(t, s)
	first := add(t, l, Mark{Question: "보증금은\n얼마?", Right: true, Passages: []Passage{passage}, At: 7})
	second := add(t, l, Mark{Question: "who?", Answer: "no one [1]", Passages: []Passage{passage, passage}, At: 8})
	if got := open(t, s).All(); !reflect.DeepEqual(got, []Mark{first, second}) {
		t.Errorf("read back %+v, want %+v", got, []Mark{first, second})
	}
	if err := l.Remove(first.ID); err != nil {
		t.Fatal(err)
	}
	if err := l.Remove(first.ID); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("removing twice: %v", err)
	}
	third := add(t, l, Mark{Question: "x", Passages: []Passage{passage}})
	if err := l.Remove(third.ID); err != nil {
		t.Fatal(err)
	}
	l = open(t, s)
	if fourth := add(t, l, Mark{Question: "x", Passages: []Passage{passage}}); second.ID >= third.ID || third.ID >= fourth.ID {
		t.Errorf("an ID was given twice: %d, %d, %d", second.ID, third.ID, fourth.ID)
	}
	if files, _ := s.List(); len(files) != 1 {
		t.Errorf("%d files remain", len(files))
	}
}

// Two tabs mark at once: neither loses what the other kept.
func TestTwoLogsOnOneStore(t *testing.T) {
	s := store.NewMemory()
	a, b := open(t, s), open(t, s)
	m := Mark{Question: "q", Passages: []Passage{passage}}
	add(t, a, m)
	add(t, b, m)
	add(t, a, m)
	if got := open(t, s).All(); len(got) != 3 || got[2].ID != 3 {
		t.Errorf("%+v", got)
	}
}

// Old marks are cleared, so that their names are free again: a log that missed many
// changes must not write under one of them, where nobody looks.
func TestLateLogLosesNothing(t *testing.T) {
	s := store.NewMemory()
	a, b := open(t, s), open(t, s)
	m := Mark{Question: "q", Passages: []Passage{passage}}
	for range 6 {
		add(t, a, m)
	}
	late := add(t, b, m)
	for range 3 {
		add(t, a, m)
	}
	if err := b.Remove(1); err != nil {
		t.Fatal(err)
	}
	got := open(t, s).All()
	if len(got) != 9 || got[0].ID != 2 || got[5].ID != late.ID || late.ID != 7 {
		t.Errorf("the late one is %d; kept are %+v", late.ID, got)
	}
}

// between is a store that lets others at it in the last moment before marks are kept.
type between struct {
	index.Store
	others func()
}

func (b *between) Swap(name string, data []byte) error {
	if others := b.others; others != nil {
		b.others = nil
		others()
	}
	return b.Store.Swap(name, data)
}

// However many marks others keep between a log's last look and its own, none is lost.
func TestOthersMarkInBetween(t *testing.T) {
	m := Mark{Question: "q", Passages: []Passage{passage}}
	for n := range 6 {
		s := store.NewMemory()
		b := &between{Store: s}
		late, other := open(t, b), open(t, s)
		add(t, late, m)
		b.others = func() {
			for range n {
				add(t, other, m)
			}
		}
		if last := add(t, late, m); last.ID != n+2 {
			t.Errorf("%d marks in between: the late one is %d", n, last.ID)
		}
		if got := open(t, s).All(); len(got) != n+2 {
			t.Errorf("%d marks in between: %+v", n, got)
		}
	}
}

func TestUnusableMarks(t *testing.T) {
	long := strings.Repeat("x", maxText+1)
	l := open(t, store.NewMemory())
	for name, m := range map[string]Mark{
		"no question":   {Question: " ", Passages: []Passage{passage}},
		"no passage":    {Question: "q"},
		"long question": {Question: long, Passages: []Passage{passage}},
		"no text":       {Question: "q", Passages: []Passage{{"d", index.Span{Start: 1, End: 2}, ""}}},
		"negative":      {Question: "q", Passages: []Passage{{"d", index.Span{Start: -1, End: 0}, "x"}}},
	} {
		if _, err := l.Add(m); !errors.Is(err, ErrMark) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecode: any bytes are marks or an error, and marks survive being written.
func FuzzDecode(f *testing.F) {
	f.Add(string(encode([]Mark{{ID: 1, Question: "q", Passages: []Passage{passage}}})), false)
	f.Add("1 0 true \"q\" \"\" \"d\" 0 1 \"x\"\n", true)
	f.Fuzz(func(t *testing.T, text string, body bool) {
		if body {
			text = header([]byte(text)) + text
		}
		marks, err := decode(text)
		if err != nil {
			return
		}
		again, err := decode(string(encode(marks)))
		if err != nil || !reflect.DeepEqual(marks, again) {
			t.Fatalf("%+v came back as %+v, %v", marks, again, err)
		}
	})
}
