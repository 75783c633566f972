// Command weigh learns the weights of the reader and of the check, and prints them
// as the tables of engine/rag/reader/weights.go and engine/rag/check/weights.go.
//
//	go run ./tools/weigh reader squad.json.gz xquad.en.json.gz
//	go run ./tools/weigh check begin_dev_*.tsv.gz klue-nli.json.gz xnli.dev.ko.tsv.gz
//
// Before the weights come the figures of cross-validation: what weights that were
// learned on other articles do.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	held := flag.String("test", "", "reader: a `file` that is only measured")
	flag.Parse()
	if err := run(flag.Args(), *held); err != nil {
		fmt.Fprintln(os.Stderr, "weigh:", err)
		os.Exit(1)
	}
}

func run(args []string, held string) error {
	if len(args) < 2 {
		return fmt.Errorf("say what to learn, and from which files: reader or check")
	}
	switch args[0] {
	case "reader":
		return weighReader(args[1:], held)
	case "check":
		return weighCheck(args[1:])
	}
	return fmt.Errorf("%s: reader or check", args[0])
}

// table prints weights by the names of their features.
func table(name string, names []string, w []float64) {
	fmt.Printf("%s:\n", name)
	for i, n := range names {
		fmt.Printf("\t%s: %.3f,\n", n, w[i])
	}
}
