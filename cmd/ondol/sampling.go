package main

import (
	"flag"
	"os"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

// writer is how a model is to write, as flags say.
type writer struct {
	flags           *flag.FlagSet
	options         abi.GenerateRequest // the flags that were given
	context         *int
	threads         *int
	kv              *string
	lora, bias      list
	grammar, schema *string // files
}

// writerFlags declares the flags of commands that write; n is the default of -n.
// The samplers' flags are called as in llama.cpp.
func writerFlags(f *flag.FlagSet, n int) *writer {
	w := &writer{flags: f, context: contextFlag(f), threads: threadsFlag(f), kv: kvFlag(f)}
	o := &w.options
	o.MaxTokens = f.Int("n", n, "how many tokens at most; negative: as many as fit")
	o.Temperature = f.Float64("temp", 0, "temperature; 0 is greedy")
	number := func(to **float64, name string, about string) {
		f.Func(name, about, func(s string) error {
			x, err := strconv.ParseFloat(s, 64)
			*to = &x
			return err
		})
	}
	integer := func(to **int, name string, about string) {
		f.Func(name, about, func(s string) error {
			n, err := strconv.Atoi(s)
			*to = &n
			return err
		})
	}
	integer(&o.TopK, "top-k", "keep the `k` likeliest tokens; 0 keeps all (default 40)")
	number(&o.TopP, "top-p", "keep the likeliest tokens of this `probability` in sum; 1 keeps all (default 0.95)")
	number(&o.MinP, "min-p", "keep tokens at least this `share` as likely as the likeliest; 0 keeps all (default 0.05)")
	number(&o.TypicalP, "typical", "keep the most typical tokens of this `probability` in sum; 1 keeps all (default 1)")
	number(&o.TopNSigma, "top-nsigma", "keep tokens within `n` standard deviations of the likeliest; -1 keeps all (default -1)")
	number(&o.RepeatPenalty, "repeat-penalty", "divide the logits of recent tokens by a `number`; 1 is none (default 1)")
	number(&o.FrequencyPenalty, "frequency-penalty", "take this `number` off for each time that a token came lately (default 0)")
	number(&o.PresencePenalty, "presence-penalty", "take this `number` off if a token came lately (default 0)")
	integer(&o.RepeatLastN, "repeat-last-n", "how many `tokens` penalties look back on; -1 all (default 64)")
	number(&o.DryMultiplier, "dry-multiplier", "penalize repeated sequences by this `number`; 0 is none (default 0)")
	number(&o.DryBase, "dry-base", "the `base` of that penalty's growth (default 1.75)")
	integer(&o.DryAllowedLength, "dry-allowed-length", "how many `tokens` may repeat free (default 2)")
	integer(&o.DryLastN, "dry-penalty-last-n", "how many `tokens` that penalty looks back on; -1 all (default -1)")
	f.Var((*list)(&o.DryBreakers), "dry-sequence-breaker", "a `text` that no repetition goes beyond (may be repeated; default newline, colon, quote, asterisk)")
	number(&o.XTCProbability, "xtc-probability", "how likely the likeliest tokens are taken out; 0 is never (default 0)")
	number(&o.XTCThreshold, "xtc-threshold", "the least `probability` of those tokens (default 0.1)")
	number(&o.DynamicRange, "dynatemp-range", "let the temperature go with the entropy, up and down by this `number` (default 0)")
	number(&o.DynamicExponent, "dynatemp-exp", "the `exponent` of that (default 1)")
	integer(&o.Mirostat, "mirostat", "keep the surprise steady by Mirostat of `version` 1 or 2 (default 0: off)")
	number(&o.MirostatTau, "mirostat-ent", "the surprise aimed at, in `bits` (default 5)")
	number(&o.MirostatEta, "mirostat-lr", "how fast it is learnt (default 0.1)")
	f.Var(&w.bias, "logit-bias", "add to a token's logit: `ID+BIAS` or ID-BIAS; ID-inf bans it (may be repeated)")
	o.Seed = f.Uint64("seed", 1, "same seed, same text")
	f.Var((*list)(&o.Stop), "stop", "end before this `text` (may be repeated)")
	f.Var(&w.lora, "lora", "an adapter in GGUF, and its scale: `FILE[=SCALE]` (may be repeated)")
	w.grammar = f.String("grammar", "", "write text of this form: a `file` with a grammar in GBNF")
	w.schema = f.String("json-schema", "", "write JSON that is valid by the schema in this `file`")
	return w
}

// request has the options, and nothing to continue yet.
func (w *writer) request() (abi.GenerateRequest, error) {
	r := w.options
	for file, to := range map[*string]*string{w.grammar: &r.Grammar, w.schema: &r.JSONSchema} {
		if *file == "" {
			continue
		}
		text, err := os.ReadFile(*file)
		if err != nil {
			return r, err
		}
		if *to = strings.TrimPrefix(string(text), "\ufeff"); strings.TrimSpace(*to) == "" {
			return r, usagef("%s is empty", *file)
		}
	}
	for _, b := range w.bias {
		bias, err := tokenBias(b)
		if err != nil {
			return r, err
		}
		r.LogitBias = append(r.LogitBias, bias)
	}
	return r, nil
}

// tokenBias reads a token and what is added to its logit: 15043+1 or 15043-inf.
func tokenBias(s string) (abi.TokenBias, error) {
	const ban = -1e30 // minus infinity has no JSON
	if at := strings.IndexAny(s, "+-"); at > 0 {
		id, errID := strconv.ParseInt(s[:at], 10, 32)
		bias, errBias := strconv.ParseFloat(s[at:], 64)
		if errID == nil && errBias == nil && bias < 1e30 {
			return abi.TokenBias{Token: int32(id), Bias: max(bias, ban)}, nil
		}
	}
	return abi.TokenBias{}, usagef("--logit-bias %s: write a token's ID and a number, such as 15043+1 or 15043-inf", s)
}
