//go:build !hftokenizers

package main

import "testing"

func TestOracle(t *testing.T) {
	t.Skip("our tokenizers are not held against daulet/tokenizers: make libtokenizers, then make test-tokenizers")
}
