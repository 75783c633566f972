package main

import (
	"flag"
	"fmt"
	"time"

	"github.com/ondol-rag/ondol/wasm/abi"
)

// benchmark is what bench prints as JSON.
type benchmark struct {
	Engine  string  `json:"engine"`
	Threads int     `json:"threads"`
	LoadMs  float64 `json:"load_ms"`
	abi.BenchResult
	Memory uint64          `json:"memory"` // bytes, of weights, cache and engine
	Model  abi.ModelResult `json:"model"`
}

var benchCommand = command{
	name: "bench", args: "--model M.gguf [--engine wasm|native] [--prompt 256] [--generate 32] [--threads 1] [--kv f32] [--profile] [--json]",
	about: "Time a language model, or an encoder over texts.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		prompt := f.Int("prompt", 256, "tokens to read; of an encoder, tokens of each text, 128 unless given")
		generate := f.Int("generate", 32, "tokens to write; of an encoder, texts to embed, 16 unless given")
		context := f.Int("ctx", 0, "context in tokens (default the model's, at most 4096, or what is measured)")
		threads, kv := threadsFlag(f), kvFlag(f)
		profile := f.Bool("profile", false, "show the share of each operation, at the cost of a little time")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if len(args) > 0 {
				return usagef("bench takes no argument, but got %q", args[0])
			}
			window := optional(f, "ctx", context)
			if need := *prompt + *generate; window == nil && need > abi.DefaultContext {
				window = &need
			}
			request := abi.BenchRequest{Prompt: optional(f, "prompt", prompt), Generate: optional(f, "generate", generate), Profile: *profile}
			began := time.Now()
			return withTeam(*engine, *threads, *model, loading{window, *kv}, func(s *session, m abi.ModelResult) (err error) {
				b := benchmark{Engine: *engine, Threads: *threads, LoadMs: float64(time.Since(began).Microseconds()) / 1000, Model: m}
				if b.BenchResult, err = abi.Call[abi.BenchResult, struct{}](s, "bench", request, nil); err != nil {
					return err
				}
				b.Memory = s.memory()
				if *asJSON {
					return printJSON(b)
				}
				b.print()
				return nil
			})
		}
	},
}

func (b benchmark) print() {
	fmt.Printf("%s  %s %s, %.1f M parameters, %s engine, %s\n", b.Model.Name, b.Model.Architecture, b.Model.Type, float64(b.Model.Parameters)/1e6, b.Engine, count(b.Threads, "thread"))
	fmt.Printf("load %.0f ms  prompt %.1f tokens/s  generation %.1f tokens/s  first token %.0f ms  memory %d MiB\n", b.LoadMs, b.PP, b.TG, b.FirstMs, b.Memory>>20)
	for _, s := range b.Profile {
		fmt.Printf("%-14s prompt %5.1f %%  generation %5.1f %%\n", s.Op, 100*s.Read, 100*s.Write)
	}
}
