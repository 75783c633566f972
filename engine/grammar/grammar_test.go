package grammar

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

const arithmetic = `
root  ::= (expr "=" ws term "\n")+   # lines
expr  ::= term ([-+*/] term)*
term  ::= ident | num | "(" ws expr ")" ws
ident ::= [a-z] [a-z0-9_]* ws
num   ::= [0-9]+ ws
ws    ::= [ \t\n]*
`

// written are grammars and texts that have, and that have not, their form.
var written = []struct {
	grammar string
	good    []string
	bad     []string
}{
	{arithmetic, []string{"a = 1\n", "1+2=(a*(b))\n", "42 = x\nx=42\n"}, []string{"", "a = 1", "a == 1\n", "1 = + 2\n"}},
	{`root ::= "a"? "b"* "c"+`, []string{"c", "abc", "bbcc"}, []string{"", "a", "aab", "ac b"}},
	{`root ::= [가-힣]{2,3} "."`, []string{"온돌.", "온돌방."}, []string{"온.", "온돌방들.", "ab."}},
	{`root ::= [^"\\\x00-\x1f]*`, []string{"", "é", "a 😀 b"}, []string{`"`, `\`, "a\n"}},
	{`root ::= . . "\u00e9" "\x41"`, []string{"a😀éA"}, []string{"aéA", "\xff\xffé"}},
	{"root ::= (\"a\" |\n \"b\"\n \"c\") \"d\"\n", []string{"ad", "bcd"}, []string{"bd", "a"}},
	{`root ::= "a"{3}`, []string{"aaa"}, []string{"aa", "aaaa"}},
	{`root ::= ("a" | "bc"){2,} "d"{0,2}`, []string{"aa", "abcd", "aaadd"}, []string{"a", "ad", "aaddd"}},
	{`root ::= ("a"? "b"?){2,4}`, []string{"", "abab", "bbbb", "aaaa"}, []string{"bbbbb"}},
	{`root ::= "[" (root ("," root)*)? "]"`, []string{"[]", "[[],[[]]]"}, []string{"[", "[,]", "]["}},
	{`root ::= ("a" | "a") ("a" | "a" "a")*`, []string{"a", "aaaa"}, []string{"", "b"}},
	{`root ::= ("x"*)* "y"`, []string{"y", "xxy"}, []string{"x"}},
	{`root ::= [a-] [\]\-x]`, []string{"a]", "-x", "a-"}, []string{"b]"}},
	{`root ::= "a"{0,1000000} "b"`, []string{"b", strings.Repeat("a", 3000) + "b"}, []string{"a"}},
	{`root ::= "" | "\\" "\""`, []string{"", `\"`}, []string{`\`}},
}

func TestMatches(t *testing.T) {
	for _, c := range written {
		g, err := Parse(c.grammar)
		if err != nil {
			t.Errorf("%s: %v", c.grammar, err)
			continue
		}
		for _, text := range c.good {
			if !g.Matches(text) {
				t.Errorf("%s: %q is refused", c.grammar, text)
			}
		}
		for _, text := range c.bad {
			if g.Matches(text) {
				t.Errorf("%s: %q passes", c.grammar, text)
			}
		}
	}
}

func TestBadGrammars(t *testing.T) {
	for grammar, says := range map[string]string{
		"":                                    "no rule root",
		`x ::= "a"`:                           "no rule root",
		`root ::= y`:                          "line 1: there is no rule y",
		"root ::= \"a\"\nroot ::= \"b\"":      "line 2: rule root stands there twice",
		`root ::= root "a"`:                   "rule root begins with itself",
		"root ::= a\na ::= b?\nb ::= a \"x\"": "begins with itself",
		"root ::= (\"\" | \"b\") root":        "rule root",
		`root ::= ""{5} root | "a"`:           "begins with itself",
		`root ::= "a" root`:                   "can never end",
		`root ::= [] "a"`:                     "can never end",
		`root ::= "a`:                         `line 1: " is not closed`,
		`root ::= [a`:                         "line 1: [ is not closed",
		`root ::= ("a"`:                       "parenthesis",
		`root ::= "\q"`:                       `\q`,
		`root ::= "\u12"`:                     "hexadecimal",
		`root ::= "\uD800"`:                   "no character",
		"root ::= \"\\x4\x11\"":               "hexadecimal",
		"root ::= y z x":                      "no rule y",
		`root ::= "a"` + strings.Repeat("?", 1000): "nests deeper",
		`root ::= [z-a]`:            "backwards",
		`root ::= "a"{3,2}`:         "repetition",
		`root ::= "a"{99999999999}`: "repetition",
		`root ::= * "a"`:            "not understood",
		`root = "a"`:                "::=",
		"root ::= \"\xff\"":         "UTF-8",
		`root ::= ` + strings.Repeat("(", 1000) + strings.Repeat(")", 1000):    "nests deeper",
		`root ::= ` + strings.Repeat(`"aaaaaaaaaaaaaaaaaaaaaaaaaaaa" `, 20000): "too large",
	} {
		_, err := Parse(grammar)
		if !errors.Is(err, ErrGrammar) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want it to say %q", grammar, err, says)
		}
	}
}

// An ambiguous grammar may not take ever longer: too many places count as none.
func TestManyPlaces(t *testing.T) {
	g, err := Parse(`root ::= ("a"{0,1000}){0,1000} "b"`)
	if err != nil {
		t.Fatal(err)
	}
	g.Matches(strings.Repeat("a", 500) + "b")
}

// What is counted and may be empty comes as often as it has to without a byte.
func TestCountedEmpty(t *testing.T) {
	g, err := Parse(`root ::= ("ab"*){1700} (("c"? "d"?){3,5} "e"){2}`)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"ee": true, "ababee": true, "aabee": false, "dcdcdecde": true, "ccccccee": false, "cccccece": true, "e": false, "eee": false} {
		if got := g.Matches(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestClasses holds classes against those of package regexp.
func TestClasses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	edges := []rune{0, 0x7e, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff}
	char := func() rune {
		for {
			c := rune(r.IntN(utf8.MaxRune + 1))
			if r.IntN(2) == 0 {
				c = edges[r.IntN(len(edges))] + rune(r.IntN(5)-2)
			}
			if utf8.ValidRune(c) {
				return c
			}
		}
	}
	for range 200 {
		var c class
		for range 1 + r.IntN(4) {
			a, b := char(), char()
			c = append(c, span{min(a, b), max(a, b)})
		}
		not := r.IntN(2) == 0
		pattern := ""
		for _, s := range c {
			pattern += regexp.QuoteMeta(string(s.low)) + "-" + regexp.QuoteMeta(string(s.high))
		}
		if not {
			c, pattern = c.others(), "^"+pattern
		}
		want := regexp.MustCompile(`^(?s:[` + pattern + `])$`)
		g, err := compile(&rules{[]string{"root"}, map[string]node{"root": choice{c, literal("never")}}})
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			s := string(char())
			if got := g.Matches(s); got != want.MatchString(s) {
				t.Fatalf("[%s] and %U: %v", pattern, []rune(s), got)
			}
		}
	}
}

// slow is the grammar read backtracking: every end of a match of n in text.
func slow(r *rules, n node, text string, depth int) map[int]bool {
	ends := map[int]bool{}
	if depth > 60 {
		return ends
	}
	switch n := n.(type) {
	case literal:
		if strings.HasPrefix(text, string(n)) {
			ends[len(n)] = true
		}
	case class:
		if c, size := utf8.DecodeRuneInString(text); size > 0 && (c != utf8.RuneError || size > 1) && n.has(c) {
			ends[size] = true
		}
	case choice:
		for _, x := range n {
			for end := range slow(r, x, text, depth+1) {
				ends[end] = true
			}
		}
	case sequence:
		ends[0] = true
		for _, x := range n {
			next := map[int]bool{}
			for at := range ends {
				for end := range slow(r, x, text[at:], depth+1) {
					next[at+end] = true
				}
			}
			ends = next
		}
	case ref:
		return slow(r, r.of[string(n)], text, depth+1)
	case repeat:
		at := map[int]bool{0: true}
		for times := 0; times <= min(n.max, n.min+len(text)+1); times++ {
			if times >= n.min {
				for end := range at {
					ends[end] = true
				}
			}
			next := map[int]bool{}
			for from := range at {
				for end := range slow(r, n.of, text[from:], depth+1) {
					next[from+end] = true
				}
			}
			at = next
		}
	}
	return ends
}

func FuzzMatches(f *testing.F) {
	for _, c := range written[:11] {
		for _, text := range append(c.good, c.bad...) {
			f.Add(c.grammar, text)
		}
	}
	f.Fuzz(func(t *testing.T, grammar, text string) {
		g, err := Parse(grammar)
		if err != nil {
			return
		}
		got := g.Matches(text)
		if len(text) > 8 || len(grammar) > 60 || strings.Count(grammar, "{") > 1 {
			return
		}
		r, err := parse(grammar)
		if err != nil {
			t.Fatal(err)
		}
		if want := slow(r, ref("root"), text, 0)[len(text)]; want && !got {
			t.Errorf("%q is refused", text)
		} else if got && !want && !strings.Contains(grammar, "root ::= root") {
			t.Logf("%q passes; the slow way may have given up", text)
		}
	})
}

// A chain of rules is measured link by link, from its end: rounds over all of them
// would go with the square of their number.
func TestLongChainOfRules(t *testing.T) {
	const links = 20000
	var b strings.Builder
	b.WriteString("root ::= r0\n")
	for i := range links {
		fmt.Fprintf(&b, "r%d ::= r%d | \"x\" r%d\n", i, i+1, min(links, i+2)) // a shorter way that is longer
	}
	fmt.Fprintf(&b, "r%d ::= \"end\"\n", links)
	g, err := Parse(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if n := g.states[g.start].length; n != len("end") {
		t.Errorf("the shortest text has %d bytes, want %d", n, len("end"))
	}
}
