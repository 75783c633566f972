package check

import (
	"math"
	"testing"
)

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		evidence, claim string
		want            Label
		word            string // that decided
	}{
		{"보증금은 오천만 원이며 계약 당일에 지급한다.", "보증금은 오천만 원이며 계약 당일에 지급한다", Supported, ""},
		{"보증금은 오천만 원이며 계약 당일에 지급한다.", "보증금은 오천만 원이다.", Supported, ""},
		{"보증금은 오천만 원이며 계약 당일에 지급한다.", "보증금은 육천만 원이며 계약 당일에 지급한다.", Contradicted, "육천만 원"},
		{"주차는 계약 차량에 한해 가능하다.", "회의에는 열두 명이 참석하여 예산안을 승인하였다.", Unsupported, "열두 명"},
		{"반려동물은 함께 지낼 수 없다.", "반려동물은 함께 지낼 수 있다.", Contradicted, "-"},
		{"The warranty lasts three years from the day of purchase.", "The warranty lasts 3 years.", Supported, ""},
		{"The warranty lasts three years from the day of purchase.", "The warranty lasts five years from the day of purchase.", Contradicted, "five years"},
		{"The warranty lasts three years from the day of purchase.", "The warranty lasts three years from the day of delivery.", Partly, "delivery"},
		{"The warranty lasts three years from the day of purchase.", "The warranty lasts three years from the day it was bought.", Supported, ""},
		{"보증 기간은 구입 날짜부터 3년으로 한다.", "보증 기간은 배송 날짜부터 3년으로 한다.", Partly, "배송"},
		{"The library opens at nine. Members may borrow six books.", "The library closes at nine.", Contradicted, "closes"},
		{"The plan was approved by the board on March 1, 2026.", "The plan was not approved by the board on March 1, 2026.", Contradicted, "not"},
		{"Half a plot costs £27 a year. New members pay £30 for the key.", "The key costs £2.", Partly, "2"},
		{"Ama Boateng is the chair. Grace Okafor was elected treasurer in May.", "Ama Boateng was elected treasurer in May.", Contradicted, "Ama Boateng"},
		{"Wash the inner pot after use. None of the parts may go into a dishwasher.", "The inner pot may go into a dishwasher.", Partly, "-"},
		{"The garden gate is painted green.", "Anna Berg wrote to the ministry of finance about taxes.", Unsupported, "Anna Berg"},
	} {
		f := Check(c.evidence, c.claim)
		word := ""
		if len(f.Words) > 0 {
			word = f.Words[0].Claim
		}
		if f.Label() != c.want || word != c.word {
			t.Errorf("%q beside %q is %s by %+v, %+v; want %s by %q", c.claim, c.evidence, f.Label(), f.Words, f.Entailment, c.want, c.word)
		}
	}
}

// FuzzCheck: whatever the texts, the three parts are shares of one.
func FuzzCheck(f *testing.F) {
	f.Add("보증금은 3,000만 원이다.", "보증금은 2026년 3월 1일에 낸다?")
	f.Add("", "not")
	f.Fuzz(func(t *testing.T, evidence, claim string) {
		e := Check(evidence, claim).Entailment
		for _, v := range []float64{e.Supported, e.Contradicted, e.Neither} {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("%+v", e)
			}
		}
		if math.Abs(e.Supported+e.Contradicted+e.Neither-1) > 1e-5 {
			t.Fatalf("%+v", e)
		}
	})
}
