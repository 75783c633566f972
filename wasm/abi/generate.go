package abi

import (
	"math"
	"slices"
	"strings"
)

func (e *Engine) generate(r *GenerateRequest, emit Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	o, err := r.options(e.model.Vocabulary)
	if err != nil {
		return nil, err
	}
	var prompt []int32
	switch {
	case len(r.Messages) > 0 && r.Prompt != "":
		return nil, requestError("give a prompt or messages, not both")
	case len(r.Messages) > 0:
		if prompt, err = e.model.Prompt(r.Messages); err != nil {
			return nil, err
		}
		o.Stop = append(slices.Clip(o.Stop), e.model.Stops()...)
	default:
		prompt = e.model.Tokenize(r.Prompt, true)
	}
	var text strings.Builder
	result := GenerateResult{Tokens: []int32{}, Prompt: len(prompt)}
	for piece, err := range e.model.Generate(prompt, o) {
		if err != nil {
			return nil, err
		}
		if piece.ID >= 0 {
			result.Tokens = append(result.Tokens, piece.ID)
		}
		text.WriteString(piece.Text)
		if !emit(GenerateEvent{piece.ID, piece.Text}) {
			return nil, ErrCancelled
		}
	}
	result.Text = text.String()
	return result, nil
}

func (e *Engine) tokenize(r *TokenizeRequest, _ Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	ids := e.model.Tokenize(r.Text, r.Special)
	if ids == nil {
		ids = []int32{}
	}
	return TokenizeResult{ids}, nil
}

func (e *Engine) logits(r *LogitsRequest, emit Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	top := or(r.Top, 20)
	if top < 1 {
		return nil, requestError("top = %d: ask for at least one token", top)
	}
	for logits, err := range e.model.Logits(r.Tokens) {
		if err != nil {
			return nil, err
		}
		if !emit(LogitsEvent{likeliest(logits, top)}) {
			return nil, ErrCancelled
		}
	}
	return struct{}{}, nil
}

// likeliest returns the n most probable tokens, by softmax in float64. Ties go
// to the smaller ID.
func likeliest(logits []float32, n int) []TokenProbability {
	n = min(n, len(logits))
	highest := float32(math.Inf(-1))
	for _, l := range logits {
		highest = max(highest, l)
	}
	var sum float64
	for _, l := range logits {
		sum += math.Exp(float64(l - highest))
	}
	best := make([]TokenProbability, 0, n+1)
	least := math.Inf(-1) // logit of the last of a full list
	for id, l := range logits {
		if len(best) == n && float64(l) <= least {
			continue
		}
		at := len(best)
		for at > 0 && best[at-1].Probability < float64(l) {
			at--
		}
		best = append(best, TokenProbability{})
		copy(best[at+1:], best[at:])
		best[at] = TokenProbability{int32(id), float64(l)}
		best = best[:min(len(best), n)]
		least = best[len(best)-1].Probability
	}
	for i := range best {
		best[i].Probability = math.Exp(best[i].Probability-float64(highest)) / sum
	}
	return best
}
