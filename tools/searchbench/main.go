// Command searchbench measures keyword search by size: how fast a library is
// built, opened and searched, and what it keeps in memory.
//
//	go run ./tools/searchbench [-corpus ../shared/corpus] [-chunks 1000,10000,100000] [-out build/bench/search]
//
// The texts are Korean and English, alternating. For each size it also writes the
// passages and questions that it used (passages-N.jsonl, questions-N.json), so that
// other engines can be given the same: see bleve and page.mjs beside it.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/store"
)

const (
	batchBytes = 4 << 20 // of one segment, as the page adds documents
	questions  = 200
)

func main() {
	log.SetFlags(0)
	corpus := flag.String("corpus", "../shared/corpus", "folder of ko.jsonl.xz and en.jsonl.xz")
	sizes := flag.String("chunks", "1000,10000,100000", "sizes of the libraries")
	out := flag.String("out", "build/bench/search", "folder for libraries, passages and questions")
	flag.Parse()
	fmt.Println("passages   text MB   build MB/s   open ms   p50 ms   p95 ms   memory / text   files / text   add one ms")
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			log.Fatal(err)
		}
		if err := measure(*corpus, *out, n); err != nil {
			log.Fatal(err)
		}
	}
}

func measure(corpus, out string, n int) error {
	inputs, passages, err := read(corpus, n)
	if err != nil {
		return err
	}
	asked := ask(passages)
	if err := writeAll(out, n, passages, asked); err != nil {
		return err
	}
	dir := filepath.Join(out, fmt.Sprint("library-", n))
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	s, err := store.OpenFolder(dir)
	if err != nil {
		return err
	}
	text := 0
	for _, in := range inputs {
		text += len(in.Data)
	}
	began := time.Now()
	if err := build(s, inputs); err != nil {
		return err
	}
	built := time.Since(began)
	last := inputs[len(inputs)-1]
	inputs, passages = nil, nil

	before := heap()
	began = time.Now()
	c, err := collection.Open(s)
	if err != nil {
		return err
	}
	opened := time.Since(began)
	var spent []float64
	for range 2 { // the first round warms up
		spent = spent[:0]
		for _, q := range asked {
			began := time.Now()
			if _, _, err := c.Search(q, 10); err != nil {
				return err
			}
			spent = append(spent, ms(time.Since(began)))
		}
	}
	slices.Sort(spent)
	kept := heap() - before
	last.ID, last.Data = "one more", append(last.Data, " One more."...)
	began = time.Now()
	if err := add(c, []index.Input{last}); err != nil {
		return err
	}
	added := time.Since(began)
	files, err := s.List()
	if err != nil {
		return err
	}
	var stored int64
	for _, f := range files {
		stored += f.Size
	}
	_, chunks := c.Size()
	fmt.Printf("%8d  %8.1f  %11.1f  %8.0f  %7.2f  %7.2f  %14.2f  %13.2f  %11.1f\n", chunks, float64(text)/1e6, float64(text)/1e6/built.Seconds(),
		ms(opened), spent[len(spent)/2], spent[len(spent)*95/100], float64(kept)/float64(text), float64(stored)/float64(text), ms(added))
	runtime.KeepAlive(c)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// heap is the bytes in use, nothing else running.
func heap() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func build(s index.Store, inputs []index.Input) error {
	c, err := collection.Open(s)
	if err != nil {
		return err
	}
	for from, size := 0, 0; from < len(inputs); size = 0 {
		end := from
		for end < len(inputs) && size < batchBytes {
			size += len(inputs[end].Data)
			end++
		}
		if err := add(c, inputs[from:end]); err != nil {
			return err
		}
		from = end
	}
	return nil
}

func add(c *collection.Collection, inputs []index.Input) (failed error) {
	err := c.Add(inputs, func(_ int, _ *index.Document, err error) {
		if err != nil {
			failed = err
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// passage is what other engines index as one document.
type passage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// read takes documents of both languages in turn until they have n passages.
func read(corpus string, n int) (inputs []index.Input, passages []passage, err error) {
	var lines []*bufio.Scanner
	for _, lang := range []string{"ko", "en"} {
		xz := exec.Command("xz", "-dc", filepath.Join(corpus, lang+".jsonl.xz"))
		pipe, err := xz.StdoutPipe()
		if err != nil {
			return nil, nil, err
		}
		if err := xz.Start(); err != nil {
			return nil, nil, err
		}
		defer func() { pipe.Close(); xz.Wait() }()
		s := bufio.NewScanner(pipe)
		s.Buffer(nil, 64<<20)
		lines = append(lines, s)
	}
	for turn := 0; len(passages) < n; turn++ {
		s := lines[turn%2]
		if !s.Scan() {
			if s = lines[(turn+1)%2]; !s.Scan() {
				return nil, nil, fmt.Errorf("%s holds %d passages, not %d", corpus, len(passages), n)
			}
		}
		var d passage
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			return nil, nil, err
		}
		in := index.Input{ID: d.ID, Title: d.Title, Format: "text", Data: []byte(d.Text)}
		t, err := extract.Extract(in)
		if err != nil {
			continue
		}
		chunks := chunk.Split(t)
		for _, c := range chunks {
			passages = append(passages, passage{fmt.Sprintf("%s#%d", d.ID, c.Ordinal), d.Title, t.Body[c.Start:c.End]})
		}
		inputs = append(inputs, in)
	}
	return inputs, passages, nil
}

// ask makes questions of the passages' own words: the title, and some words in a
// row of a passage.
func ask(passages []passage) []string {
	r := rand.New(rand.NewPCG(1, 2))
	var asked []string
	for len(asked) < questions {
		p := passages[r.IntN(len(passages))]
		words := strings.Fields(p.Text)
		if len(words) < 8 {
			continue
		}
		at := r.IntN(len(words) - 6)
		asked = append(asked, strings.Join(words[at:at+3+r.IntN(4)], " "))
	}
	return asked
}

func writeAll(out string, n int, passages []passage, asked []string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	b, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, fmt.Sprintf("questions-%d.json", n)), b, 0o644); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(out, fmt.Sprintf("passages-%d.jsonl", n)))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range passages {
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
