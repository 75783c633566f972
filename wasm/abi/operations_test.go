package abi

import (
	"slices"
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
