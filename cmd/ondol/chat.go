package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// reply is what chat prints as JSON.
type reply struct {
	engine.Message
	abi.GenerateResult
}

var chatCommand = command{
	name: "chat", args: "--model M.gguf [--kv f32] [--system TEXT] [--messages FILE.json] [--json]",
	about: "Talk with a language model, in its own chat format.",
	setup: func(f *flag.FlagSet) func([]string) error {
		model, engine := modelFlag(f), engineFlag(f)
		w := writerFlags(f, -1)
		system := f.String("system", "", "a system `message` to begin with")
		file := f.String("messages", "", "answer the conversation in this `file` once: a list of {\"role\", \"content\"}; - is standard input")
		asJSON := f.Bool("json", false, "print JSON (with --messages)")
		return func(args []string) error {
			if len(args) > 0 {
				return usagef("chat takes no argument, but got %q", args[0])
			}
			if *file == "" && *asJSON {
				return usagef("--json goes with --messages")
			}
			messages, err := conversation(*system, *file)
			if err != nil {
				return err
			}
			return w.withModel(*engine, *model, func(s *session) error {
				if *file == "" {
					return w.talk(s, messages, os.Stdin)
				}
				answer, err := w.answer(s, messages, !*asJSON)
				if err != nil || !*asJSON {
					return err
				}
				return printJSON(answer)
			})
		}
	},
}

// conversation reads a file of messages, if there is one.
func conversation(system, file string) (messages []engine.Message, err error) {
	if system != "" {
		messages = []engine.Message{{Role: "system", Content: system}}
	}
	var b []byte
	switch file {
	case "":
		return messages, nil
	case "-":
		b, err = io.ReadAll(os.Stdin)
	default:
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	var read []engine.Message
	if err := json.Unmarshal(b, &read); err != nil {
		return nil, fmt.Errorf("%s: %w; it should be a list of {\"role\", \"content\"}", file, err)
	}
	if len(read) == 0 {
		return nil, fmt.Errorf("%s: no messages", file)
	}
	for i, m := range read {
		if m.Role == "" {
			return nil, fmt.Errorf("%s: message %d has no role", file, i+1)
		}
	}
	return append(messages, read...), nil
}

// answer has the model take its turn.
func (w *writer) answer(s *session, messages []engine.Message, show bool) (reply, error) {
	request, err := w.request()
	if err != nil {
		return reply{}, err
	}
	request.Messages = messages
	result, err := w.write(s, request, show)
	return reply{engine.Message{Role: "assistant", Content: result.Text}, result}, err
}

// talk takes a line from the person in turn with an answer, until the lines end.
func (w *writer) talk(s *session, messages []engine.Message, in io.Reader) error {
	for lines := bufio.NewReader(in); ; {
		fmt.Print("> ")
		line, err := lines.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			messages = append(messages, engine.Message{Role: "user", Content: line})
			answer, err := w.answer(s, messages, true)
			if err != nil {
				return err
			}
			messages = append(messages, answer.Message)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
