package index

import "testing"

func TestOwn(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# Heating\n\n## The floor ##\n\nIt is warm.", "\nIt is warm."},
		{"The floor\nIt is warm.", "It is warm."},
		{"The floor is warm.\nHeating", "The floor is warm.\nHeating"},
		{"Heating", ""},
		{"## The floor\r\n# Heating", "# Heating"},
		{"", ""},
	} {
		chunk := Chunk{Headings: []string{"Heating", "The floor"}}
		if got := chunk.Own(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
