package abi

import "github.com/ondol-rag/ondol/engine"

// Sampling are the less common options of a GenerateRequest. What is absent takes
// the values of engine.DefaultOptions, with which none of them is on.
type Sampling struct {
	TypicalP         *float64    `json:"typicalP,omitempty"`
	TopNSigma        *float64    `json:"topNSigma,omitempty"`
	FrequencyPenalty *float64    `json:"frequencyPenalty,omitempty"`
	PresencePenalty  *float64    `json:"presencePenalty,omitempty"`
	DryMultiplier    *float64    `json:"dryMultiplier,omitempty"`
	DryBase          *float64    `json:"dryBase,omitempty"`
	DryAllowedLength *int        `json:"dryAllowedLength,omitempty"`
	DryLastN         *int        `json:"dryLastN,omitempty"`
	DryBreakers      []string    `json:"dryBreakers,omitempty"`
	XTCProbability   *float64    `json:"xtcProbability,omitempty"`
	XTCThreshold     *float64    `json:"xtcThreshold,omitempty"`
	DynamicRange     *float64    `json:"dynamicRange,omitempty"` // of the temperature
	DynamicExponent  *float64    `json:"dynamicExponent,omitempty"`
	Mirostat         *int        `json:"mirostat,omitempty"` // version: 1 or 2
	MirostatTau      *float64    `json:"mirostatTau,omitempty"`
	MirostatEta      *float64    `json:"mirostatEta,omitempty"`
	LogitBias        []TokenBias `json:"logitBias,omitempty"`
	Grammar          string      `json:"grammar,omitempty"`    // GBNF that the text follows
	JSONSchema       string      `json:"jsonSchema,omitempty"` // JSON Schema that the text follows
}

// TokenBias is added to the logit of a token.
type TokenBias struct {
	Token int32   `json:"token"`
	Bias  float64 `json:"bias"`
}

// options are the engine's options of a request to a model of so many tokens;
// generation is greedy unless it asks otherwise.
func (r GenerateRequest) options(vocabulary int) (engine.Options, error) {
	o := engine.DefaultOptions()
	o.Temperature = 0
	o.MaxTokens, o.Seed, o.Stop = or(r.MaxTokens, o.MaxTokens), or(r.Seed, o.Seed), r.Stop
	o.Grammar, o.JSONSchema = r.Grammar, r.JSONSchema
	if r.DryBreakers != nil {
		o.DRY.Breakers = r.DryBreakers
	}
	for _, b := range r.LogitBias {
		if b.Token < 0 || int(b.Token) >= vocabulary {
			return o, requestError("logitBias: token %d is not in the vocabulary of %d tokens", b.Token, vocabulary)
		}
		if o.LogitBias == nil {
			o.LogitBias = map[int32]float32{}
		}
		o.LogitBias[b.Token] = float32(b.Bias)
	}
	for _, n := range []struct {
		name     string
		from     *int
		to       *int
		low, top int
	}{
		{"topK", r.TopK, &o.TopK, 0, maxInt},
		{"repeatLastN", r.RepeatLastN, &o.RepeatLastN, -1, maxInt},
		{"dryAllowedLength", r.DryAllowedLength, &o.DRY.AllowedLength, 0, maxInt},
		{"dryLastN", r.DryLastN, &o.DRY.LastN, -1, maxInt},
		{"mirostat", r.Mirostat, &o.Mirostat.Version, 0, 2},
	} {
		if *n.to = or(n.from, *n.to); *n.to < n.low || *n.to > n.top {
			return o, requestError("%s = %d: must be between %d and %d", n.name, *n.to, n.low, n.top)
		}
	}
	for _, n := range []struct {
		name     string
		from     *float64
		to       *float32
		low, top float32
	}{
		{"temperature", r.Temperature, &o.Temperature, 0, 100},
		{"topP", r.TopP, &o.TopP, 0, 1},
		{"minP", r.MinP, &o.MinP, 0, 1},
		{"typicalP", r.TypicalP, &o.TypicalP, 0, 1},
		{"topNSigma", r.TopNSigma, &o.TopNSigma, -1, 1000},
		{"repeatPenalty", r.RepeatPenalty, &o.RepeatPenalty, 0.01, 100},
		{"frequencyPenalty", r.FrequencyPenalty, &o.FrequencyPenalty, -100, 100},
		{"presencePenalty", r.PresencePenalty, &o.PresencePenalty, -100, 100},
		{"dryMultiplier", r.DryMultiplier, &o.DRY.Multiplier, 0, 1000},
		{"dryBase", r.DryBase, &o.DRY.Base, 0, 1000},
		{"xtcProbability", r.XTCProbability, &o.XTC.Probability, 0, 1},
		{"xtcThreshold", r.XTCThreshold, &o.XTC.Threshold, 0, 1},
		{"dynamicRange", r.DynamicRange, &o.Dynamic.Range, 0, 100},
		{"dynamicExponent", r.DynamicExponent, &o.Dynamic.Exponent, 0, 100},
		{"mirostatTau", r.MirostatTau, &o.Mirostat.Tau, 0.01, 1000},
		{"mirostatEta", r.MirostatEta, &o.Mirostat.Eta, 0, 1000},
	} {
		if n.from != nil {
			*n.to = float32(*n.from)
		}
		if !(*n.to >= n.low && *n.to <= n.top) {
			return o, requestError("%s = %v: must be between %v and %v", n.name, *n.to, n.low, n.top)
		}
	}
	return o, nil
}

const maxInt = 1<<31 - 1
