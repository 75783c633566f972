//go:build !hftokenizers

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "hftokenizers: built without the library: make libtokenizers, then build with -tags hftokenizers")
	os.Exit(1)
}
