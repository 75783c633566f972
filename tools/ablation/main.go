// Command ablation prints what each part of keyword search is worth: nDCG@10 (and
// Recall@1) of test collections with the part switched off, as a table.
//
//	go run ./tools/ablation [-dir build/eval] [-every 4] [PART...]
//
// The collections are those of tools/beir. Each row is a process of its own, since
// the analysis is switched for a whole process.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/chunk"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/keyword"
	"github.com/ondol-rag/ondol/index/rank"
	"github.com/ondol-rag/ondol/index/segment"
)

// sets are the columns; of the questions of a large one every so many are asked.
var sets = []struct {
	name  string
	large bool
}{{"korquad", true}, {"squad2", false}, {"cranfield", false}, {"hotpotqa", false}, {"medquad", false}, {"enwiki", false}}

// parts are the rows. Those without a function are parts of the analysis.
var parts = []struct {
	name string
	off  func(o *keyword.Options)
}{
	{"nothing", func(*keyword.Options) {}},
	{"particles", nil},
	{"bigrams", func(o *keyword.Options) { o.BigramWeight = 0 }},
	{"stemming", nil},
	{"function words", nil},
	{"fields", func(o *keyword.Options) { o.HeadingWeight, o.Heading = 0, 0 }},
	{"common words", nil},
	{"neighbours as one", func(o *keyword.Options) { o.Joint = 0 }},
	{"phrases", func(o *keyword.Options) { o.Pairs = 0 }},
	{"proximity", func(o *keyword.Options) { o.Sentence, o.Window = 0, 0 }},
	{"words that begin alike", func(o *keyword.Options) { o.Alike = 0 }},
	{"kind of answer", func(o *keyword.Options) { o.Answer = 0 }},
	{"feedback", func(o *keyword.Options) { o.Feedback = 0 }},
	{"all that reads again", func(o *keyword.Options) { o.Proximity, o.Feedback = keyword.Proximity{}, 0 }},
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "build/eval", "folder of the collections")
	every := flag.Int("every", 4, "ask one in so many questions of KorQuAD")
	one := flag.Bool("row", false, "measure the one part that is named, in this process")
	flag.Parse()
	if *one {
		if err := row(*dir, *every, flag.Arg(0)); err != nil {
			log.Fatal(err)
		}
		return
	}
	fmt.Print("| without |")
	for _, s := range sets {
		fmt.Printf(" %s |", s.name)
	}
	fmt.Println("\n|---|" + strings.Repeat("---|", len(sets)))
	for _, p := range parts {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), p.name) {
			continue
		}
		c := exec.Command(os.Args[0], "-row", "-dir", *dir, fmt.Sprintf("-every=%d", *every), p.name)
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			log.Fatal(err)
		}
	}
}

// row measures all collections without a part.
func row(dir string, every int, part string) error {
	at := slices.IndexFunc(parts, func(p struct {
		name string
		off  func(o *keyword.Options)
	}) bool {
		return p.name == part
	})
	o := keyword.DefaultOptions()
	switch {
	case at < 0:
		return fmt.Errorf("part %q: there is none", part)
	case parts[at].off != nil:
		parts[at].off(&o)
	case !analysis.Without(part):
		return fmt.Errorf("part %q: the analysis has none", part)
	}
	fmt.Printf("| %s |", part)
	for _, s := range sets {
		b, err := eval.ReadBEIR(filepath.Join(dir, s.name))
		if err != nil {
			return err
		}
		if s.large {
			b.Queries = sample(b.Queries, every)
		}
		m, err := measure(b, o)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf(" %.3f (%.3f) |", m.NDCG10, m.Recall1)
	}
	fmt.Println()
	return nil
}

func sample(queries []eval.Entry, every int) (asked []eval.Entry) {
	for i := 0; i < len(queries); i += every {
		asked = append(asked, queries[i])
	}
	return asked
}

// measure indexes a collection and asks its questions.
func measure(b *eval.BEIR, o keyword.Options) (eval.Retrieval, error) {
	w := segment.NewWriter()
	for _, e := range b.Corpus {
		t, err := extract.Extract(index.Input{ID: e.ID, Title: e.Title, Format: "text", Data: []byte(e.Text)})
		if err != nil {
			continue // a text that holds nothing is never found
		}
		if err := w.Add(index.Document{ID: e.ID, Title: t.Title}, t.Body, chunk.Split(t)); err != nil {
			return eval.Retrieval{}, err
		}
	}
	file, err := w.Finish()
	if err != nil {
		return eval.Retrieval{}, err
	}
	bytes, err := file.Bytes()
	if err != nil {
		return eval.Retrieval{}, err
	}
	s, err := segment.Open("ablation", file.Size(), segment.NewCache(64<<20), segment.InMemory(bytes))
	if err != nil {
		return eval.Retrieval{}, err
	}
	order := func(a, b rank.Hit) int {
		ca, _ := s.Chunk(a.Chunk)
		cb, _ := s.Chunk(b.Chunk)
		if c := strings.Compare(ca.Document, cb.Document); c != 0 {
			return c
		}
		return ca.Ordinal - cb.Ordinal
	}
	searcher := keyword.New(o, []keyword.Part{{Segment: s}}, order)
	return b.Retrieval(func(query string, k int) ([]string, error) {
		hits, err := searcher.Search(keyword.NewQuery(query), k, nil)
		ids := make([]string, len(hits))
		for i, h := range hits {
			c, _ := s.Chunk(h.Chunk)
			ids[i] = c.Document
		}
		return ids, err
	})
}
