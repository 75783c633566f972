// Package chat writes a conversation the way a model was trained to read it: by
// the Jinja template that its file carries, or in a plain form.
//
// The interpreter knows the part of Jinja (https://jinja.palletsprojects.com)
// that chat templates use, set up as in Hugging Face Transformers. It keeps
// track of who wrote each byte of the outcome, so that nothing in a message is
// ever read as a special token.
package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

// ErrTemplate is wrapped by every error about a template or what it makes of a
// conversation.
var ErrTemplate = errors.New("chat template")

// Template is a model's form of a conversation. It is safe for concurrent use.
type Template struct {
	// Now is the clock that templates may print, in milliseconds since the Unix
	// epoch; nil is the machine's. A time.Time would link all that prints one.
	Now func() int64

	// Stops are the strings that end an answer of a model that was not taught
	// conversations; nil for others.
	Stops []string

	run      statement
	bos, eos string
}

// FromGGUF compiles the template of a file. One without a template gets the
// plain form that its name tells of, see Plain.
func FromGGUF(f *gguf.File) (*Template, error) {
	tokens, _ := f.Strings("tokenizer.ggml.tokens")
	token := func(key string) string {
		if id, ok := f.Int("tokenizer.ggml." + key + "_token_id"); ok && id >= 0 && id < int64(len(tokens)) {
			return tokens[id]
		}
		return ""
	}
	source, ok := f.String("tokenizer.chat_template")
	if ok = ok && strings.TrimSpace(source) != ""; !ok {
		name, _ := f.String("general.name")
		source, ok = Plain(name)
	}
	t, err := New(source, token("bos"), token("eos"))
	if err == nil && !ok {
		t.Stops = baseStops
	}
	return t, err
}

// New compiles a template; bos and eos are how the vocabulary writes these
// tokens.
func New(template, bos, eos string) (*Template, error) {
	run, err := parse(template)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTemplate, err)
	}
	return &Template{run: run, bos: bos, eos: eos}, nil
}

// Render writes the messages, with the beginning of an answer if asked for. The
// content of messages is never Special. A system message that the template
// refuses or leaves out joins the first user's.
func (t *Template) Render(messages []engine.Message, addGenerationPrompt bool) ([]tokenizer.Part, error) {
	out, err := t.render(messages, addGenerationPrompt)
	merged, ok := withoutSystem(messages)
	if ok && (err != nil || !strings.Contains(out.s, strings.TrimSpace(messages[0].Content))) {
		// If that fails too, the first error tells more.
		if other, otherErr := t.render(merged, addGenerationPrompt); otherErr == nil {
			out, err = other, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return out.parts(), nil
}

// withoutSystem puts a leading system message before what the user says.
func withoutSystem(messages []engine.Message) ([]engine.Message, bool) {
	if len(messages) < 2 || messages[0].Role != "system" || messages[1].Role != "user" {
		return nil, false
	}
	merged := append([]engine.Message{}, messages[1:]...)
	merged[0].Content = messages[0].Content + "\n\n" + merged[0].Content
	return merged, true
}

func (t *Template) render(messages []engine.Message, addGenerationPrompt bool) (out text, err error) {
	s := &state{out: &builder{}, now: t.Now, scope: &scope{vars: map[string]value{}}}
	if s.now == nil {
		s.now = func() int64 { return time.Now().UnixMilli() }
	}
	for name, f := range globals {
		s.set(name, f)
	}
	list := &list{}
	for _, m := range messages {
		role := foreign(m.Role)
		switch m.Role {
		case "system", "user", "assistant":
			role = own(m.Role)
		}
		list.items = append(list.items, newDict("role", role, "content", foreign(m.Content)))
	}
	s.set("messages", list)
	s.set("add_generation_prompt", addGenerationPrompt)
	s.set("bos_token", own(t.bos))
	s.set("eos_token", own(t.eos))
	s.set("tools", nil)
	s.set("documents", nil)
	s.scope = &scope{map[string]value{}, s.scope}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("%w: %w", ErrTemplate, r.err)
		default:
			panic(r)
		}
	}()
	t.run(s)
	return s.out.text(), nil
}
