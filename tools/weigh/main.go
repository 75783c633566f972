// Command weigh learns the weights of the reader, of its spans and of the check.
//
//	go run ./tools/weigh -write reader squad.json.gz xquad.en.json.gz engine/rag/testdata/everyday{.tsv:web/app/samples/ko:web/app/samples/en:engine/rag/testdata/everyday,2.tsv:engine/rag/testdata/everyday2,3.tsv:engine/rag/testdata/everyday3}
//	go run ./tools/weigh -write -model web/app/encoder.gguf reader build/train/heldout/{squad2-half-dev,xquad}.json
//	go run ./tools/weigh -write span squad.json.gz xquad.en.json.gz
//	go run ./tools/weigh check begin_dev_*.tsv.gz klue-nli.json.gz xnli.dev.ko.tsv.gz
//
// The first writes engine/rag/reader/blend.go anew, the second what the score of a
// reading head counts for beside it, from questions that the head was not taught on,
// the third engine/rag/reader/spanweights.go, which tells the part of a sentence that
// answers. Without -write the file is printed, as the tables of
// engine/rag/check/weights.go are.
//
// Before the weights come the figures of cross-validation: what weights that were
// learned on other articles do.
package main

import (
	"flag"
	"fmt"
	"os"
)

// blendFile is where the reader's weights are kept, from the root of the repository.
const blendFile = "engine/rag/reader/blend.go"

func main() {
	held := flag.String("test", "", "reader: a `file` that is only measured")
	model := flag.String("model", "", "reader: a GGUF `file` with a reading head, whose score is weighed too")
	write := flag.Bool("write", false, "reader, span: write the file of weights")
	nth := flag.Int("every", 1, "reader: take every `n`th question alone, which is faster")
	flag.Parse()
	if err := run(flag.Args(), *held, *model, *write, max(1, *nth)); err != nil {
		fmt.Fprintln(os.Stderr, "weigh:", err)
		os.Exit(1)
	}
}

func run(args []string, held, model string, write bool, nth int) error {
	if len(args) < 2 {
		return fmt.Errorf("say what to learn, and from which files: reader, span or check")
	}
	to := func(path string) string {
		if write {
			return path
		}
		return ""
	}
	switch args[0] {
	case "reader":
		return weighReader(args[1:], held, model, to(blendFile), nth)
	case "span":
		return weighSpans(args[1:], to(spanFile))
	case "check":
		return weighCheck(args[1:])
	}
	return fmt.Errorf("%s: reader, span or check", args[0])
}

// table prints weights by the names of their features.
func table(name string, names []string, w []float64) {
	fmt.Printf("%s:\n", name)
	for i, n := range names {
		fmt.Printf("\t%s: %.3f,\n", n, w[i])
	}
}
