package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var askCommand = command{
	name: "ask", args: "--docs PATH | --store DIR [--encoder ENCODER.gguf|none] [--model M.gguf] [--threads 1] [--kv f32] [--mode quote|generate] [--k N] [--previous QUESTION] [--trace FILE] [--json] QUESTION | --replay TRACE.json",
	about: "Answer a question from documents, with citations, or say that they do not answer it.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's `folder`")
		var docs list
		f.Var(&docs, "docs", "a document or a folder of them: a `PATH`, not kept (may be repeated)")
		model := f.String("model", "", "a GGUF `file` for generate mode")
		mode := f.String("mode", "", "quote answers with the documents' own sentences, generate with the model's (default generate with --model, else quote)")
		k := f.Int("k", 0, "how many passages to read (default 8)")
		threshold := f.Float64("threshold", 0, "least confidence of an answer, 0 to 1 (default calibrated)")
		var previous list
		f.Var(&previous, "previous", "an earlier `question` of the conversation, which this one may lean on (may be repeated, oldest first)")
		save := f.String("trace", "", "write how the answer came about to a `file`")
		replayed := f.String("replay", "", "make an answer again from the trace in a `file`, or from the JSON of an answer; needs no documents")
		engine, threads, encoder, kv := engineFlag(f), threadsFlag(f), encoderFlag(f), kvFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			show := printAnswer
			if *asJSON {
				show = func(a rag.Answer, streamed bool) error { return printJSON(a) }
			}
			if *replayed != "" {
				if len(args) > 0 {
					return usagef("--replay takes the question from the trace: leave %q out", args[0])
				}
				return replay(*engine, *replayed, show)
			}
			question, err := text(args, "question")
			if err != nil {
				return err
			}
			r := rag.Request{Question: question, Mode: rag.Mode(*mode), K: optional(f, "k", k), Threshold: optional(f, "threshold", threshold)}
			for _, q := range previous {
				r.History = append(r.History, message(q))
			}
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
			return ask(*engine, *threads, *dir, docs, *encoder, *model, *kv, r, !*asJSON, *save, show)
		}
	},
}

func message(question string) engine.Message { return engine.Message{Role: "user", Content: question} }

// ask prints the answer's text as it comes, if it may stream, and then the whole.
func ask(engine string, threads int, dir string, docs []string, encoder encoderChoice, model, kv string, r rag.Request, stream bool, save string, show func(a rag.Answer, streamed bool) error) (err error) {
	s, err := openLibrary(engine, threads, dir, docs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	// Documents that are not kept are embedded only where their words do not answer:
	// that takes far longer than a quote. What is said before is not shown.
	unasked := "" // the encoder that may then do it
	if dir == "" && encoder.file == "" && r.Mode != rag.Generate {
		unasked, err = s.loadEncoder(encoder)
		stream = stream && unasked == ""
	} else {
		err = s.encode(encoder, encoder.mostToAsk())
	}
	if err != nil {
		return err
	}
	if r.Mode == rag.Generate {
		if _, err := s.load(model, loading{kv: kv}); err != nil {
			return err
		}
	}
	streamed := false
	told := func(e rag.Event) bool {
		if e.Type == rag.Token && stream {
			fmt.Print(e.Text)
			streamed = true
		}
		return true
	}
	answer, err := abi.Call[rag.Answer](s, "ask", r, told)
	if err == nil && unasked != "" && answer.Verdict != rag.Answered {
		var all bool
		if all, err = s.embed(unasked, mostUnasked); all {
			answer, err = abi.Call[rag.Answer](s, "ask", r, told)
		}
	}
	if streamed {
		fmt.Println()
	}
	if err != nil {
		return err
	}
	err = show(answer, streamed) // first: it may have taken long
	if save == "" {
		return err
	}
	b, failed := json.MarshalIndent(answer.Trace, "", "  ")
	if failed == nil {
		failed = os.WriteFile(save, append(b, '\n'), 0o600)
	}
	return errors.Join(err, failed)
}

// replay makes an answer again from a trace, or from an answer that has one.
func replay(engine, path string, show func(a rag.Answer, streamed bool) error) (err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var file struct {
		rag.Trace
		Answer *rag.Trace `json:"trace"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return fmt.Errorf("%s is not a trace: %w", path, err)
	}
	if file.Answer == nil {
		file.Answer = &file.Trace
	}
	if file.Answer.Version == 0 {
		return fmt.Errorf("%s is not a trace, nor an answer that has one", path)
	}
	s, err := start(engine, store.NewMemory())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	answer, err := abi.Call[rag.Answer, rag.Event](s, "replay", abi.ReplayRequest{Trace: *file.Answer}, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return show(answer, false)
}

// printAnswer prints an answer for a person, less its text if that was streamed:
// the citations, or what came nearest, and the sentences that lack support.
func printAnswer(a rag.Answer, streamed bool) error {
	if !streamed {
		fmt.Println(a.Answer)
	}
	for _, s := range a.Sentences {
		if s.Label != check.Supported {
			fmt.Printf("\n%s: %s%s\n", s.Label, s.Text, decided(s.Because))
		}
	}
	for _, c := range a.Citations {
		fmt.Printf("\n[%d] %s  (bytes %d-%d)\n%s\n", c.N, place(c.Document, c.Heading, c.Page), c.Start, c.End, indent(c.Text))
	}
	return nil
}

// decided lists the words that decided about a sentence.
func decided(words []check.Word) string {
	var list []string
	for _, w := range words {
		said := fmt.Sprintf("%s %q", w.Kind, w.Claim)
		if w.Evidence != "" {
			said += fmt.Sprintf(", the evidence says %q", w.Evidence)
		}
		list = append(list, said)
	}
	if len(list) == 0 {
		return ""
	}
	return "\n    " + strings.Join(list, "\n    ")
}
