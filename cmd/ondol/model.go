package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ondol-rag/ondol/wasm/abi"
)

// modelFlag declares --model.
func modelFlag(f *flag.FlagSet) *string { return f.String("model", "", "a GGUF `file`") }

var generateCommand = command{
	name: "generate", args: "--model M.gguf [-n 40] [--temp 0] [--seed S] [--json] PROMPT",
	about: "Continue a text with a language model.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		n := f.Int("n", 40, "how many tokens at most")
		temp := f.Float64("temp", 0, "temperature; 0 is greedy")
		topK := f.Int("top-k", 40, "keep the k likeliest tokens; 0 keeps all")
		topP := f.Float64("top-p", 0.95, "keep the likeliest tokens of this probability in sum; 1 keeps all")
		minP := f.Float64("min-p", 0.05, "keep tokens at least this likely beside the likeliest; 0 keeps all")
		penalty := f.Float64("repeat-penalty", 1, "divide the logits of recent tokens; 1 is none")
		lastN := f.Int("repeat-last-n", 64, "tokens that the penalty looks back on; -1 all")
		seed := f.Uint64("seed", 1, "same seed, same text")
		context := f.Int("ctx", 0, "context in tokens (default the model's, at most 4096)")
		var stop list
		f.Var(&stop, "stop", "end before this `text` (may be repeated)")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			prompt, err := text(args, "prompt")
			if err != nil {
				return err
			}
			request := abi.GenerateRequest{Prompt: prompt, MaxTokens: n, Temperature: temp, TopK: topK, TopP: topP, MinP: minP,
				RepeatPenalty: penalty, RepeatLastN: lastN, Seed: seed, Stop: stop}
			return withModel(*engine, *model, optional(f, "ctx", context), func(s *session, _ abi.ModelResult) error {
				if !*asJSON {
					fmt.Print(prompt)
				}
				result, err := abi.Call[abi.GenerateResult](s, "generate", request, func(e abi.GenerateEvent) bool {
					if !*asJSON {
						fmt.Print(e.Text)
					}
					return true
				})
				if !*asJSON {
					fmt.Println()
				}
				if err != nil || !*asJSON {
					return err
				}
				return printJSON(result)
			})
		}
	},
}

var tokenizeCommand = command{
	name: "tokenize", args: "--model M.gguf [--special] [--json] TEXT",
	about: "Show the tokens of a text.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		special := f.Bool("special", false, "add the model's BOS and EOS and parse special tokens")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
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
			ids, err := parseIDs(*tokens)
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

func parseIDs(s string) ([]int32, error) {
	if s == "" {
		return nil, usagef("give token IDs: --tokens 1,2,3")
	}
	var ids []int32
	for field := range strings.SplitSeq(s, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(field), 10, 32)
		if err != nil {
			return nil, usagef("--tokens: %q is not a token ID", field)
		}
		ids = append(ids, int32(id))
	}
	return ids, nil
}

// benchmark is what bench prints as JSON.
type benchmark struct {
	LoadMs  float64 `json:"load_ms"`
	PP      float64 `json:"pp"` // tokens per second of prompt
	TG      float64 `json:"tg"` // tokens per second of generation
	Threads int     `json:"threads"`
	Engine  string  `json:"engine"`
}

var benchCommand = command{
	name: "bench", args: "--model M.gguf [--engine wasm|native] [--prompt 256] [--generate 32] [--threads 1] [--json]",
	about: "Time a language model.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		prompt := f.Int("prompt", 256, "tokens to read")
		generate := f.Int("generate", 32, "tokens to write")
		threads := f.Int("threads", 1, "threads")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if len(args) > 0 {
				return usagef("bench takes no argument, but got %q", args[0])
			}
			if *threads != 1 {
				return fmt.Errorf("--threads %d: this version computes on one thread", *threads)
			}
			began := time.Now()
			return withModel(*engine, *model, nil, func(s *session, m abi.ModelResult) error {
				b := benchmark{LoadMs: float64(time.Since(began).Microseconds()) / 1000, Threads: 1, Engine: *engine}
				r, err := abi.Call[abi.BenchResult, struct{}](s, "bench", abi.BenchRequest{Prompt: prompt, Generate: generate}, nil)
				if err != nil {
					return err
				}
				b.PP, b.TG = r.PP, r.TG
				if *asJSON {
					return printJSON(b)
				}
				fmt.Printf("%s  %s %s, %.1f M parameters, %s engine, %d thread\nload %.0f ms  prompt %.1f tokens/s  generation %.1f tokens/s\n",
					m.Name, m.Architecture, m.Type, float64(m.Parameters)/1e6, b.Engine, b.Threads, b.LoadMs, b.PP, b.TG)
				return nil
			})
		}
	},
}
