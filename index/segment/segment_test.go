package segment

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

// words fill the texts of the tests.
var words = strings.Fields("보일러 압력 온도 계약 보증금 학교에서 warm floors stone kitchen rice leases deposit 기간 수리 2026년 K8s를")

type source struct {
	document index.Document
	text     string
	chunks   []index.Chunk
}

func sources(n int) []source {
	r := rand.New(rand.NewPCG(1, 2))
	var all []source
	for i := range n {
		var b strings.Builder
		for range 20 + r.IntN(800) {
			fmt.Fprintf(&b, "%s%d ", words[r.IntN(len(words))], r.IntN(40))
		}
		d := index.Document{ID: fmt.Sprintf("%d/%d.txt", r.IntN(9), i), Title: "제목", Hash: "h", Added: 7, Tags: []string{"집"}}
		all = append(all, source{d, b.String(), passages(b.String())})
	}
	return all
}

// passages cuts a text at every fortieth space.
func passages(text string) (list []index.Chunk) {
	start, spaces := 0, 0
	for i := range len(text) {
		if text[i] == ' ' {
			spaces++
		}
		if i == len(text)-1 || text[i] == ' ' && spaces%40 == 0 {
			c := index.Chunk{Ordinal: len(list), Span: index.Span{Start: start, End: i + 1}, Headings: []string{"제목", fmt.Sprint(spaces % 3)}}
			if spaces%80 == 0 {
				c.Page = "page 1"
			}
			list, start = append(list, c), i+1
		}
	}
	return list
}

func written(t testing.TB, all []source) []byte {
	t.Helper()
	w := NewWriter()
	for _, s := range all {
		if err := w.Add(s.document, s.text, s.chunks); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return whole(t, f)
}

// whole is a file as it is stored.
func whole(t testing.TB, f *File) []byte {
	t.Helper()
	b, err := f.Bytes()
	if err != nil || int64(len(b)) != f.Size() {
		t.Fatalf("%d bytes of %d: %v", len(b), f.Size(), err)
	}
	return b
}

// room is what caches of tests have: less than the texts.
const room = 4 * pageSize

func opened(t testing.TB, b []byte) *Segment {
	t.Helper()
	s, err := Open("segment", int64(len(b)), NewCache(room), InMemory(b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is written is read, by ranges and resident.
func TestReadsWhatWasWritten(t *testing.T) {
	all := sources(40)
	b := written(t, all)
	for _, how := range []string{"by ranges", "resident", "as written"} {
		s := opened(t, b)
		switch how {
		case "resident":
			if err := s.Load(); err != nil {
				t.Fatal(err)
			}
		case "as written":
			f, err := Merge([]Part{{Segment: s, Keep: func(int) bool { return true }}})
			if err != nil {
				t.Fatal(err)
			}
			if s, err = f.Open("merged", NewCache(room), InMemory(b)); err != nil {
				t.Fatal(err)
			}
		}
		chunks := 0
		for i, want := range all {
			d, err := s.Document(i)
			text, err2 := s.Text(i)
			want.document.Length, want.document.Chunks = len(want.text), len(want.chunks)
			if err != nil || err2 != nil || fmt.Sprint(d) != fmt.Sprint(want.document) || text != want.text {
				t.Fatalf("document %d: %v %v %v", i, d, err, err2)
			}
			if at, ok := s.Find(d.ID); !ok || at != i {
				t.Fatalf("%s is found at %d, not at %d", d.ID, at, i)
			}
			for _, c := range want.chunks {
				got, document := s.Chunk(chunks)
				passage, err := s.Passage(chunks)
				if err != nil || document != i || got.Span != c.Span || got.Page != c.Page || !slices.Equal(got.Headings, c.Headings) || passage != text[c.Start:c.End] {
					t.Fatalf("chunk %d: %+v of %d, want %+v of %d", chunks, got, document, c, i)
				}
				chunks++
			}
		}
		if used := s.cache.used; used == 0 || used > room {
			t.Errorf("%s: %d bytes of a cache of %d are used", how, used, room)
		}
		if chunks != s.Chunks() {
			t.Errorf("%d chunks, not %d", s.Chunks(), chunks)
		}
		for _, id := range []string{"", "0", "9/99.txt", "\xff"} {
			if _, ok := s.Find(id); ok {
				t.Errorf("%q is found", id)
			}
		}
	}
}

// Merging gives the bytes that writing all at once gives.
func TestMergeIsWritingAtOnce(t *testing.T) {
	all := sources(60)
	keep := func(i int) bool { return i%3 != 1 }
	var left []source
	var parts []Part
	for from := 0; from < len(all); from += 20 {
		parts = append(parts, Part{Segment: opened(t, written(t, all[from:from+20])), Keep: func(d int) bool { return keep(from + d) }})
		for i := from; i < from+20; i++ {
			if keep(i) {
				left = append(left, all[i])
			}
		}
	}
	merged, err := Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole(t, merged), written(t, left)) {
		t.Error("merged and written segments differ")
	}
}

// From afar, a search reads a small part of the file.
func TestRangesAreSmall(t *testing.T) {
	b := written(t, sources(800))
	read := int64(0)
	s, err := Open("segment", int64(len(b)), NewCache(room), func(off, n int64) ([]byte, error) { read += n; return InMemory(b)(off, n) })
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Postings(nil, "deposit7")
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	for _, p := range list[:3] {
		if text, err := s.Passage(int(p.Chunk)); err != nil || !strings.Contains(text, "deposit7") {
			t.Errorf("%q, %v", text, err)
		}
	}
	if read*4 > int64(len(b)) {
		t.Errorf("%d of %d bytes were read", read, len(b))
	}
	t.Logf("%d of %d bytes were read", read, len(b))
}

// resum makes the checksums of a damaged file hold, so that damage gets past them.
func resum(b []byte) {
	extent := func(i int) []byte {
		row := b[headerSize+i*rowSize:]
		return b[le.Uint64(row[8:]):][:le.Uint64(row[16:])]
	}
	sum := extent(sums)
	for i := paged; i < sections; i++ {
		for s := extent(i); len(s) > 0; s = s[min(pageSize, len(s)):] {
			le.PutUint32(sum, Checksum(s[:min(pageSize, len(s))]))
			sum = sum[4:]
		}
	}
	for i := range paged {
		le.PutUint32(b[headerSize+i*rowSize:], Checksum(extent(i)))
	}
	le.PutUint32(b[16:], tableSum(b))
}

// A file that lies, its checksums right, gives errors or wrong words, never a panic.
func FuzzLyingFile(f *testing.F) {
	sound := written(f, sources(3))
	for i := range sections {
		f.Add(uint8(i), uint16(0), byte(1))
		f.Add(uint8(i), uint16(3), byte(0x80))
	}
	f.Fuzz(func(t *testing.T, section uint8, at uint16, flip byte) {
		b := bytes.Clone(sound)
		row := b[headerSize+int(section)%sections*rowSize:]
		s := b[le.Uint64(row[8:]):][:le.Uint64(row[16:])]
		if len(s) == 0 {
			return
		}
		s[int(at)%len(s)] ^= flip
		resum(b)
		if err := readAll(b); err != nil && !errors.Is(err, index.ErrCorrupt) {
			t.Fatal(err)
		}
	})
}

// readAll calls everything that reads.
func readAll(b []byte) error {
	s, err := Open("segment", int64(len(b)), NewCache(room), InMemory(b))
	if err != nil {
		return err
	}
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	for i := range s.Documents() {
		_, err := s.Document(i)
		note(err)
		_, err = s.Text(i)
		note(err)
		s.Find(s.ID(i))
	}
	for i := range s.Chunks() {
		s.Chunk(i)
		_, err := s.Passage(i)
		note(err)
	}
	for _, w := range words {
		_, err := s.Postings(nil, w+"7")
		note(err)
	}
	for i := range s.blocks {
		note(s.block(i, func(term []byte, _, _ int) bool {
			_, err := s.Postings(nil, string(term))
			note(err)
			return true
		}))
	}
	merged, err := Merge([]Part{{Segment: s, Keep: func(int) bool { return true }}})
	note(err)
	if err == nil {
		_, err = merged.Bytes()
		note(err)
	}
	return errors.Join(errs...)
}

// Whatever is no segment is refused.
func TestOpenRefuses(t *testing.T) {
	b := written(t, sources(2))
	for _, c := range []struct {
		data []byte
		says string
	}{
		{nil, "too few"}, {b[:100], "too few"}, {append([]byte("PK\x03\x04"), b[4:]...), "begins with"}, {b[:len(b)-1], "section text"},
	} {
		_, err := Open("segment-1", int64(len(c.data)), NewCache(room), InMemory(c.data))
		if !errors.Is(err, index.ErrCorrupt) || !strings.Contains(err.Error(), "segment-1") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v does not say %q", err, c.says)
		}
	}
}

// A segment of version 2 is read, and merges to what one of today holds. It was
// written by the commit before version 3, of two small documents.
func TestReadsVersion2(t *testing.T) {
	b, err := os.ReadFile("testdata/version2.segment")
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, b)
	if le.Uint32(b[8:]) != 2 || s.Documents() != 2 {
		t.Fatalf("version %d, %d documents", le.Uint32(b[8:]), s.Documents())
	}
	f, err := Merge([]Part{{Segment: s, Keep: func(int) bool { return true }}})
	if err != nil {
		t.Fatal(err)
	}
	now := opened(t, whole(t, f))
	terms := 0
	if err := s.Dictionary("", func(term []byte, _ int) bool {
		terms++
		was, err := s.Postings(nil, string(term))
		is, err2 := now.Postings(nil, string(term))
		if err != nil || err2 != nil || len(was) == 0 || !slices.Equal(was, is) {
			t.Errorf("%q: %v, now %v: %v, %v", term, was, is, err, err2)
		}
		return true
	}); err != nil || terms < 50 {
		t.Errorf("%d terms, %v", terms, err)
	}
	if list, _ := s.Postings(nil, "boiler"); len(list) != 1 || list[0].Body != 3 || list[0].Heading != 1 {
		t.Errorf("boiler: %v", list)
	}
}
