package collection

import (
	"slices"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

func TestFilters(t *testing.T) {
	c := open(t, store.NewMemory())
	day := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	c.now = func() int64 { day = day.AddDate(0, 1, 0); return day.UnixMilli() }
	add(t, c,
		index.Input{ID: "a.txt", Title: "온돌의 역사", Tags: []string{"집", "old"}, Data: []byte("온돌은 방바닥을 데운다. 연기가 고래를 지난다.")},
		index.Input{ID: "b.txt", Title: "Boilers", Tags: []string{"집"}, Data: []byte("A gas boiler heats the floor. The heated floor is 온돌.")})
	add(t, c, index.Input{ID: "c.txt", Title: "Databases", Data: []byte("데이터베이스는 온돌과 다르다. The floor is not heated.")})
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"온돌", []string{"a.txt", "b.txt", "c.txt"}},
		{"온돌 -gas", []string{"a.txt", "c.txt"}},
		{"온돌 -연기", []string{"b.txt", "c.txt"}},
		{`온돌 -"heated floor"`, []string{"a.txt", "c.txt"}},
		{`"heated floor"`, []string{"b.txt"}},
		{`"floor heated" 온돌`, []string{"a.txt", "b.txt", "c.txt"}}, // nowhere: words
		{`"데이터 베이스"`, []string{"c.txt"}},
		{"title:온돌 온돌", []string{"a.txt"}},
		{"tag:집 온돌", []string{"a.txt", "b.txt"}},
		{"tag:집 tag:OLD 온돌", []string{"a.txt"}},
		{"-tag:집 온돌", []string{"c.txt"}},
		{"tag:none 온돌", nil},
		{"after:2024-05 온돌", []string{"c.txt"}},
		{"before:2024-05-01 온돌", []string{"a.txt"}},
		{"tag:집", []string{"a.txt", "b.txt"}},
	} {
		got := best(t, c, test.query)
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s found %v, want %v", test.query, got, test.want)
		}
	}
	// What changed since the filters were first asked for counts too.
	title := "Gas Boilers"
	if _, err := c.Change("b.txt", Change{Title: &title, Tags: []string{"new"}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove([]string{"a.txt"}); err != nil {
		t.Fatal(err)
	}
	add(t, c, index.Input{ID: "d.txt", Title: "온 돌 \"깔기\"", Tags: []string{"NEW"}, Data: []byte("온돌을 깐다.")})
	for range 2 {
		for query, want := range map[string][]string{"tag:new 온돌": {"b.txt", "d.txt"}, "tag:집 온돌": nil, "title:gas 온돌": {"b.txt"}, "제목:온돌": {"d.txt"}, "-tag:new 온돌": {"c.txt"}} {
			got := best(t, c, query)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s found %v, want %v", query, got, want)
			}
		}
		tidy(t, c)
	}
	if len(c.facets) != len(c.parts) {
		t.Errorf("facets of %d segments, of which there are %d", len(c.facets), len(c.parts))
	}
	_, trace, err := c.Search(`"floor heated"`, 5)
	if err != nil || !slices.Equal(trace.Absent, []string{"floor heated"}) {
		t.Errorf("%+v, %v", trace, err)
	}
}
