package engine

// Options steer generation. Start from DefaultOptions: zero is a value here. The
// samplers and their order are llama.cpp's: penalties, DRY, top-n-sigma, top-k,
// typical, top-p, min-p, XTC, temperature; Mirostat takes the place of all but the
// penalties and the temperature.
type Options struct {
	MaxTokens        int               // 0 generates nothing; negative stops only at the context's end
	Temperature      float32           // 0 is greedy
	TopK             int               // 0 keeps all
	TopP             float32           // 1 keeps all
	MinP             float32           // 0 keeps all
	TypicalP         float32           // 1 keeps all
	TopNSigma        float32           // 0 or less keeps all
	RepeatPenalty    float32           // 1 is none
	FrequencyPenalty float32           // 0 is none
	PresencePenalty  float32           // 0 is none
	RepeatLastN      int               // tokens that the penalties look back on; 0 none, negative the whole context
	DRY              DRY               // against repeated sequences
	XTC              XTC               // against clichés
	Dynamic          Dynamic           // temperature
	Mirostat         Mirostat          // steady surprise
	LogitBias        map[int32]float32 // added to the logits of tokens; minus infinity bans one
	Seed             uint64            // same seed, same text
	Stop             []string          // strings that end the text; they are not emitted
	Grammar          string            // GBNF that the text follows; "" is any text
	JSONSchema       string            // JSON Schema that the text follows; "" is any text
}

// DRY penalizes a token that would repeat what came before, the more the longer
// the repetition: https://github.com/oobabooga/text-generation-webui/pull/5677
type DRY struct {
	Multiplier    float32  // 0 is none
	Base          float32  // of the penalty's growth
	AllowedLength int      // tokens that may repeat free
	LastN         int      // tokens that it looks back on; 0 none, negative the whole context
	Breakers      []string // texts that no repetition goes beyond
}

// XTC takes out all likely tokens but the least likely of them, now and then:
// https://github.com/oobabooga/text-generation-webui/pull/6335
type XTC struct {
	Probability float32 // 0 is never
	Threshold   float32 // of a likely token's probability; above 0.5 is never
}

// Dynamic makes the temperature go with the entropy of the choice, from Range
// below Temperature to Range above: https://arxiv.org/abs/2309.02772
type Dynamic struct {
	Range    float32 // 0 keeps it as it is
	Exponent float32
}

// Mirostat keeps the surprise of a text steady: https://arxiv.org/abs/2007.14966
type Mirostat struct {
	Version int     // 0 is off, 1 or 2
	Tau     float32 // surprise that is aimed at, in bits
	Eta     float32 // how fast it is learnt
}

// DefaultOptions are llama.cpp's common sampler values, without repetition
// penalty.
func DefaultOptions() Options {
	return Options{
		MaxTokens: 256, Temperature: 0.8, TopK: 40, TopP: 0.95, MinP: 0.05, TypicalP: 1, TopNSigma: -1,
		RepeatPenalty: 1, RepeatLastN: 64, Seed: 1,
		DRY:      DRY{Base: 1.75, AllowedLength: 2, LastN: -1, Breakers: []string{"\n", ":", "\"", "*"}},
		XTC:      XTC{Threshold: 0.1},
		Dynamic:  Dynamic{Exponent: 1},
		Mirostat: Mirostat{Tau: 5, Eta: 0.1},
	}
}
