package rag

import (
	"strings"
	"testing"
)

// A library of a sentence or two is asked in everyday words: the verb in another
// form, or only what is asked for and of what.
func TestShortLibraries(t *testing.T) {
	for _, c := range []struct{ text, question, short string }{ // short is "" where the text does not answer
		{"월세는 매월 5일에 낸다.", "월세는 언제 내나요?", "5일"},
		{"월세는 매월 5일에 낸다.", "월세는 얼마인가요?", ""},
		{"월세는 매월 5일에 낸다.", "관리비는 언제 내나요?", ""},
		{"손님은 저녁 7시에 온다.", "손님은 몇 시에 와요?", "7시"},
		{"회의는 오전 10시에 시작합니다.", "회의는 언제 하나요?", "10시"},
		{"새 판의 날짜는 10월 13일이다.", "새 판은 언제 나오나요?", "10월 13일"},
		{"지수는 3월 2일에 서울로 갔다.", "지수는 부산에 언제 가나요?", ""},
		{"Rent is due on the 5th of each month.", "When is rent due?", "5th"},
		{"Rent is due on the 5th of each month.", "How much is the rent?", ""},
		// The document has another word, or another form of it.
		{"차임은 월 95만 원이며 매월 25일에 보낸다.", "월세는 얼마인가요?", "95만 원"},
		{"차임은 월 95만 원이며 매월 25일에 보낸다.", "월세는 언제 내야 하나요?", "25일"},
		{"The lessor keeps a deposit of 900 euros.", "How much deposit does the landlord keep?", "900 euros"},
		{"병가는 한 해 10일이다.", "병가는 며칠 쓸 수 있나요?", "10일"},
		{"끓으면 감자부터 넣어 5분 끓인다.", "감자는 몇 분 끓여요?", "5분"},
		{"수육은 이틀 동안 두고 먹는다.", "수육은 며칠 먹나요?", "이틀"},
		{"Ellen turned forty.", "How old is Ellen?", "forty"},
		{"Two riders: Nora and Felix.", "How old is Nora?", ""},
		{"육아휴직은 팀장에게 신청한다.", "육아휴직은 몇 개월인가요?", ""},
		// The header of a table is no answer, and tells what its rows say.
		{"| Code | Meaning |\n|---|---|\n| H01 | no pot |\n| H03 | too hot inside |", "What is the meaning of code H03?", "too hot inside"},
		{"Everybody has 27 days of leave.", "How many days of leave do I get?", "27 days"},
	} {
		lib := of(t, map[string]string{"note.md": c.text})
		a := answer(t, lib, Deps{}, Request{Question: c.question})
		if (a.Verdict == Answered) != (c.short != "") || a.Short != c.short {
			t.Errorf("%s\n%s: %s, %q (%.2f), want %q", c.text, c.question, a.Verdict, a.Short, a.Trace.Confidence, c.short)
		}
	}
}

// Words that ask nothing, quoted or not, are answered by what has all of them.
func TestKeywords(t *testing.T) {
	lib := of(t, map[string]string{
		"lease.md":  "# 임대차 계약서\n\n## 제2조 보증금과 차임\n\n보증금은 3,000만 원이다. 차임은 매월 25일에 낸다.\n\n## 제6조 보증금의 반환\n\n임대인은 주택을 넘겨받는 날 보증금을 돌려준다.\n",
		"garden.md": "# Garden\n\n## Fees\n\nThe fee of a plot is £40 a year. A deposit of £30 is returned with the key.\n\n## Opening hours\n\nThe gate opens at 7 am. The hut opens when somebody is there.\n",
		"policy.md": "# 휴가 규정\n\n연차는 한 해 15일이다. 병가는 한 해 10일이다.\n",
	})
	for _, c := range []struct{ words, says string }{ // says is "" where the text does not answer
		{`"보증금"`, "3,000만 원"},
		{`"보증금"`, "돌려준다"},
		{"보증금 반환 조건", "돌려준다"},
		{"보증금 이자율", ""},
		{`"deposit"`, "£30"},
		{"deposit return", "£30"},
		{"gate opening hours", "7 am"},
		{"deposit insurance premium", ""},
	} {
		a := answer(t, lib, Deps{}, Request{Question: c.words})
		if (a.Verdict == Answered) != (c.says != "") || !strings.Contains(a.Answer, c.says) {
			t.Errorf("%s: %s, %q (%.2f), want %q", c.words, a.Verdict, a.Answer, a.Trace.Confidence, c.says)
		}
	}
}
