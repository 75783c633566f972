package query

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func ms(date string) *int64 {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	n := t.UnixMilli()
	return &n
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want Query
	}{
		{"", Query{}},
		{" 온돌이란  무엇인가? ", Query{Words: "온돌이란 무엇인가?"}},
		{`"heated floor" history`, Query{Words: "heated floor history", Phrases: []string{"heated floor"}}},
		{`“데이터 베이스” 설계`, Query{Words: "데이터 베이스 설계", Phrases: []string{"데이터 베이스"}}},
		{`boiler -gas -"hot water"`, Query{Words: "boiler", Excluded: []string{"gas", "hot water"}}},
		{"from -5 to 5 - or so well-known", Query{Words: "from -5 to 5 - or so well-known"}},
		{"title:ondol tag:집 -tag:old smoke", Query{Words: "smoke", Titles: []string{"ondol"}, Tags: []string{"집"}, NoTags: []string{"old"}}},
		{`제목:"겨울 난방" 태그:집`, Query{Titles: []string{"겨울 난방"}, Tags: []string{"집"}}},
		{"date:2024-03 x", Query{Words: "x", Added: Interval{ms("2024-03-01"), ms("2024-04-01")}}},
		{"after:2023 before:2024.2.29", Query{Added: Interval{ms("2024-01-01"), ms("2024-02-29")}}},
		{`who wrote "Kokoro" ?`, Query{Words: `who wrote "Kokoro" ?`}},
		// What only looks like it:
		{`an "open quote`, Query{Words: `an "open quote`}},
		{`-"open`, Query{Words: `-"open`}},
		{"note: title: tag:", Query{Words: "note: title: tag:"}},
		{"after:dinner date:2024-13 before:2023-02-30", Query{Words: "after:dinner date:2024-13 before:2023-02-30"}},
		{`http://a.b "" ""`, Query{Words: "http://a.b"}},
	} {
		if got := Parse(c.text); !reflect.DeepEqual(*got, c.want) {
			t.Errorf("Parse(%q) = %+v, want %+v", c.text, *got, c.want)
		}
	}
}

func TestInterval(t *testing.T) {
	day := Parse("date:2024-02-29").Added
	for date, want := range map[string]bool{"2024-02-28": false, "2024-02-29": true, "2024-03-01": false} {
		if day.Holds(*ms(date)) != want {
			t.Errorf("%s: %v", date, !want)
		}
	}
	if !(Interval{}).Holds(0) {
		t.Error("an open interval holds every time")
	}
}

// Whatever is typed, no word gets lost.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`a "b c" -d title:e`, `-"`, `tag:"x`, "“”", "before:9999-99", `title:"" -tag:"a b"`, "-", ":"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := Parse(text)
		all := q.Words + strings.Join(q.Phrases, "") + strings.Join(q.Excluded, "") + strings.Join(q.Titles, "") + strings.Join(q.Tags, "") + strings.Join(q.NoTags, "")
		for _, word := range strings.Fields(text) {
			if !strings.ContainsAny(word, `-:"“”„「」«»`) && !strings.Contains(all, word) {
				t.Errorf("%q lost %q: %+v", text, word, q)
			}
		}
	})
}

func TestPhrase(t *testing.T) {
	for _, c := range []struct {
		phrase, text string
		want         bool
	}{
		{"heated floor", "A Heated-Floor, it is", true},
		{"heated floor", "heated floors", true},
		{"heated floor", "preheated floor", false},
		{"heated floor", "floor heated", false},
		{"데이터 베이스", "큰 데이터베이스를", true},
		{"데이터베이스", "데이터 베이스", true},
		{"ＧＰＵ", "a gpu", true},
		{"!?", "!?", false},
	} {
		if got := NewPhrase(c.phrase).In(c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.phrase, c.text, got)
		}
	}
}
