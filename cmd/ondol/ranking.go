package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// rankingFlags declare how passages are ranked. What it returns fills in a
// request, once the flags are parsed.
func rankingFlags(f *flag.FlagSet) func(r *abi.SearchRequest) error {
	mode := f.String("mode", "", "rank by keyword, vector or hybrid (default hybrid with an encoder, keyword without)")
	fusion := f.String("fusion", "weighted", "hybrid: add weighted scores, or reciprocal ranks (rrf)")
	weight := f.Float64("weight", 0, "hybrid: of meaning beside words, 0 to 1 (default the one that did best)")
	return func(r *abi.SearchRequest) error {
		r.Mode, r.Fusion, r.Weight = index.Mode(*mode), optional(f, "fusion", fusion), optional(f, "weight", weight)
		switch r.Mode {
		case "", index.Keyword, index.Vector, index.Hybrid:
			return nil
		}
		return usagef("--mode %s: keyword, vector or hybrid", *mode)
	}
}

// progress shows how far a long work has come, where a person looks on.
func progress(what string, done, total int) {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r%s %d of %d\033[K", what, done, total)
		if done == total {
			fmt.Fprint(os.Stderr, "\r\033[K")
		}
	}
}
