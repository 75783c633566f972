package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

// modelFlag declares --model.
func modelFlag(f *flag.FlagSet) *string { return f.String("model", "", "a GGUF `file`") }

var tokenizeCommand = command{
	name: "tokenize", args: "--model M.gguf [--special] [--json] TEXT | --decode 1,2,3",
	about: "Show the tokens of a text, or the text of tokens.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		special := f.Bool("special", false, "add the model's BOS and EOS and parse special tokens")
		decode := f.String("decode", "", "token `IDs` to show the text of")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if given(f, "decode") {
				if len(args) > 0 {
					return usagef("--decode takes no text, but got %q", args[0])
				}
				return detokenize(*engine, *model, *decode, *asJSON)
			}
			input, err := text(args, "text")
			if err != nil {
				return err
			}
			return withModel(*engine, *model, nil, func(s *session, _ abi.ModelResult) error {
				r, err := abi.Call[abi.TokenizeResult, struct{}](s, "tokenize", abi.TokenizeRequest{Text: input, Special: *special}, nil)
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(r.Tokens)
				}
				fmt.Println(strings.Trim(fmt.Sprint(r.Tokens), "[]"))
				return nil
			})
		}
	},
}

func detokenize(engine, model, list string, asJSON bool) error {
	ids, err := parseIDs("decode", list)
	if err != nil {
		return err
	}
	return withModel(engine, model, nil, func(s *session, _ abi.ModelResult) error {
		r, err := abi.Call[abi.DetokenizeResult, struct{}](s, "detokenize", abi.DetokenizeRequest{Tokens: ids}, nil)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(r.Text)
		}
		fmt.Println(r.Text)
		return nil
	})
}

var logitsCommand = command{
	name: "logits", args: "--model M.gguf --tokens 1,2,3 [--top 20] [--json]",
	about: "Show the next-token probabilities after each token.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		tokens := f.String("tokens", "", "token `IDs`, separated by commas")
		top := f.Int("top", 20, "how many probabilities, the likeliest first")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if len(args) > 0 {
				return usagef("logits takes no argument, but got %q", args[0])
			}
			ids, err := parseIDs("tokens", *tokens)
			if err != nil {
				return err
			}
			return withModel(*engine, *model, nil, func(s *session, _ abi.ModelResult) error {
				result := [][][2]any{}
				_, err := abi.Call[struct{}](s, "logits", abi.LogitsRequest{Tokens: ids, Top: top}, func(e abi.LogitsEvent) bool {
					row := make([][2]any, len(e.Top))
					for i, t := range e.Top {
						row[i] = [2]any{t.ID, t.Probability}
					}
					result = append(result, row)
					return true
				})
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(result)
				}
				for i, row := range result {
					fmt.Printf("after %d:", ids[i])
					for _, t := range row {
						fmt.Printf("  %d %.4f", t[0], t[1])
					}
					fmt.Println()
				}
				return nil
			})
		}
	},
}

// parseIDs reads the token IDs that a flag lists.
func parseIDs(flag, s string) ([]int32, error) {
	if s == "" {
		return nil, usagef("give token IDs: --%s 1,2,3", flag)
	}
	var ids []int32
	for field := range strings.SplitSeq(s, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(field), 10, 32)
		if err != nil {
			return nil, usagef("--%s: %q is not a token ID", flag, field)
		}
		ids = append(ids, int32(id))
	}
	return ids, nil
}
