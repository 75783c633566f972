package collection

import (
	"maps"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/index/store"
)

// What a person writes finds what a document says, however either is written.
func TestWordsFindWhatIsWritten(t *testing.T) {
	bodies := map[string]string{
		"school.md":   "# 학교\n\n학교에는 운동장이 있다. 학교와 도서관은 붙어 있다.",
		"heading.md":  "# 보일러 설명서\n\n## 동파 방지\n\n영하로 내려가면 물을 조금 틀어 둔다.",
		"db.md":       "데이터베이스를 새로 설계한다.",
		"spaced.md":   "자연어 처리 기술을 배운다.",
		"mixed.md":    "K8s를 GPU에서 돌린다. 회의는 3월에 있다.",
		"hanja.md":    "대통령은 大韓民國의 국가 원수이다.",
		"won.md":      "보증금은 3천만 원이고 참석자는 세 명이다.",
		"figures.md":  "Rent is 1,250 dollars for 30㎡ and the range is 12 km.",
		"english.md":  "The committees were running several experiments about heating.",
		"russian.md":  "Система отопления работает зимой.",
		"japanese.md": "東京都の暖房について説明する。",
		"phrase.md":   "The heated floor has a long history in Korea.",
		"loose.md":    "The floor was cold although the room was heated by a stove.",
	}
	c := open(t, store.NewMemory())
	for _, id := range slices.Sorted(maps.Keys(bodies)) {
		add(t, c, input(id, bodies[id]))
	}
	for _, q := range []struct{ query, first string }{
		{"학교", "school.md"}, {"학교가 어디", "school.md"}, {"도서관으로", "school.md"},
		{"동파", "heading.md"}, {"보일러 영하", "heading.md"},
		{"데이터 베이스", "db.md"}, {"데이터베이스", "db.md"}, {"자연어처리", "spaced.md"},
		{"K8s", "mixed.md"}, {"GPU는", "mixed.md"}, {"3월의 회의", "mixed.md"}, {"삼월", "mixed.md"},
		{"대한민국", "hanja.md"}, {"大韓民國", "hanja.md"},
		{"3000만원", "won.md"}, {"30,000,000원", "won.md"}, {"참석 3명", "won.md"}, {"참석자 세 명", "won.md"},
		{"1250 dollars", "figures.md"}, {"30m2", "figures.md"}, {"12km", "figures.md"}, {"12 킬로미터", "figures.md"},
		{"committee experiment", "english.md"}, {"run experiments", "english.md"},
		{"отопления", "russian.md"}, {"暖房", "japanese.md"}, {"東京", "japanese.md"},
		{"experimnts", "english.md"}, {"comittees", "english.md"}, {"데이타베이스", "db.md"}, {"운동창", "school.md"},
	} {
		if got := best(t, c, q.query); len(got) == 0 || got[0] != q.first {
			t.Errorf("%q finds %q, not %s first", q.query, got, q.first)
		}
	}
}
