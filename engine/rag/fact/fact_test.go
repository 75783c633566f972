package fact

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"보증금은 3,000만 원으로 한다.", "3,000만 원=number 30000000 원"},
		{"보증금은 오천만 원이며 세 명이 산다.", "오천만 원=number 50000000 원; 세 명=number 3 명"},
		{"3억 5천만원을 냈다", "3억 5천만원=number 350000000 원"},
		{"2026년 3월 1일부터 2년으로", "2026년 3월 1일=date 2026-03-01; 2년=number 2 년"},
		{"3월 1일에, 1990년대에, 19세기의", "3월 1일=date --03-01; 1990년대=date 1990s; 19세기=date century 19"},
		{"on March 1, 2026 and 2 May 1998", "March 1, 2026=date 2026-03-01; 2 May 1998=date 1998-05-02"},
		{"In 1984 the 1990s seemed far; 2026-03-01", "1984=date 1984; 1990s=date 1990s; 2026-03-01=date 2026-03-01"},
		{"매월 5일에, 오전 10시 30분부터 11시까지 3시간", "5일=date ---05; 10시 30분=date T10:30; 11시=date T11:00; 3시간=number 3 시간"},
		{"due on the 5th of each month at 9:05", "5th=date ---05; 9:05=date T09:05"},
		{"open from 9 am to 7.30 pm, paid on the 28th. the 5th floor, 3rd.", "9 am=date T09:00; 7.30 pm=date T07:30; 28th=date ---28; 5th=number 5 th; 3rd=number 3 rd"},
		{"takes five and a half hours, 2.5 or 세 시간 반이 걸린다", "five and a half hours=number 5.5 hour; 2.5=number 2.5 ; 세 시간 반=number 3.5 시간"},
		{"the 19th century", "19th century=date century 19"},
		{"works at 1.5 bar, 25% or $2.5 million", "1.5 bar=number 1.5 bar; 25%=number 25 %; 2.5 million=number 2500000 $"},
		{"lasts three years, twenty-five days", "three years=number 3 year; twenty-five days=number 25 day"},
		{"at 245 °C, 20°F, 45℃ or 93 % of it", "245 °C=number 245 °; 20°F=number 20 °; 45℃=number 45 ℃; 93 %=number 93 %"},
		{"two hundred and one of them", "two hundred=number 200 "},
		{"The plan was designed by Anna Berg of the University of Texas.", "Anna Berg of the University of Texas=name anna berg of the university of texas"},
		{"He met NASA. Berlin is big.", "NASA=name nasa"},
		{"이천에서 한 사람이 두 손으로", "한 사람=number 1 사람"},
		{"사회는 회장 문상철, 기록은 총무 배윤희가 맡았다. 예약자는 정은주.", "문상철=name 문상철; 배윤희=name 배윤희; 정은주=name 정은주"},
		{"오세라 선생님에게, 김민수 씨가, 담당 이사회는 전문가를 모은다", "오세라=name 오세라; 김민수=name 김민수"},
		{"1. 보증금은 900유로로 한다.", "900유로=number 900 유로"},
		{"", ""},
	} {
		var got []string
		for _, f := range Find(c.text) {
			got = append(got, fmt.Sprintf("%s=%s %s", c.text[f.Start:f.End], f.Kind, f.Value))
			if f.Kind == Number {
				got[len(got)-1] += " " + f.Unit
			}
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, s, c.want)
		}
	}
}

func TestSame(t *testing.T) {
	one := func(s string) Fact {
		facts := Find(s)
		if len(facts) != 1 {
			t.Fatalf("%q has %+v", s, facts)
		}
		return facts[0]
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"3,000만 원", "30,000,000원", true},
		{"three years", "3 years", true},
		{"2년간", "24 months", true},
		{"90 minutes", "한 시간", false},
		{"90 minutes", "1.5 hours", true},
		{"500 g", "0.5 kg", true},
		{"in 2026", "2026년 3월 1일", true},
		{"3월 1일", "March 1, 2026", true},
		{"2026년 3월", "2026년 4월", false},
		{"by Anna Berg", "by Berg", true},
		{"by Anna Berg", "by Anna Hill", false},
	} {
		if got := one(c.a).Same(one(c.b)); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("2026. 3. 1. 오천만 원 $2 million twenty-")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, f := range Find(text) {
			if f.Start < last || f.End <= f.Start || f.End > len(text) || utf8.ValidString(text) && !utf8.ValidString(text[f.Start:f.End]) {
				t.Fatalf("%q: %+v after %d", text, f, last)
			}
			last = f.End
		}
	})
}
