package main

import (
	"fmt"
	"os"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag/check"
)

func main() {
	for _, f := range os.Args[1:] {
		pairs, err := eval.ReadPairs(f)
		if err != nil {
			panic(err)
		}
		type k struct{ kind, label string }
		n := map[k]int{}
		shown := 0
		for _, p := range pairs {
			c := check.Check(p.Evidence, p.Claim)
			ft := check.Compare(p.Evidence, p.Claim)
			if ft[3] < 0.6 {
				continue
			}
			for _, w := range c.Words {
				if w.Evidence != "" {
					n[k{w.Kind, p.Label}]++
					if p.Supported && shown < 8 {
						shown++
						fmt.Printf("  %v\n   E %.200s\n   C %s\n", w, p.Evidence, p.Claim)
					}
				}
			}
		}
		fmt.Println(f, len(pairs), n)
	}
}
