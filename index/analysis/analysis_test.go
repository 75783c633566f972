package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func words(text string) string {
	var w []string
	for _, t := range Terms(text) {
		if t[0] != Bigram {
			w = append(w, t)
		}
	}
	return strings.Join(w, " ")
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"학교에 간다", "학교 간다"},
		{"학교는 학교를 학교가 학교와 학교에서는", "학교 학교 학교 학교 학교"},
		{"서울로 부산으로", "서울 부산"},
		{"Running dogs' BARKED", "run dog bark"},
		{"ＧＰＵ", "gpu"},
		{"cafe\u0301 café", "café café"},
	} {
		if got := words(c.text); got != c.want {
			t.Errorf("words(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBigrams(t *testing.T) {
	got := Terms("데이터베이스를 東京")
	for _, want := range []string{"데이터베이스", "\x01데이", "\x01베이", "\x01東京"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"학교에서 GPU를 3월", "a\xff\xfeb", "e\u0301\u0301", "ㄱㄴㄷ가", "\u1100\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		Analyze(text, func(term []byte, s index.Span) {
			if len(term) == 0 || s.Start < last || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("term %q at %v of %d bytes", term, s, len(text))
			}
			last = s.Start
		})
	})
}
