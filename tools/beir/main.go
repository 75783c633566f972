// Command beir derives retrieval test collections from published data sets.
//
//	go run ./tools/beir [-data ../shared/data] [-out build/eval]
//
// Each collection is a BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv.
package main

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
)

// collections say where each one comes from and who reads it.
var collections = []struct {
	name  string
	files []string
	read  func(files [][]byte) (*eval.BEIR, error)
}{
	{"korquad", []string{"korquad1/KorQuAD_v1.0_dev.json.gz"}, squad},
	{"squad2", []string{"squad2-half-dev/visible.json.gz"}, squad},
	{"xquad-en", []string{"xquad/xquad.en.json.gz"}, squad},
	{"cranfield", []string{"cranfield/cran.all.1400.gz", "cranfield/cran.qry.gz", "cranfield/cranqrel.gz"}, cranfield},
	{"hotpotqa", []string{"hotpotqa/hotpotqa_corpus.json.gz", "hotpotqa/hotpotqa_questions.json.gz"}, hotpotqa},
	{"medquad", []string{"../corpus/pairs/qa.jsonl.xz"}, pairs("medquad")},
	{"kowiki", []string{"../corpus/pairs/retrieval_derived.jsonl.xz"}, pairs("d-kowiki")},
	{"kolaw", []string{"../corpus/pairs/retrieval_derived.jsonl.xz"}, pairs("d-kolaw")},
	{"enwiki", []string{"../corpus/pairs/retrieval_derived.jsonl.xz"}, pairs("d-enwiki")},
}

func main() {
	log.SetFlags(0)
	data := flag.String("data", "../shared/data", "folder of the published data sets")
	out := flag.String("out", "build/eval", "folder to write to, one folder a collection")
	flag.Parse()
	for _, c := range collections {
		files := make([][]byte, len(c.files))
		for i, name := range c.files {
			var err error
			if files[i], err = unpack(filepath.Join(*data, name)); err != nil {
				log.Fatal(err)
			}
		}
		b, err := c.read(files)
		if err != nil {
			log.Fatalf("%s: %v", c.name, err)
		}
		if err := b.Write(filepath.Join(*out, c.name)); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d documents, %d queries\n", c.name, len(b.Corpus), len(b.Queries))
	}
}

// unpack reads a file that gzip or xz has packed.
func unpack(name string) ([]byte, error) {
	if strings.HasSuffix(name, ".xz") {
		return exec.Command("xz", "-dc", name).Output()
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return io.ReadAll(r)
}
