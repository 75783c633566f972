package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

var generateCommand = command{
	name: "generate", args: "--model M.gguf [-n 40] [--kv f32] [--temp 0] [--seed S] [--stop S] [--lora A.gguf=0.8] [--grammar FILE | --json-schema FILE] [--json] PROMPT",
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
			request, err := w.request()
			if err != nil {
				return err
			}
			request.Prompt = prompt
			return w.withModel(*engine, *model, func(s *session) error {
				result, err := w.write(s, request, !*asJSON)
				if err != nil || !*asJSON {
					return err
				}
				return printJSON(result)
			})
		}
	},
}

// withModel loads the model as the flags say.
func (w *writer) withModel(engine, model string, do func(*session) error) error {
	return withTeam(engine, *w.threads, model, loading{optional(w.flags, "ctx", w.context), *w.kv}, func(s *session, _ abi.ModelResult) error {
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
		f, err := s.files.source(path)
		if err != nil {
			return err
		}
		request.Adapters = append(request.Adapters, abi.AdapterSource{Source: path, Size: f.size, Scale: &scale})
	}
	_, err := abi.Call[struct{}, struct{}](s, "adapt", request, nil)
	return err
}

// write has a model write, and shows the prompt and what comes if asked to.
func (w *writer) write(s *session, request abi.GenerateRequest, show bool) (abi.GenerateResult, error) {
	if !show {
		return abi.Call[abi.GenerateResult, struct{}](s, "generate", request, nil)
	}
	unseen := request.Prompt // until the first token: there may come none for an error
	result, err := abi.Call[abi.GenerateResult](s, "generate", request, func(e abi.GenerateEvent) bool {
		fmt.Print(unseen, e.Text)
		unseen = ""
		return true
	})
	if err == nil || unseen == "" {
		fmt.Println(unseen)
	}
	return result, err
}
