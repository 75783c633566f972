package chat

import "strings"

// plain are the forms of models whose files carry no template, by a part of the
// model's name.
var plain = []struct{ name, template string }{
	// Alpaca (Taori et al., 2023) and models tuned on its form.
	{"alpaca", "{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}\n\n" +
		"{% elif m.role == 'user' %}" +
		"{% if loop.first %}Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n{% endif %}" +
		"### Instruction:\n{{ m.content }}\n\n" +
		"{% else %}### Response:\n{{ m.content }}{{ eos_token }}\n\n{% endif %}{% endfor %}" +
		"{% if add_generation_prompt %}### Response:\n{% endif %}"},
	// Vicuna 1.1.
	{"vicuna", "{% if messages[0].role != 'system' %}A chat between a curious user and an artificial intelligence assistant. " +
		"The assistant gives helpful, detailed, and polite answers to the user's questions.{% endif %}" +
		"{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}" +
		"{% elif m.role == 'user' %} USER: {{ m.content }}" +
		"{% else %} ASSISTANT: {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}" +
		"{% if add_generation_prompt %} ASSISTANT:{% endif %}"},
	// SOLAR 10.7B Instruct, plain enough for all that were taught conversations.
	{"solar", anyone}, {"instruct", anyone}, {"chat", anyone},
}

const anyone = "{% for m in messages %}### {{ m.role | capitalize }}:\n{{ m.content }}" +
	"{{ eos_token if m.role == 'assistant' }}\n\n{% endfor %}" +
	"{% if add_generation_prompt %}### Assistant:\n{% endif %}"

// base is a text that a model goes on with which was not taught conversations: what a
// system message says, then questions and answers, in the language of the last one.
const base = "{% set w = namespace(q='Question', a='Answer') %}" +
	"{% for c in messages[-1].content %}{% if '가' <= c <= '힣' %}{% set w.q = '질문' %}{% set w.a = '답' %}{% break %}{% endif %}{% endfor %}" +
	"{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}\n\n" +
	"{% elif m.role == 'user' %}{{ w.q }}: {{ m.content }}\n" +
	"{% else %}{{ w.a }}: {{ m.content }}\n\n{% endif %}{% endfor %}" +
	"{% if add_generation_prompt %}{{ w.a }}:{% endif %}"

// baseStops are what such a model writes behind its answer: the next question.
var baseStops = []string{"\nQuestion:", "\n질문:", "\nAnswer:", "\n답:"}

// Plain is a template for a model whose file has none, by the model's name; known is
// false if the name tells of none.
func Plain(model string) (template string, known bool) {
	for _, p := range plain {
		if strings.Contains(strings.ToLower(model), p.name) {
			return p.template, true
		}
	}
	return base, false
}
