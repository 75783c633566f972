package analysis

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// show joins terms by spaces, bigrams with a tilde.
func show(terms []string) string {
	return strings.ReplaceAll(strings.Join(terms, " "), "\x01", "~")
}

func words(text string) string {
	return show(slices.DeleteFunc(Terms(text), func(t string) bool { return t[0] == Bigram }))
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"\xff\xfe!?", ""},
		{"Running dogs' BARKED", "run dog bark"},
		{"It's the U.S. economy", "it the us economi"},
		{"3.5 kg, 1,000 people", "3.5 3.5kg kg 1000 peopl"},
		{"ＧＰＵ cafe\u0301 Ångström", "gpu cafe angstrom"},
		{"ΟΔΟΣ Привет", "οδοσ привет"},
		{strings.Repeat("x", 300) + " end", "end"},

		{"학교 학교에 학교는 학교를 학교가 학교와 학교에서는 학교의", strings.TrimSpace(strings.Repeat("학교 ", 8))},
		{"서울로 부산으로 집을 집에서", "서울 부산 집 집"},
		{"국가 도로 회의 나라는", "국가 도로 회의 나라"},
		{"개발하다 개발했다 개발되었는가 개발한 개발을", "개발 개발 개발 개발 개발"},
		{"\u1112\u1161\u11a8\u1100\u116d\u1105\u1173\u11af", "학교"}, // 학교를, decomposed

		{"GPU에서 K8s를", "gpu k8s"},
		{"3월 3월에 3 월", "3 3월 3 3월 3 3월 월"},
		{"3만 5천 명", "35000 35000명 명"},
		{"35,000명", "35000 35000명"},
		{"1억2000만원", "120000000 120000000원"},
		{"12km 12 km 12킬로미터 3 미터를", "12 12km 12 12km km 12 12km 킬로미터 3 3m 3미터 미터"},
		{"30㎡ 30m2 1.5㎏", "30 30m2 30 30m2 1.5 1.5kg"},
		{"K8s 3d 12명이다 3월이라서 세 명입니다", "k8s 3d 12 12명 3 3월 세 3명 명입"},
		{"제5조", "제 5 5조"},
		{"세 명 삼월", "세 3명 명 3월 삼월"},
		{"99999999999999999999만", "99999999999999999999 99999999999999999999만"},
	} {
		if got := words(c.text); got != c.want {
			t.Errorf("words(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBigrams(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"데이터베이스를", "데이터베이스 ~데이 ~이터 ~터베 ~베이 ~이스"},
		{"데이터 베이스", "데이터 ~데이 ~이터 베이스 ~터베 ~베이 ~이스"},
		{"산을 강", "산 강"},
		{"東京 ラ", "~東京 ~ラ"},
		{"ﾃﾞｰﾀ", "~デー ~ータ"},
	} {
		if got := show(Terms(c.text)); got != c.want {
			t.Errorf("Terms(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestQueryLeavesOutFunctionWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"What is the capital of Korea?", "capit korea"},
		{"who is it", "who is it"},
		{"임종석은 누구인가?", "임종석 ~임종 ~종석"},
		{"누구", "누구 ~누구"},
	} {
		if got := show(Query(c.text)); got != c.want {
			t.Errorf("Query(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// Han is read in Hangul where the text is Korean, or is a question.
func TestHanja(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // a term
		has  bool
	}{
		{"대통령은 大韓民國의", "대한민국", true},
		{"한국의 女子", "여자", true},
		{"大韓民國", "대한민국", false},
	} {
		if got := slices.Contains(Terms(c.text), c.want); got != c.has {
			t.Errorf("Terms(%q) has %q: %v", c.text, c.want, got)
		}
	}
	if !slices.Contains(Query("大韓民國"), "대한민국") {
		t.Error("a question in hanja is not read in Hangul")
	}
	if n := len(hanja()); n < 4600 {
		t.Errorf("%d hanja have readings", n)
	}
}

func TestSpansHoldTheirWords(t *testing.T) {
	text := "온돌은 3월, GPU에서 cafe\u0301!"
	var got []string
	Analyze(text, func(term []byte, s index.Span) {
		if term[0] != Bigram {
			got = append(got, text[s.Start:s.End])
		}
	})
	want := []string{"온돌은", "3", "3월", "GPU", "cafe\u0301"}
	if !slices.Equal(got, want) {
		t.Errorf("spans %q, want %q", got, want)
	}
}

// A filter leaves out no word that has one of its terms.
// A filter leaves out no occurrence of its terms, nor a word that begins as they do.
func TestFilter(t *testing.T) {
	text := "온돌은 3월, GPU에서 cafe\u0301 Running 데이터 베이스를 大韓 세 명 3만 5천 원 U.S. Dying, tied and skies; a xylophone's " +
		"물은 물. 물 난방 방식이다 방바닥을 데이터베이스 온 돌 삼월에 세명이 네 시간 두 마리가 3 개 다섯 가지 K8s를 it's 3.5 don't y"
	all := Terms(text)
	for i, term := range all {
		for _, terms := range [][]string{{term}, {term, all[(i+7)%len(all)]}} {
			type place struct {
				term string
				index.Span
			}
			var got, want []place
			passed := 0
			Analyze(text, func(t []byte, s index.Span) {
				if slices.Contains(terms, string(t)) {
					want = append(want, place{string(t), s})
				}
			})
			NewFilter(terms, Anything).Analyze(text, func(t []byte, s index.Span) {
				if slices.Contains(terms, string(t)) {
					got = append(got, place{string(t), s})
				}
				if t != nil {
					passed++
				}
			})
			if !slices.Equal(got, want) || passed > len(all) {
				t.Errorf("%q are found at %v, not at %v", terms, got, want)
			}
		}
	}
	few := 0
	NewFilter([]string{"floor", "온돌"}, Anything).Analyze(strings.Repeat("The river was cold that day. 부산에 비가 왔다. ", 10), func(t []byte, _ index.Span) {
		if t != nil {
			few++
		}
	})
	if few > 20 {
		t.Errorf("%d terms of words that are not like them passed", few)
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"학교에서 GPU를 3월", "a\xff\xfeb", "e\u0301\u0301", "ㄱㄴㄷ가", "\u1100\u1161", "3만 5천억2조 원",
		"U.S.A.", "it’s", "⒈ ⑴ 大韓ﾃﾞ", "한 명 두명"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		Analyze(text, func(term []byte, s index.Span) {
			if len(term) == 0 || s.Start < last || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("term %q at %v of %d bytes", term, s, len(text))
			}
			if utf8.ValidString(text) && !utf8.Valid(term) {
				t.Fatalf("term %q is not UTF-8", term)
			}
			last = s.Start
		})
		Query(text)
	})
}
