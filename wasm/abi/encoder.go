package abi

import (
	"runtime/debug"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/index"
)

// EncoderRequest ("encoder") loads the library's encoder: a GGUF that embeds, and
// may have heads that read and verify. It stands beside the model of "load"; a
// model there takes over what it can do itself, for as long as it is loaded.
// Without a source the encoder is let go.
type EncoderRequest struct {
	Source string `json:"source,omitempty"`
	Size   int64  `json:"size,omitempty"` // bytes
	Name   string `json:"name,omitempty"` // for people; default the file's own
	// Prefixes that the encoder reads before questions and passages: "e5" or "none"; default by the names in the file.
	Prefixes string `json:"prefixes,omitempty"`
}

// EncoderResult describes the encoder; it is empty if there is none.
type EncoderResult struct {
	Name     string `json:"name"`
	Encoder  string `json:"encoder"` // identifies the weights and how they are asked
	Dim      int    `json:"dim"`
	Reads    bool   `json:"reads"`
	Verifies bool   `json:"verifies"`
	Bytes    int64  `json:"bytes"` // of weights
}

func init() { operations["encoder"] = on((*Engine).loadEncoder, writer, computer) }

// encoderContext is the longest text that an encoder reads at once, in tokens.
const encoderContext = 512

func (e *Engine) loadEncoder(r *EncoderRequest, emit Emit) (any, error) {
	if r.Source == "" {
		e.standing = nil
		return EncoderResult{}, e.chooseEncoder()
	}
	// Next to nothing of what is made now is garbage: marking it over and over would
	// take longer than reading it.
	debug.SetGCPercent(400)
	defer e.settle(0)
	goOn := true
	m, err := llm.Open(source{e.host, r.Source, r.Size}, r.Size, llm.Options{
		Ceiling:  encoderContext,
		Embedder: true,
		Prefixes: r.Prefixes,
		Progress: func(done, total int64) bool { goOn = emit(LoadEvent{done, total}); return goOn },
	})
	switch {
	case !goOn:
		return nil, ErrCancelled
	case err != nil:
		return nil, err
	}
	if r.Name == "" {
		r.Name = m.Name
	}
	e.standing = m
	return EncoderResult{r.Name, llm.NewSearcher(m).Encoder(), m.Dim(), m.Reads(), m.Verifies(), m.Bytes()}, e.chooseEncoder()
}

// able returns the model that has an ability: the one that was loaded, else the
// encoder; nil if neither has it.
func (e *Engine) able(has func(*llm.Model) bool) *llm.Model {
	for _, m := range []*llm.Model{e.model, e.standing} {
		if m != nil && has(m) {
			return m
		}
	}
	return nil
}

// chooseEncoder makes the library search by what is loaded now.
func (e *Engine) chooseEncoder() error {
	var chosen index.Embedder
	if m := e.able((*llm.Model).Embeds); m != nil {
		chosen = llm.NewSearcher(m)
	}
	if chosen == e.encoder {
		return nil
	}
	return e.useEncoder(chosen)
}

// heads are what reads and verifies now; nil where nothing does.
func (e *Engine) heads() (r engine.Reader, v engine.Verifier) {
	if m := e.able((*llm.Model).Reads); m != nil {
		r = m
	}
	if m := e.able((*llm.Model).Verifies); m != nil {
		v = m
	}
	return r, v
}
