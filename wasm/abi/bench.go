package abi

import "github.com/ondol-rag/ondol/engine/model"

// BenchRequest ("bench") times the loaded model. A model that continues text
// reads a prompt and writes after it; an encoder embeds texts.
type BenchRequest struct {
	Prompt   *int `json:"prompt,omitempty"`   // tokens, of each text; default 256, of an encoder 128
	Generate *int `json:"generate,omitempty"` // tokens, of an encoder texts; default 32, of an encoder 16
	Profile  bool `json:"profile,omitempty"`  // say where the time goes; costs a little of it
}

// BenchResult is what was measured.
type BenchResult struct {
	PP      float64   `json:"pp"`       // tokens read per second
	TG      float64   `json:"tg"`       // tokens written per second; 0 for an encoder
	FirstMs float64   `json:"first_ms"` // from the prompt to the first token
	Profile []OpShare `json:"profile,omitempty"`
}

// OpShare is the part of the time that a kind of operation took: 0 to 1.
type OpShare struct {
	Op    string  `json:"op"`
	Read  float64 `json:"read"`
	Write float64 `json:"write"`
}

func (e *Engine) bench(r *BenchRequest, emit Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	prompt, generate := 256, 32
	if !e.model.Causal {
		prompt, generate = min(128, e.model.Context()), 16
	}
	prompt, generate = or(r.Prompt, prompt), or(r.Generate, generate)
	need := prompt
	if e.model.Causal {
		need += generate
	}
	if prompt < 1 || generate < 1 || need > e.model.Context() {
		return nil, requestError("prompt %d and generate %d: at least 1 each, together at most the context of %d tokens", prompt, generate, e.model.Context())
	}
	f, err := e.model.Bench(prompt, generate, r.Profile, func() bool { return emit(struct{}{}) })
	if err != nil {
		return nil, err
	}
	result := BenchResult{PP: f.PP, TG: f.TG, FirstMs: f.First.Seconds() * 1000}
	if r.Profile {
		result.Profile = shares(f.Reading, f.Writing)
	}
	return result, nil
}

// shares brings two profiles to parts of their sums.
func shares(reading, writing *model.Profile) []OpShare {
	ops := model.Ops()
	list := make([]OpShare, len(ops))
	read, write := reading.Total().Seconds(), writing.Total().Seconds()
	for i, o := range ops {
		list[i].Op = o.String()
		if read > 0 {
			list[i].Read = reading.Spent(o).Seconds() / read
		}
		if write > 0 {
			list[i].Write = writing.Spent(o).Seconds() / write
		}
	}
	return list
}
