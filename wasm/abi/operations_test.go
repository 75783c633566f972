package abi

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The table that other languages are generated from names what the engine does.
func TestOperationsAreTheEngines(t *testing.T) {
	var described []string
	for _, o := range Operations {
		if _, ok := operations[o.Name]; !ok {
			t.Errorf("%s is described, but no operation of the engine", o.Name)
		}
		if slices.Contains(described, o.Name) {
			t.Errorf("%s is described twice", o.Name)
		}
		described = append(described, o.Name)
	}
	for name := range operations {
		if !slices.Contains(described, name) {
			t.Errorf("the engine does %s, which Operations does not describe", name)
		}
	}
}

// The page queues what holds the same: an operation that it does not know of would be
// refused as busy.
func TestPageQueuesWhatIsHeld(t *testing.T) {
	b, err := os.ReadFile("../../web/sdk/src/backend.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(b), "const holds")
	table, _, _ = strings.Cut(table, "};")
	queued := map[string]string{}
	for _, m := range regexp.MustCompile(`(\w+): \[(.*)\],`).FindAllStringSubmatch(table, -1) {
		queued[m[1]] = m[2]
	}
	for name, o := range operations {
		var held []string
		for _, r := range o.holds {
			held = append(held, fmt.Sprintf("%q", r))
		}
		if want := strings.Join(held, ", "); queued[name] != want {
			t.Errorf("%s holds %s, and is queued for %s", name, want, queued[name])
		}
	}
}
