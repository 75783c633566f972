package chunk

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

func sentences(text string) []string {
	var got []string
	for _, s := range Sentences(text) {
		got = append(got, text[s.Start:s.End])
	}
	return got
}

// In each text ¦ marks where one sentence ends and the next begins.
func TestSentences(t *testing.T) {
	for _, c := range []string{
		"온돌은 따뜻하다. ¦바닥을 데운다. ¦왜 그럴까? ¦모른다",
		"불을 땐다.¦그러면 따뜻해요.¦그렇죠",
		"그는 \"춥다.\"라고 말했다. ¦\"덥다.\" ¦그녀도 말했다.",
		"2006. 3. 4. 서울에서 열렸다. ¦끝.",
		"3.5배 늘었다. ¦v1.2를 쓴다.",
		"설치함. ¦확인함. ¦이상 없음.",
		"東京は首都です。¦大阪は？¦はい！",

		"Mr. Kim paid 3.5 dollars. ¦He left.",
		"J. K. Rowling wrote it. ¦See Fig. 3 and No. 5. ¦Done.",
		"The U.S. Senate met in the U.S. ¦The vote failed.",
		"We use tools, e.g. Hammers, etc. ¦They help.",
		"\"Stop!\" he said. ¦\"Why?\" ¦She ran.",
		"Yahoo! is a firm. ¦Really?! ¦Yes... ¦No.",
		"it rained . ¦it stopped .",

		"# Title¦\n\nA line that is wrapped by its editor at the width\nof a terminal goes on. ¦\n- one\n¦- two\n¦1. three\n¦2. four\n",
		"| a | b |\n¦|---|---|\n¦| c. d | e |\n",
		"a row that is wide | as wide as a line that was wrapped\n¦and so | is the next, between whose cells there are bars\n¦and | b\n¦c | d",
		"이름: 홍길동\n¦나이: 20\n¦주소: 서울\n",
		"short line\ngoes on",
		"> quoted\n¦> more",
	} {
		var want []string
		for s := range strings.SplitSeq(c, "¦") {
			want = append(want, strings.TrimSpace(s))
		}
		if got := sentences(strings.ReplaceAll(c, "¦", "")); !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", c, got, want)
		}
	}
}

func TestSentencesIsLinear(t *testing.T) {
	for _, unit := range []string{"a", ".", "\n", "가.", "A. ", "- x\n", "\" ", "1. "} {
		began := time.Now()
		for range Sentences(strings.Repeat(unit, 1<<19/len(unit))) {
		}
		if d := time.Since(began); d > 30*time.Second {
			t.Errorf("512 KB of %q took %v", unit, d)
		}
	}
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"가다. 나.", "a.\xff. b", "\n\n.\n", "1. ", "“가.”", "# \n|", "。\xe3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		var gaps strings.Builder
		for _, s := range Sentences(text) {
			if s.Start < last || s.Len() <= 0 || s.End > len(text) {
				t.Fatalf("sentence %v after %d in %q", s, last, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[s.Start:s.End]) {
				t.Fatalf("%v cuts a rune of %q", s, text)
			}
			gaps.WriteString(text[last:s.Start])
			last = s.End
		}
		gaps.WriteString(text[last:])
		if strings.TrimSpace(gaps.String()) != "" {
			t.Fatalf("left out %q of %q", gaps.String(), text)
		}
		for _, c := range Split(index.Text{Body: text}) {
			if c.Len() > Budget {
				t.Fatalf("chunk %v exceeds the budget", c.Span)
			}
		}
	})
}
