package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

var generateCommand = command{
	name: "generate", args: "--model M.gguf [-n 40] [--temp 0] [--seed S] [--stop S] [--lora A.gguf=0.8] [--json] PROMPT",
	about: "Continue a text with a language model.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		w := writerFlags(f, 40)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			prompt, err := text(args, "prompt")
			if err != nil {
				return err
			}
			return w.withModel(*engine, *model, func(s *session) error {
				if !*asJSON {
					fmt.Print(prompt)
				}
				request := w.request()
				request.Prompt = prompt
				result, err := w.write(s, request, !*asJSON)
				if err != nil || !*asJSON {
					return err
				}
				return printJSON(result)
			})
		}
	},
}

// writer is how a model is to write, as flags say.
type writer struct {
	flags                     *flag.FlagSet
	n, topK, lastN, context   *int
	temp, topP, minP, penalty *float64
	seed                      *uint64
	stop, lora                list
}

// writerFlags declares the flags of commands that write; n is the default of -n.
func writerFlags(f *flag.FlagSet, n int) *writer {
	w := &writer{
		flags:   f,
		n:       f.Int("n", n, "how many tokens at most"),
		temp:    f.Float64("temp", 0, "temperature; 0 is greedy"),
		topK:    f.Int("top-k", 40, "keep the k likeliest tokens; 0 keeps all"),
		topP:    f.Float64("top-p", 0.95, "keep the likeliest tokens of this probability in sum; 1 keeps all"),
		minP:    f.Float64("min-p", 0.05, "keep tokens at least this likely beside the likeliest; 0 keeps all"),
		penalty: f.Float64("repeat-penalty", 1, "divide the logits of recent tokens; 1 is none"),
		lastN:   f.Int("repeat-last-n", 64, "tokens that the penalty looks back on; -1 all"),
		seed:    f.Uint64("seed", 1, "same seed, same text"),
		context: contextFlag(f),
	}
	f.Var(&w.stop, "stop", "end before this `text` (may be repeated)")
	f.Var(&w.lora, "lora", "an adapter in GGUF, and its scale: `FILE[=SCALE]` (may be repeated)")
	return w
}

// withModel loads the model as the flags say.
func (w *writer) withModel(engine, model string, do func(*session) error) error {
	return withModel(engine, model, optional(w.flags, "ctx", w.context), func(s *session, _ abi.ModelResult) error {
		if err := s.adapt(w.lora); err != nil {
			return err
		}
		return do(s)
	})
}

// adapt puts adapters on the model: each a file, and its scale behind a "=".
func (s *session) adapt(adapters []string) error {
	if len(adapters) == 0 {
		return nil
	}
	var request abi.AdaptRequest
	for _, a := range adapters {
		path, scale := a, 1.0
		if at := strings.LastIndexByte(a, '='); at >= 0 {
			var err error
			if scale, err = strconv.ParseFloat(a[at+1:], 64); err != nil {
				return usagef("--lora %s: %q is not a scale", a, a[at+1:])
			}
			path = a[:at]
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		request.Adapters = append(request.Adapters, abi.AdapterSource{Source: path, Size: info.Size(), Scale: &scale})
	}
	_, err := abi.Call[struct{}, struct{}](s, "adapt", request, nil)
	return err
}

// request has the options, and nothing to continue yet.
func (w *writer) request() abi.GenerateRequest {
	return abi.GenerateRequest{MaxTokens: w.n, Temperature: w.temp, TopK: w.topK, TopP: w.topP, MinP: w.minP,
		RepeatPenalty: w.penalty, RepeatLastN: w.lastN, Seed: w.seed, Stop: w.stop}
}

// write has a model write, and shows it as it comes if asked to.
func (w *writer) write(s *session, request abi.GenerateRequest, show bool) (abi.GenerateResult, error) {
	if !show {
		return abi.Call[abi.GenerateResult, struct{}](s, "generate", request, nil)
	}
	result, err := abi.Call[abi.GenerateResult](s, "generate", request, func(e abi.GenerateEvent) bool {
		fmt.Print(e.Text)
		return true
	})
	fmt.Println()
	return result, err
}
