package tokenizer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pre is a pre-tokenizer: how text is cut into words before the merges.
type pre struct {
	stages       []stage // each cuts the pieces that the one before it left
	ignoreMerges bool    // a word that is a token needs no merges
	addBOS       bool    // unless the file says otherwise
}

// stage returns the size of the first piece of a text that is not empty; at
// least 1. It stands for a regular expression: a piece is a match, or what lies
// before the next.
type stage func(s string) int

// pres are the pre-tokenizers by tokenizer.ggml.pre.
var pres = map[string]pre{}

func register(p pre, names ...string) {
	for _, name := range names {
		pres[name] = p
	}
}

// words calls yield with each word of a text.
func (p pre) words(s string, yield func(word string)) { cut(s, p.stages, yield) }

func cut(s string, stages []stage, yield func(string)) {
	for s != "" {
		n := stages[0](s)
		if len(stages) == 1 {
			yield(s[:n])
		} else {
			cut(s[:n], stages[1:], yield)
		}
		s = s[n:]
	}
}

// contraction is the size of an English ending at the start of s: 's, 't, 're,
// 've, 'm, 'll, 'd.
func contraction(s string, fold bool) int {
	if len(s) < 2 || s[0] != '\'' {
		return 0
	}
	low := byte(0)
	if fold {
		low = 0x20
	}
	switch s[1] | low {
	case 's', 't', 'm', 'd':
		return 2
	}
	if len(s) >= 3 {
		switch string([]byte{s[1] | low, s[2] | low}) {
		case "re", "ve", "ll":
			return 3
		}
	}
	return 0
}

// whitespace is the size of what \s+(?!\S)|\s+ matches: all of it at the end of
// the text, all but the last elsewhere, so that a word keeps its space.
func whitespace(s string) int {
	n := run(s, blank)
	if n == 0 || n == len(s) {
		return n
	}
	_, last := utf8.DecodeLastRuneInString(s[:n])
	if n > last {
		return n - last
	}
	return n
}

// lines is the size of what \s*[\r\n]+ matches: whitespace up to its last line
// break.
func lines(s string) int {
	return strings.LastIndexAny(s[:run(s, blank)], "\r\n") + 1
}

// newlines is the size of what [\r\n]* matches.
func newlines(s string) int { return len(s) - len(strings.TrimLeft(s, "\r\n")) }

// optional is the size of what " ?" and then one or more of a set match.
func optional(s string, run func(string, class) int, set class) int {
	space := 0
	if s[0] == ' ' {
		space = 1
	}
	if n := run(s[space:], set); n > 0 {
		return space + n
	}
	return 0
}

// gpt2Words is 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+.
func gpt2Words(s string) int {
	if n := contraction(s, false); n > 0 {
		return n
	}
	if n := optional(s, run, letter); n > 0 {
		return n
	}
	if n := optional(s, run, number); n > 0 {
		return n
	}
	if n := optional(s, runNot, blank|letter|number); n > 0 {
		return n
	}
	return whitespace(s)
}

// llama3Words is (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+, where letters are the set given.
func llama3Words(digits int, letters class) stage {
	return func(s string) int {
		if n := contraction(s, true); n > 0 {
			return n
		}
		c, n := first(s)
		if c&number == 0 {
			if c&letters != 0 {
				return n + run(s[n:], letters)
			}
			if s[0] != '\r' && s[0] != '\n' {
				if m := run(s[n:], letters); m > 0 {
					return n + m
				}
			}
		} else {
			for range digits - 1 {
				c, m := first(s[n:])
				if c&number == 0 {
					break
				}
				n += m
			}
			return n
		}
		if n := optional(s, runNot, blank|letters|number); n > 0 {
			return n + newlines(s[n:])
		}
		if n := lines(s); n > 0 {
			return n
		}
		return whitespace(s)
	}
}

// runs isolates what +-repeated characters of a set match.
func runs(in func(rune) bool) stage {
	return func(s string) int {
		r, _ := utf8.DecodeRuneInString(s)
		inside := in(r)
		n := strings.IndexFunc(s, func(r rune) bool { return in(r) != inside })
		if n < 0 {
			return len(s)
		}
		return n
	}
}

// singles isolates each character of a set.
func singles(in func(rune) bool) stage {
	return func(s string) int {
		r, n := utf8.DecodeRuneInString(s)
		if in(r) {
			return n
		}
		if n := strings.IndexFunc(s, in); n >= 0 {
			return n
		}
		return len(s)
	}
}

// spaced isolates what \s?[set]+ matches.
func spaced(in func(rune) bool) stage {
	return func(s string) int {
		for i := 0; i < len(s); {
			from := i
			r, n := utf8.DecodeRuneInString(s[i:])
			if unicode.IsSpace(r) {
				i += n
				r, n = utf8.DecodeRuneInString(s[i:])
			}
			if i < len(s) && in(r) {
				if from > 0 {
					return from
				}
				for i < len(s) && in(r) {
					i += n
					r, n = utf8.DecodeRuneInString(s[i:])
				}
				return i
			}
			if i == from {
				i += n
			}
		}
		return len(s)
	}
}

// trailing isolates what \s+$ matches.
func trailing(s string) int {
	if n := len(strings.TrimRightFunc(s, unicode.IsSpace)); n > 0 {
		return n
	}
	return len(s)
}

// threeDigits isolates what [0-9][0-9][0-9] matches.
func threeDigits(s string) int {
	digits := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			digits = 0
			continue
		}
		if digits++; digits == 3 {
			if i > 2 {
				return i - 2
			}
			return 3
		}
	}
	return len(s)
}

// marks is [\p{P}$+<=>^~|] and, for falcon, the backquote.
func marks(extra string) func(rune) bool {
	return func(r rune) bool { return unicode.IsPunct(r) || strings.ContainsRune(extra, r) }
}

// in are the characters of ranges: pairs of first and last.
func in(ranges ...rune) func(rune) bool {
	return func(r rune) bool {
		for i := 0; i < len(ranges); i += 2 {
			if r >= ranges[i] && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
}

// cased are the letters of scripts with two cases as DeepSeek's tokenizer lists
// them, pairs of first and last. Unicode has more.
const cased = "" +
	"\u0041\u005a\u0061\u007a\u00b5\u00b5\u00c0\u00d6\u00d8\u00f6\u00f8\u01ba\u01bc\u01bf\u01c4\u0293\u0295\u02af\u0370\u0373" +
	"\u0376\u0376\u0377\u0377\u037b\u037d\u037f\u037f\u0386\u0386\u0388\u038a\u038c\u038c\u038e\u03a1\u03a3\u03f5\u03f7\u0481" +
	"\u048a\u052f\u0531\u0556\u10a0\u10c5\u13a0\u13f5\u13f8\u13fd\u1c90\u1cba\u1cbd\u1cbf\u1d00\u1d2b\u1d6b\u1d77\u1d79\u1d9a" +
	"\u1e00\u1f15\u1f18\u1f1d\u1f20\u1f45\u1f48\u1f4d\u1f50\u1f57\u1f59\u1f59\u1f5b\u1f5b\u1f5d\u1f5d\u1f5f\u1f7d\u1f80\u1fb4" +
	"\u1fb6\u1fbc\u03b9\u03b9\u1fc2\u1fc4\u1fc6\u1fcc\u1fd0\u1fd3\u1fd6\u1fdb\u1fe0\u1fec\u1ff2\u1ff4\u1ff6\u1ffc\u2102\u2102" +
	"\u2107\u2107\u210a\u2113\u2115\u2115\u2119\u211d\u2124\u2124\u2126\u2126\u2128\u2128\u212a\u212d\u212f\u2134\u2139\u2139" +
	"\u213c\u213f\u2145\u2149\u214e\u214e\u2183\u2183\u2184\u2184\u2c00\u2c7b\u2c7e\u2ce4\u2ceb\u2cee\u2cf2\u2cf2\u2cf3\u2cf3" +
	"\ua640\ua66d\ua680\ua69b\ua722\ua76f\ua771\ua787\ua78b\ua78e\uab70\uabbf\ufb00\ufb06\ufb13\ufb17\uff21\uff3a\uff41\uff5a" +
	"\U00010400\U0001044f\U000104b0\U000104d3\U000104d8\U000104fb\U00010c80\U00010cb2\U00010cc0\U00010cf2\U000118a0\U000118df\U0001e900\U0001e943"

var digits = singles(unicode.IsNumber)

func lineBreak(r rune) bool { return r == '\r' || r == '\n' }

func init() {
	one := func(s ...stage) pre { return pre{stages: s} }
	// Han, kana, Hangul and what lies between, as DeepSeek's tokenizers write it.
	eastern := runs(in('一', '龥', 'ࠀ', '一', '가', 0xd7ff))

	register(one(gpt2Words), "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "jina-v1-en", "jina-v2-code", "roberta-bpe")
	register(pre{stages: []stage{llama3Words(3, letter)}, ignoreMerges: true, addBOS: true}, "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2")
	register(one(llama3Words(3, letter)), "dbrx", "smaug-bpe", "chatglm-bpe", "glm4")
	register(one(llama3Words(1, letter)), "qwen2", "deepseek-r1-qwen", "kormo", "solar-open", "grok-2", "stablelm2", "hunyuan", "megrez")
	register(one(llama3Words(1, letter|mark)), "qwen35")
	register(one(digits, gpt2Words), "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b")
	register(one(runs(marks("$+<=>^~|`")), gpt2Words, threeDigits), "falcon")
	register(one(runs(marks("$+<=>^~|")), gpt2Words, runs(unicode.IsNumber), threeDigits), "default", "")
	// The list of marks begins at U+3000, but llama.cpp takes that for a space only.
	register(one(singles(lineBreak), spaced(in([]rune(cased)...)), spaced(in('!', '/', ':', '~', '！', '／', '：', '～', '‘', '‟', '\u3001', '。')), trailing, eastern, runs(unicode.IsNumber)), "deepseek-llm")
	register(one(singles(lineBreak), spaced(unicode.IsLetter), spaced(unicode.IsPunct), eastern, digits), "deepseek-coder")
}
