package eval

import (
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/index"
)

// Match compares a span with the answers of a question as SQuAD's evaluation does,
// and in Korean as KorQuAD's: F1 counts words there, characters here. Both take the
// best of the answers.
func Match(passage string, span index.Span, answers []index.Span) (exact, overlap float64) {
	if span.Start < 0 || span.End > len(passage) || span.Start > span.End {
		return 0, 0
	}
	korean := strings.ContainsFunc(passage, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	given := tokens(passage[span.Start:span.End], korean)
	for _, a := range answers {
		want := tokens(passage[a.Start:a.End], korean)
		if strings.Join(given, " ") == strings.Join(want, " ") {
			exact = 1
		}
		overlap = max(overlap, tokenF1(given, want))
	}
	return exact, overlap
}

// tokens are the words of a text in lower case without articles and punctuation, or
// its characters.
func tokens(text string, characters bool) (list []string) {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	for w := range strings.FieldsSeq(bare) {
		switch {
		case characters:
			list = append(list, strings.Split(w, "")...)
		case w != "a" && w != "an" && w != "the":
			list = append(list, w)
		}
	}
	return list
}

func tokenF1(given, want []string) float64 {
	left := map[string]int{}
	for _, w := range want {
		left[w]++
	}
	both := 0.0
	for _, w := range given {
		if left[w] > 0 {
			left[w]--
			both++
		}
	}
	return f1(both, float64(len(given))-both, float64(len(want))-both)
}
