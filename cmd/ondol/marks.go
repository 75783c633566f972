package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/mark"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var marksCommand = command{
	name: "marks", args: "--store DIR [--right|--wrong [--n N] [--encoder ENCODER.gguf|none] QUESTION | --undo ID | --export FILE] [--json]",
	about: "Say that the evidence of an answer is right or wrong, so that questions like it are answered by that; list, undo or export what was said.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's `folder`")
		right := f.Bool("right", false, "the evidence answers the question")
		wrong := f.Bool("wrong", false, "the evidence does not answer it")
		n := f.Int("n", 1, "which of the answer's citations is meant")
		undo := f.Int("undo", 0, "take back the mark of this number")
		export := f.String("export", "", "write every mark to a `file`, a line of JSON for each question and passage")
		engine, encoder := engineFlag(f), encoderFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) (err error) {
			if *dir == "" {
				return usagef("name the library: --store DIR")
			}
			if *right && *wrong {
				return usagef("--right or --wrong, not both")
			}
			s, err := openLibrary(*engine, 1, *dir, nil)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			var r abi.MarksResult
			switch {
			case *right || *wrong:
				question, err := text(args, "question")
				if err != nil {
					return err
				}
				if err := s.encode(*encoder, encoder.mostToAsk()); err != nil {
					return err
				}
				r, err = markCitation(s, question, *n, *right)
				if err != nil {
					return err
				}
			case given(f, "undo"):
				if r, err = abi.Call[abi.MarksResult, struct{}](s, "unmark", abi.UnmarkRequest{ID: *undo}, nil); err != nil {
					return err
				}
			default:
				if r, err = abi.Call[abi.MarksResult, struct{}](s, "marks", nil, nil); err != nil {
					return err
				}
			}
			if *export != "" {
				return exportMarks(*export, r.Marks)
			}
			if *asJSON {
				return printJSON(r.Marks)
			}
			for _, m := range r.Marks {
				fmt.Printf("%d  %s  %s\n", m.ID, verdictOf(m), m.Question)
				for _, p := range m.Passages {
					fmt.Printf("%s\n%s\n", indent(p.Document), indent(p.Text))
				}
			}
			return nil
		}
	},
}

// markCitation asks the question, as ask does, and marks a citation of the answer.
func markCitation(s *session, question string, n int, right bool) (abi.MarksResult, error) {
	a, err := abi.Call[rag.Answer, rag.Event](s, "ask", rag.Request{Question: question}, nil)
	if err != nil {
		return abi.MarksResult{}, err
	}
	if len(a.Citations) == 0 {
		return abi.MarksResult{}, fmt.Errorf("there is no evidence to mark: %s", a.Answer)
	}
	if n < 1 || n > len(a.Citations) {
		return abi.MarksResult{}, fmt.Errorf("the answer has %s, none of number %d: %s", count(len(a.Citations), "citation"), n, a.Answer)
	}
	c := a.Citations[n-1]
	return abi.Call[abi.MarksResult, struct{}](s, "mark", abi.MarkRequest{Question: question, Right: right, Passages: []abi.MarkPlace{{Document: c.Document, Span: c.Span}}}, nil)
}

func verdictOf(m mark.Mark) string {
	if m.Right {
		return "right"
	}
	return "wrong"
}

// exportMarks writes marks as JSON lines, which a model can be tuned on.
func exportMarks(path string, marks []mark.Mark) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, m := range marks {
		for _, p := range m.Passages {
			line := struct {
				Question string `json:"question"`
				Passage  string `json:"passage"`
				Mark     string `json:"mark"`
				Answer   string `json:"answer,omitempty"`
				Document string `json:"document"`
			}{m.Question, p.Text, verdictOf(m), m.Answer, p.Document}
			if err := e.Encode(line); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}
