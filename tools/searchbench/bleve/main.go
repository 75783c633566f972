// Command bleve measures keyword search by bleve over what searchbench wrote, with
// the same columns. It is a module of its own, so that nothing else depends on bleve.
//
//	go run -C tools/searchbench/bleve . [-chunks 1000,10000,100000] [-dir ../../../build/bench/search]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
)

type passage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

func main() {
	log.SetFlags(0)
	sizes := flag.String("chunks", "1000,10000,100000", "sizes of the libraries")
	dir := flag.String("dir", "../../../build/bench/search", "folder of passages and questions")
	built := flag.String("built", "", "search this size, which is built")
	flag.Parse()
	if *built != "" {
		if err := measure(*dir, *built); err != nil {
			log.Fatal(err)
		}
		return
	}
	fmt.Println("passages   text MB   build MB/s   open ms   p50 ms   p95 ms   heap / text   files / text   add one ms")
	for size := range strings.SplitSeq(*sizes, ",") {
		if err := prepare(*dir, size); err != nil {
			log.Fatal(err)
		}
		// A process of its own, so that its heap is what searching needs.
		c := exec.Command(os.Args[0], "-dir", *dir, "-built", size)
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			log.Fatal(err)
		}
	}
}

func paths(dir, size string) (passages, questions, library string) {
	return filepath.Join(dir, "passages-"+size+".jsonl"), filepath.Join(dir, "questions-"+size+".json"), filepath.Join(dir, "bleve-"+size)
}

// prepare builds an index and prints how fast.
func prepare(dir, size string) error {
	from, _, path := paths(dir, size)
	passages, text, err := read(from)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	began := time.Now()
	if err := build(path, passages); err != nil {
		return err
	}
	fmt.Printf("%8d  %8.1f  %11.1f", len(passages), float64(text)/1e6, float64(text)/1e6/time.Since(began).Seconds())
	return nil
}

// measure searches an index that was built, and prints the rest of its line.
func measure(dir, size string) error {
	from, questions, path := paths(dir, size)
	passages, text, err := read(from)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(questions)
	if err != nil {
		return err
	}
	var asked []string
	if err := json.Unmarshal(b, &asked); err != nil {
		return err
	}
	last := passages[len(passages)-1]
	passages = nil

	before := heap()
	began := time.Now()
	index, err := bleve.Open(path)
	if err != nil {
		return err
	}
	defer index.Close()
	opened := time.Since(began)
	var spent []float64
	for range 2 { // the first round warms up
		spent = spent[:0]
		for _, q := range asked {
			began := time.Now()
			if err := search(index, q); err != nil {
				return err
			}
			spent = append(spent, ms(time.Since(began)))
		}
	}
	slices.Sort(spent)
	kept := heap() - before
	last.ID = "one more"
	began = time.Now()
	if err := index.Index(last.ID, last); err != nil {
		return err
	}
	added := time.Since(began)
	stored, err := folderSize(path)
	if err != nil {
		return err
	}
	fmt.Printf("  %8.0f  %7.2f  %7.2f  %12.2f  %13.2f  %11.1f\n", ms(opened), spent[len(spent)/2], spent[len(spent)*95/100],
		float64(kept)/float64(text), float64(stored)/float64(text), ms(added))
	return nil
}

// build indexes title and text by words and bigrams, which finds Hangul within words.
// Passages are stored, as hits carry them.
func build(path string, passages []passage) error {
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer = cjk.AnalyzerName
	field := bleve.NewTextFieldMapping()
	field.IncludeInAll, field.IncludeTermVectors = false, false
	id := bleve.NewTextFieldMapping()
	id.Index, id.Store, id.IncludeInAll = false, false, false
	document := bleve.NewDocumentMapping()
	document.AddFieldMappingsAt("title", field)
	document.AddFieldMappingsAt("text", field)
	document.AddFieldMappingsAt("id", id)
	mapping.DefaultMapping = document
	index, err := bleve.New(path, mapping)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(passages, 1000) {
		batch := index.NewBatch()
		for _, p := range part {
			if err := batch.Index(p.ID, p); err != nil {
				return err
			}
		}
		if err := index.Batch(batch); err != nil {
			return err
		}
	}
	return index.Close()
}

func search(index bleve.Index, text string) error {
	title, body := bleve.NewMatchQuery(text), bleve.NewMatchQuery(text)
	title.SetField("title")
	body.SetField("text")
	request := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(title, body), 10, 0, false)
	request.Fields = []string{"title", "text"}
	result, err := index.Search(request)
	if err == nil && len(result.Hits) == 0 {
		err = fmt.Errorf("%q finds nothing", text)
	}
	return err
}

func read(path string) (all []passage, text int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: run searchbench first", err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var p passage
		if err := json.Unmarshal(s.Bytes(), &p); err != nil {
			return nil, 0, err
		}
		all, text = append(all, p), text+len(p.Text)
	}
	return all, text, s.Err()
}

func folderSize(path string) (n int64, err error) {
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// heap is the bytes in use, nothing else running. What bleve maps from its files is
// not among them.
func heap() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
