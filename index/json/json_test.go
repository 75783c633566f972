package json

import (
	"bytes"
	std "encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// Inner is embedded; its X is hidden by that of every.
type Inner struct {
	X int     `json:"0"`
	Y float32 `json:"1,omitempty"`
}

// every has a field of each kind. Names without letters match to the letter in
// encoding/json too.
type every struct {
	Inner
	X      string             `json:"0"`
	Bool   bool               `json:"2,omitempty"`
	Small  int8               `json:"3"`
	Big    uint64             `json:"4,omitempty"`
	Float  float64            `json:"5"`
	Null   *int               `json:"6"`
	Next   *every             `json:"7,omitempty"`
	List   []every            `json:"8"`
	Names  []string           `json:"9,omitempty"`
	Scores map[string]float64 `json:"10"`
	Empty  map[string]*Inner  `json:"11,omitempty"`
	Any    any                `json:"12"`
	Raw    RawMessage         `json:"13"`
	Pair   [2]int32           `json:"14"`
	Struct struct {
		Z bool `json:"16"`
	} `json:"15,omitempty"`
	Hidden int `json:"-"`
	own    int
}

// twin is every as encoding/json is to read it.
type twin struct {
	Inner
	X      string             `json:"0"`
	Bool   bool               `json:"2,omitempty"`
	Small  int8               `json:"3"`
	Big    uint64             `json:"4,omitempty"`
	Float  float64            `json:"5"`
	Null   *int               `json:"6"`
	Next   *twin              `json:"7,omitempty"`
	List   []twin             `json:"8"`
	Names  []string           `json:"9,omitempty"`
	Scores map[string]float64 `json:"10"`
	Empty  map[string]*Inner  `json:"11,omitempty"`
	Any    any                `json:"12"`
	Raw    std.RawMessage     `json:"13"`
	Pair   [2]int32           `json:"14"`
	Struct struct {
		Z bool `json:"16"`
	} `json:"15,omitempty"`
	Hidden int `json:"-"`
	own    int
}

var texts = []string{
	`{"0":"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d<&>\u2028 가","1":1e-7,"2":true,"3":-128,"4":18446744073709551615,"5":1e21}`,
	`{"6":null,"7":{"8":[{"0":"b"},null,{}],"9":["x",""]},"10":{"b":-0.5,"a":1e-9},"11":{"k":{"0":1},"l":null}}`,
	`{"12":{"deep":[1,"2",null,true,{}]},"13": [1, {"a" : 2}] ,"14":[1,2,3],"15":{"16":true},"16":"unknown"}`,
	`[]`, `[0]`, ` {} `, `null`, `"x"`, `-0`, `01`, `1.`, `1e`, `+1`, `.5`, `tru`, `{"a"}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{} {}`, ``, `"\x"`, `"\u12"`, "\"\x01\"", "\"\xff\xfe\"", `{"3":128}`, `{"3":1.5}`, `{"4":-1}`, `{"5":1e999}`, `{"2":"true"}`, `{"9":{}}`, `{"10":[]}`,
}

// agree reads a text here and by encoding/json, and writes it again.
func agree(t *testing.T, text []byte) {
	t.Helper()
	var ours, theirs any
	err, want := Unmarshal(text, &ours), std.Unmarshal(text, &theirs)
	if (err == nil) != (want == nil) {
		t.Fatalf("%q: error %v, encoding/json says %v", text, err, want)
	}
	if err != nil {
		return
	}
	if !reflect.DeepEqual(ours, theirs) {
		t.Fatalf("%q is read as %#v, want %#v", text, ours, theirs)
	}
	same(t, ours, theirs)
	if twice(NewReader(string(text))) {
		return // what the second of a name does to the first is nobody's business
	}
	var e every
	var w twin
	err, want = Unmarshal(text, &e), std.Unmarshal(text, &w)
	if (err == nil) != (want == nil) {
		t.Fatalf("%q: error %v, encoding/json says %v", text, err, want)
	}
	if err == nil {
		same(t, e, w)
	}
}

func same(t *testing.T, ours, theirs any) {
	t.Helper()
	got, err := Marshal(ours)
	want, err2 := std.Marshal(theirs)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	// encoding/json compacts and escapes a RawMessage, which is passed on here.
	var compact bytes.Buffer
	if err := std.Compact(&compact, got); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	got = compact.Bytes()
	std.HTMLEscape(&compact, bytes.Clone(got))
	if got = compact.Bytes()[len(got):]; !bytes.Equal(got, want) {
		t.Fatalf("written as\n%s, want\n%s", got, want)
	}
}

// twice tells whether an object names a member twice.
func twice(r *Reader) (found bool) {
	var walk func() error
	walk = func() error {
		switch kind, _ := r.Kind(); kind {
		case '{':
			seen := map[string]bool{}
			return r.Object(func(name string) error {
				found = found || seen[name]
				seen[name] = true
				return walk()
			})
		case '[':
			return r.Array(walk)
		}
		return r.Skip()
	}
	walk()
	return found
}

func TestAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts {
		agree(t, []byte(text))
	}
}

func FuzzAgreesWithEncodingJSON(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if bytes.Count(text, []byte("[")) < 1000 && bytes.Count(text, []byte("{")) < 1000 {
			agree(t, text)
		}
	})
}

func TestZeroAndExtremeValuesAreWrittenTheSame(t *testing.T) {
	same(t, every{}, twin{})
	raw := `{"a":1}`
	same(t, every{Raw: RawMessage(raw)}, twin{Raw: std.RawMessage(raw)})
	for _, f := range []float64{0, math.Copysign(0, -1), 1e-6, 9.99e-7, 1e20, 1e21, math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1} {
		same(t, f, f)
		same(t, float32(f/1e300), float32(f/1e300))
	}
	for _, v := range []any{math.NaN(), math.Inf(1), []byte{1}, map[int]int{}, make(chan int)} {
		if b, err := Marshal(v); err == nil {
			t.Errorf("%v was written as %s", v, b)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{`{"8":[{},{"3":300}]}`, "8: 3: json: 300 at byte 14"},
		{`{"2":1}`, "'1' at byte 5, where false should be"},
		{`{"0":"x`, "ends at byte 7"},
		{`{"17":1}`, `unknown name "17" at byte 6`},
		{strings.Repeat("[", 2000), "nested deeper than 1000"},
	} {
		var e every
		err := UnmarshalStrict([]byte(c.text), &e)
		if strings.HasPrefix(c.text, "[") {
			err = UnmarshalStrict([]byte(c.text), new(any))
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.20s: error %v, want one that says %q", c.text, err, c.says)
		}
	}
	if err := Unmarshal([]byte("{"), new(every)); !errors.Is(err, ErrSyntax) {
		t.Errorf("%v is no ErrSyntax", err)
	}
	if err := Unmarshal([]byte("{}"), every{}); err == nil {
		t.Error("read into a value that nobody sees")
	}
}
