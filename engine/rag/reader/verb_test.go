package reader

import (
	"strings"
	"testing"
)

func TestVerbStem(t *testing.T) {
	for stem, forms := range map[string]string{
		"내":  "내나요 낸다 냈다 냅니다 낸 낼 내는 내며 냈습니다 내려면",
		"사":  "사나요 샀나요 산다 샀다 삽니다",
		"가":  "가나요 갔나요 간다 갑니다 가면",
		"오":  "오나요 와요 온다 왔다 옵니다",
		"쓰":  "쓰나요 써요 쓴다 썼다 씁니다",
		"먹":  "먹나요 먹어요 먹는다 먹었다 먹습니다",
		"피우": "피우나요 피워요 피웠다 피우지",
		"":   "인구 엔진 사고 가게 수도 월세 2026 rent",
	} {
		for form := range strings.FieldsSeq(forms) {
			if got := verbStem(form); got != stem {
				t.Errorf("%s: stem %q, want %q", form, got, stem)
			}
		}
	}
}

func TestKindOf(t *testing.T) {
	for text, want := range map[string]Kind{
		"민수는 무엇을 샀나요?":            What,
		"이 도시의 인구수는?":             HowMany,
		"배추는 몇 시간 절이나요?":          HowMany,
		"회의는 몇 시에 시작하나요?":         When,
		"휴가는 며칠인가요?":              HowMany,
		"몇 월 며칠에 태어났는가?":          When,
		"At what time is dinner?": When,
	} {
		if got, _ := kindOf(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]string{
		"How old is Nora?":             "year",
		"How far is it to Linz?":       "km",
		"How many hives are there?":    "hive",
		"How much did the pump cost?":  "€",
		"How often is the lid washed?": "time",
		"큰고니는 몇 마리인가요?":                "마리",
		"모두 몇 명이 왔나요?":                 "사람",
		"병가는 며칠인가요?":                   "일",
		"관리비는 얼마인가요?":                  "원",
		"보일러 무게는 얼마인가요?":               "kg",
		"압력은 얼마인가요?":                   "",
		"How much rice is there?":      "",
		"Who was elected?":             "",
	} {
		kind, phrase := kindOf(text)
		units := unitsOf(kind, text, phrase)
		if (units == nil) != (want == "") || want != "" && !units[want] {
			t.Errorf("%s (%s): units %v, want %q", text, kind, units, want)
		}
	}
}

// No document has 월세 and vacation; each is searched by its kin, before the question.
func TestWidened(t *testing.T) {
	weigh := func(terms []string) []float64 {
		w := make([]float64, len(terms))
		for i, term := range terms {
			if w[i] = 2; term == nowhere || term == "월세" || term == "vacat" {
				w[i] = 5
			}
		}
		return w
	}
	for question, want := range map[string]string{
		"월세는 얼마인가요?":         "차임",
		"세입자는 누구인가요?":        "",
		"How much vacation?": "leave",
	} {
		got := Widened(question, weigh)
		if !strings.HasSuffix(got, question) || (got != question) != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%q is searched as %q", question, got)
		}
	}
}
