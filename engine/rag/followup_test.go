package rag

import (
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine"
)

func TestQuestionsThatLeanOnTheOneBefore(t *testing.T) {
	for _, c := range []struct {
		before, question string
		leans            bool
	}{
		{"2024년 매출은 얼마인가요?", "그럼 2023년은?", true},
		{"2024년 매출은 얼마인가요?", "2023년은요?", true},
		{"When was Bob Jones elected?", "Who is Alice Smith?", false},
		{"차임은 얼마인가요?", "관리비는?", true},
		{"Who was elected treasurer?", "And chair?", true},
		{"Who wrote the handbook?", "When did she write it?", true},
		{"What colour is the car?", "보증금은 얼마인가요?", false},
		{"Who was elected treasurer?", "When is pruning?", false},
		{"보증금은 얼마인가요?", "Who was elected treasurer?", false},
	} {
		resolved := resolve(nil, c.question, []engine.Message{{Role: "user", Content: c.before}, {Role: "assistant", Content: "."}})
		if (resolved != c.question) != c.leans {
			t.Errorf("%q after %q is searched as %q", c.question, c.before, resolved)
		}
	}
}

// A noun takes the place of the one of its kind: the one beside which the library
// knows the rest of the question.
func TestNounsTakeTheirKindsPlace(t *testing.T) {
	lib := of(t, map[string]string{
		"branches.md": "# 지점\n\n서울 지점의 매출은 12억 원이다. 부산 지점의 매출은 7억 원이다. 부산 지점의 직원은 9명이다.\n\n서울과 부산은 기차로 두 시간 반 거리이다.",
		"lease.md":    "# 계약\n\n보증금은 3,000만 원으로 한다. 관리비는 월 7만 원이다.",
		"minutes.md":  "# Minutes\n\nGrace Okafor was elected treasurer. Ama Boateng was elected chair. The treasurer, the chair and the secretary were there.",
	})
	for _, c := range []struct{ before, question, want, short string }{
		{"서울 지점의 매출은 얼마인가요?", "부산은?", "부산 지점의 매출은 얼마인가요?", "7억 원"},
		{"부산 지점의 매출은 얼마인가요?", "그럼 직원은요?", "부산 지점의 직원 얼마인가요?", "9명"},
		{"보증금은 얼마인가요?", "관리비는?", "관리비 얼마인가요?", "7만 원"},
		{"Who was elected treasurer?", "And the chair?", "Who was elected the chair?", "Ama Boateng"},
	} {
		a := answer(t, lib, Deps{}, Request{Question: c.question, History: []engine.Message{{Role: "user", Content: c.before}, {Role: "assistant", Content: "."}}})
		if a.Trace.Question != c.want || a.Short != c.short {
			t.Errorf("%q after %q is searched as %q, and answered with %q", c.question, c.before, a.Trace.Question, a.Answer)
		}
	}
}

// A question that has all it needs is asked by itself, though a pronoun in it could
// lean on the one before; one that lacks its subject is not.
func TestQuestionsThatStandAlone(t *testing.T) {
	lib := of(t, map[string]string{
		"ondol.md":   "# The ondol\n\nSmoke gives its heat to the stones. What leaves the chimney is merely lukewarm.\n\nThe kitchen lies half a metre lower than the room.",
		"minutes.md": "# 총회\n\n보일러 교체 항목의 금액은 25,319원이다. 온수는 하루 두 시간 공급한다.",
		"ferry.md":   "# Ferry\n\nThe ferry to Uist leaves at seven on winter mornings. The bus leaves at nine on winter mornings.",
	})
	for _, c := range []struct{ before, question, says string }{
		{"보일러 교체 항목의 금액은?", "What was lukewarm when it leaves the chimney?", "merely lukewarm"},
		{"Where does the ferry go?", "When does it leave on winter mornings?", "at seven"},
	} {
		a := answer(t, lib, Deps{}, Request{Question: c.question, History: []engine.Message{{Role: "user", Content: c.before}, {Role: "assistant", Content: "."}}})
		if !strings.Contains(a.Answer, c.says) {
			t.Errorf("%q after %q is searched as %q, and answered with %q", c.question, c.before, a.Trace.Question, a.Answer)
		}
	}
}
