//go:build unix

package collection

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

// vocabulary is words of which half are Korean.
func vocabulary(r *rand.Rand) (words []string) {
	for range 1 << 17 {
		var w strings.Builder
		if r.IntN(2) == 0 {
			for range 2 + r.IntN(3) {
				w.WriteRune('가' + rune(r.IntN(400)*28))
			}
		} else {
			for range 3 + r.IntN(7) {
				w.WriteByte('a' + byte(r.IntN(26)))
			}
		}
		words = append(words, w.String())
	}
	return words
}

// prose is a text of some bytes whose words are as frequent as in a language (Zipf).
func prose(r *rand.Rand, zipf *rand.Zipf, words []string, bytes int) string {
	var b strings.Builder
	for b.Len() < bytes {
		b.WriteString(words[zipf.Uint64()])
		b.WriteString([]string{" ", "는 ", "을 ", "에서 ", " ", " ", ". ", ".\n\n"}[min(7, r.IntN(24))])
	}
	return b.String()
}

// BenchmarkLibrary tells what a library costs by its size: to build, to open, to
// hold, and to add one more document to.
func BenchmarkLibrary(b *testing.B) {
	for _, documents := range []int{100, 1_000, 10_000} { // some ten passages each
		b.Run(fmt.Sprintf("documents=%d", documents), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			words := vocabulary(r)
			zipf := rand.NewZipf(r, 1.1, 8, uint64(len(words)-1))
			s, err := store.OpenFolder(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			c := open(b, s)
			var inputs []index.Input
			text, held := 0, 0
			var building time.Duration
			for i := range documents {
				t := prose(r, zipf, words, 9_000)
				inputs, text, held = append(inputs, input(fmt.Sprintf("%06d.txt", i), t)), text+len(t), held+len(t)
				if held > 4<<20 || i == documents-1 {
					at := time.Now()
					add(b, c, inputs...)
					building += time.Since(at)
					inputs, held = nil, 0
				}
			}
			at := time.Now()
			tidy(b, c)
			tidying := time.Since(at)
			c, inputs = nil, nil
			before := heap()
			for b.Loop() {
				at = time.Now()
				c = open(b, s)
				b.ReportMetric(time.Since(at).Seconds()*1e3, "open-ms")
			}
			b.ReportMetric(float64(text)/1e6/building.Seconds(), "build-MB/s")
			b.ReportMetric(tidying.Seconds(), "tidy-s")
			_, chunks := c.Size()
			b.ReportMetric(float64(chunks), "chunks")
			b.ReportMetric(float64(heap()-before)/float64(text), "heap/text")
			at = time.Now()
			const more = 10
			for i := range more {
				add(b, c, input(fmt.Sprintf("more-%d.txt", i), prose(r, zipf, words, 9_000)))
			}
			b.ReportMetric(time.Since(at).Seconds()*1e3/more, "add-one-ms")
			runtime.KeepAlive(c)
		})
	}
}

// heap is the bytes that live.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Texts are read again when they are wanted: what was added holds terms and postings
// alone.
func TestTextsAreNotHeld(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := vocabulary(r)
	zipf := rand.NewZipf(r, 1.1, 8, uint64(len(words)-1))
	s, err := store.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, s)
	before, text := heap(), 0
	for i := range 8 {
		p := prose(r, zipf, words, 1<<20)
		text += len(p)
		add(t, c, input(fmt.Sprint(i), p))
	}
	if held := heap() - before; float64(held) > 0.9*float64(text) {
		t.Errorf("%d bytes of text hold %d of memory", text, held)
	} else {
		t.Logf("%.2f of the text", float64(held)/float64(text))
	}
	runtime.KeepAlive(c)
}
