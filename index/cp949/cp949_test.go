package cp949

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// Every code of one and two bytes means what golang.org/x/text says.
func TestAllCodes(t *testing.T) {
	decoder := korean.EUCKR.NewDecoder()
	wrong := 0
	for lead := range 256 {
		for trail := range 256 {
			data := []byte{byte(lead), byte(trail)}
			want, err := decoder.Bytes(data)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := Decode(data)
			known := utf8.ValidString(got) && got == string(want)
			if hasError := containsError(string(want)); !known && !(hasError && !ok) || ok == hasError {
				if wrong++; wrong < 10 {
					t.Errorf("%X: %q (%v), want %q", data, got, ok, want)
				}
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d codes differ", wrong)
	}
}

func containsError(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError {
			return true
		}
	}
	return false
}

func TestHanja(t *testing.T) {
	if h := Hanja(); len(h) != 4888 || h[0] != '伽' || h[4887] != '詰' {
		t.Errorf("%d hanja from %c to %c", len(h), h[0], h[len(h)-1])
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0xB0, 0xA1, 'a', 0x81, 0x41, 0xC6, 0x52, 0xFE})
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, _ := Decode(data); !utf8.ValidString(s) {
			t.Errorf("%X gives %q", data, s)
		}
	})
}
