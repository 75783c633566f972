package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var askCommand = command{
	name: "ask", args: "--docs PATH | --store DIR [--model M.gguf] [--mode quote|generate] [--k N] [--json] QUESTION",
	about: "Answer a question from documents, with citations, or say that they do not answer it.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's folder")
		var docs list
		f.Var(&docs, "docs", "a document or a folder of them, not kept (may be repeated)")
		model := f.String("model", "", "a GGUF `file` for generate mode")
		mode := f.String("mode", "", "quote answers with the documents' own sentences, generate with the model's (default generate with --model, else quote)")
		k := f.Int("k", 0, "how many passages to read (default 8)")
		threshold := f.Float64("threshold", 0, "least confidence of an answer, 0 to 1 (default calibrated)")
		engine := engineFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			question, err := text(args, "question")
			if err != nil {
				return err
			}
			r := rag.Request{Question: question, Mode: rag.Mode(*mode), K: optional(f, "k", k), Threshold: optional(f, "threshold", threshold)}
			switch {
			case *mode == "" && *model == "":
				r.Mode = rag.Quote
			case *mode == "":
				r.Mode = rag.Generate
			case r.Mode != rag.Quote && r.Mode != rag.Generate:
				return usagef("--mode %s: quote or generate", *mode)
			case r.Mode == rag.Generate && *model == "":
				return usagef("generate mode needs a model: --model FILE.gguf")
			}
			return ask(*engine, *dir, docs, *model, r, *asJSON)
		}
	},
}

func ask(engine, dir string, docs []string, model string, r rag.Request, asJSON bool) (err error) {
	s, err := openLibrary(engine, dir, docs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.Mode == rag.Generate {
		if _, err := s.load(model, nil); err != nil {
			return err
		}
	}
	streamed := false
	answer, err := abi.Call[rag.Answer](s, "ask", r, func(e rag.Event) bool {
		if e.Type == rag.Token && !asJSON {
			fmt.Print(e.Text)
			streamed = true
		}
		return true
	})
	if streamed {
		fmt.Println()
	}
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(answer)
	}
	if !streamed {
		fmt.Println(answer.Answer)
	}
	for _, c := range answer.Citations {
		fmt.Printf("\n[%d] %s  (bytes %d-%d)\n%s\n", c.N, place(c.Document, c.Heading, c.Page), c.Start, c.End, indent(c.Text))
	}
	return nil
}
