// Package engine holds the nouns of the language side and its seams.
//
// Its folders run a model and put it to work: gguf (the file), quant and kernel
// (its numbers), tokenizer, model, kvcache, sample, grammar and chat (text in, text
// out), shard (one model on several cores), head (reading and verifying), llm (all
// of these behind the interfaces below) and rag (questions over an index).
package engine

import "iter"

// Message is one turn of a conversation.
type Message struct {
	Role    string `json:"role"` // "system", "user" or "assistant"
	Content string `json:"content"`
}

// Piece is a token as it leaves a model.
type Piece struct {
	ID   int32  `json:"id"`   // negative: no token yet, a part of the prompt was read
	Text string `json:"text"` // whole characters only; "" while one is incomplete
}

// Generator continues text.
type Generator interface {
	// Context is the window in tokens, prompt and answer together.
	Context() int
	// Count is the number of tokens of a plain text.
	Count(text string) int
	// Stops are the strings that end an answer to a Prompt, for a model that was not
	// taught conversations and goes on with the next question; nil for all others.
	Stops() []string
	// Prompt renders a conversation by the model's own template, ready for an
	// answer. Special tokens are taken from the template, never from content.
	Prompt(messages []Message) ([]int32, error)
	// Generate continues a prompt. Leaving the loop cancels.
	Generate(prompt []int32, o Options) iter.Seq2[Piece, error]
}

// Embedder turns texts into unit vectors.
type Embedder interface {
	Dim() int
	Embed(texts []string) ([][]float32, error)
}

// Answer is a byte range of a passage that answers a question.
type Answer struct {
	Passage int     `json:"passage"` // index into the passages given
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Score   float64 `json:"score"` // log of how much likelier it is than that its passage does not answer
}

// Reader finds answers in passages. None is a nil slice and no error.
type Reader interface {
	Read(question string, passages []string) ([]Answer, error)
}

// Entailment is how evidence stands to a claim; the three sum to 1.
type Entailment struct {
	Supported    float64 `json:"supported"`
	Contradicted float64 `json:"contradicted"`
	Neither      float64 `json:"neither"`
}

// Verifier holds claims against evidence.
type Verifier interface {
	Verify(evidence, claim string) (Entailment, error)
}
