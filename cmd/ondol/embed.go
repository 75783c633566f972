package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

var embedCommand = command{
	name: "embed", args: "--model M.gguf [--json] TEXT...",
	about: "Turn texts into unit vectors.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		context := contextFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(texts []string) error {
			if len(texts) == 0 {
				return usagef("give the texts as the last arguments")
			}
			return withModel(*engine, *model, optional(f, "ctx", context), func(s *session, _ abi.ModelResult) error {
				r, err := abi.Call[abi.EmbedResult, struct{}](s, "embed", abi.EmbedRequest{Texts: texts}, nil)
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(r.Vectors)
				}
				for _, v := range r.Vectors {
					fmt.Println(strings.Trim(fmt.Sprint(v), "[]"))
				}
				return nil
			})
		}
	},
}

var rerankCommand = command{
	name: "rerank", args: "--model M.gguf [--json] QUERY TEXT...",
	about: "Score how well each text answers a query.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		context := contextFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if len(args) < 2 {
				return usagef("give the query and the texts as the last arguments")
			}
			request := abi.RankRequest{Query: args[0], Texts: args[1:]}
			return withModel(*engine, *model, optional(f, "ctx", context), func(s *session, _ abi.ModelResult) error {
				r, err := abi.Call[abi.RankResult, struct{}](s, "rank", request, nil)
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(r.Scores)
				}
				for i, score := range r.Scores {
					fmt.Printf("%.6f  %s\n", score, request.Texts[i])
				}
				return nil
			})
		}
	},
}

// contextFlag declares --ctx.
func contextFlag(f *flag.FlagSet) *int {
	return f.Int("ctx", 0, "context in tokens (default the model's, at most 4096)")
}
