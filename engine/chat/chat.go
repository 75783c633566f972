// Package chat writes a conversation the way a model was trained to read it.
package chat

import (
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/tokenizer"
)

// Template is a model's form of a conversation.
type Template struct{ form form }

// form is what stands around the turns. Roles are "system", "user" and
// "assistant".
type form struct {
	mark         string            // in a file's template, it tells the form
	before       map[string]string // a turn's beginning
	after        map[string]string // and end
	systemInUser bool              // the form has no system turn: it joins the user's
}

// forms in the order in which their marks are looked for; the last one is for
// files without a template.
var forms = []form{
	{mark: "<|im_start|>", // ChatML: Qwen, SmolLM, HyperCLOVA X SEED
		before: roles("<|im_start|>system\n", "<|im_start|>user\n", "<|im_start|>assistant\n"),
		after:  roles("<|im_end|>\n", "<|im_end|>\n", "<|im_end|>\n")},
	{mark: "<|start_header_id|>", // Llama 3
		before: roles("<|start_header_id|>system<|end_header_id|>\n\n", "<|start_header_id|>user<|end_header_id|>\n\n", "<|start_header_id|>assistant<|end_header_id|>\n\n"),
		after:  roles("<|eot_id|>", "<|eot_id|>", "<|eot_id|>")},
	{mark: "<start_of_turn>", // Gemma
		before:       roles("", "<start_of_turn>user\n", "<start_of_turn>model\n"),
		after:        roles("", "<end_of_turn>\n", "<end_of_turn>\n"),
		systemInUser: true},
	{mark: "[|assistant|]", // EXAONE
		before: roles("[|system|]", "[|user|]", "[|assistant|]"),
		after:  roles("[|endofturn|]\n", "\n", "[|endofturn|]\n")},
	{mark: "<|end|>", // Phi-3
		before: roles("<|system|>\n", "<|user|>\n", "<|assistant|>\n"),
		after:  roles("<|end|>\n", "<|end|>\n", "<|end|>\n")},
	{mark: "<|user|>", // Zephyr, TinyLlama
		before: roles("<|system|>\n", "<|user|>\n", "<|assistant|>\n"),
		after:  roles("</s>\n", "</s>\n", "</s>\n")},
	{mark: "[INST]", // Llama 2, Mistral
		before:       roles("", "[INST] ", ""),
		after:        roles("", " [/INST]", "</s>"),
		systemInUser: true},
	{ // SOLAR, Alpaca
		before: roles("### System:\n", "### User:\n", "### Assistant:\n"),
		after:  roles("\n\n", "\n\n", "\n\n")},
}

func roles(system, user, assistant string) map[string]string {
	return map[string]string{"system": system, "user": user, "assistant": assistant}
}

// FromGGUF finds the form of a file's template; an empty one takes the plain
// form.
func FromGGUF(f *gguf.File) (*Template, error) {
	template, _ := f.String("tokenizer.chat_template")
	return New(template), nil
}

// New finds the form that a template is an instance of.
func New(template string) *Template {
	for _, f := range forms {
		if f.mark != "" && strings.Contains(template, f.mark) {
			return &Template{f}
		}
	}
	return &Template{forms[len(forms)-1]}
}

// Render writes the messages, with the beginning of an answer if asked for. What
// people wrote is never special.
func (t *Template) Render(messages []engine.Message, answer bool) ([]tokenizer.Part, error) {
	var parts []tokenizer.Part
	system := ""
	for i, m := range messages {
		before, ok := t.form.before[m.Role]
		if !ok {
			return nil, fmt.Errorf("chat: message %d has the role %q; there are system, user and assistant", i, m.Role)
		}
		content := strings.TrimSpace(m.Content)
		if t.form.systemInUser && m.Role == "system" {
			system = content + "\n\n"
			continue
		}
		if m.Role == "user" {
			content, system = system+content, ""
		}
		parts = append(parts, special(before), tokenizer.Part{Text: content}, special(t.form.after[m.Role]))
	}
	if answer {
		parts = append(parts, special(t.form.before["assistant"]))
	}
	return parts, nil
}

func special(text string) tokenizer.Part { return tokenizer.Part{Text: text, Special: true} }
