package reader

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// The part that answers, of the best sentence of a text; "" where there is none to show.
func TestFocus(t *testing.T) {
	for _, c := range []struct{ text, question, want string }{
		{"The bridge was designed by Clara Voss in 1931.", "Who designed the bridge?", "Clara Voss"},
		{"The bridge was designed by Clara Voss in 1931.", "When was the bridge designed?", "1931"},
		{"The bridge was designed by Clara Voss.", "When was the bridge designed?", ""},
		{"The bridge was closed because of the flood.", "Why was the bridge closed?", ""},
		{"The bridge is closed to lorries.", "Is the bridge closed to lorries?", ""},
		{"다리는 1931년에 세워졌다.", "다리는 언제 세워졌나요?", "1931년"},
		{"다리는 홍수 때문에 닫혔다.", "다리는 왜 닫혔나요?", ""},
		{"A deposit of £30 for the gate key is due.", "What is the deposit?", "£30"},
		{"The fair is on Saturday 20 February in the hall.", "Where is the fair?", "hall"},
		{"The fund paid £1,200 for the pump.", "Who paid for the pump?", "fund"},
		{"다리를 고치는 일은 자격이 있는 업체에 맡기십시오.", "다리를 고치는 일은 누구에게 맡기나요?", "업체"},
		{"다리는 강가에서 처음 보인다.", "다리는 어디에서 보이나요?", "강가"},
		{"김하나가 다리를 설계하였다.", "다리를 누가 설계했나요?", "김하나"},
		{"2. 화면에 단추를 넣는다.", "화면에 무엇을 넣나요?", "단추"},
		{"다리를 건너지 마십시오.", "다리는 누가 건너나요?", ""},
	} {
		got := ""
		if f := focused(t, c.text, c.question)[0].Focus; f != nil {
			got = c.text[f.Start:f.End]
		}
		if got != c.want {
			t.Errorf("%s\n%s: %q, want %q", c.text, c.question, got, c.want)
		}
	}
}

// focused are the sentences of a text that is asked, best first, with the parts that
// answer. All words weigh the same.
func focused(t *testing.T, text, question string) []Candidate {
	t.Helper()
	q := New(question, func(terms []string) []float64 { return slices.Repeat([]float64{1}, len(terms)) })
	list, _, err := q.Read([]index.Hit{{Chunk: index.Chunk{Span: index.Span{End: len(text)}}, Text: text, Score: 1}}, Hints{})
	if err != nil {
		t.Fatal(err)
	}
	return q.Focused(list)
}

// A part lies within its sentence, and cuts no character.
func FuzzFocus(f *testing.F) {
	f.Add("The bridge was designed by Clara Voss in 1931, at £30 for the gate.", "Who designed the bridge?")
	f.Add("다리는 1931년에 김하나가 세웠다. | a | b |", "다리를 누가 세웠나요?")
	f.Add("\xff£\xfe1,200 (“가”)의", "What is \xff?")
	f.Fuzz(func(t *testing.T, text, question string) {
		for _, c := range focused(t, text, question) {
			switch p := c.Focus; {
			case p == nil:
			case p.Start < c.Span.Start || p.End > c.Span.End || p.Start >= p.End:
				t.Errorf("%v of the sentence %v", *p, c.Span)
			case utf8.ValidString(text) && !utf8.ValidString(text[p.Start:p.End]):
				t.Errorf("%q", text[p.Start:p.End])
			}
		}
	})
}
