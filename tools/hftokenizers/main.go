//go:build hftokenizers

// Command hftokenizers turns lines of text into lists of token IDs by Hugging
// Face's tokenizers library: fast for bulk work, and the oracle of our own
// tokenizers.
//
//	make libtokenizers
//	CGO_ENABLED=1 CGO_LDFLAGS=-L$PWD/build/lib go run -tags hftokenizers ./tools/hftokenizers tokenizer.json <lines >ids
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/daulet/tokenizers"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "hftokenizers: name a tokenizer.json")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "hftokenizers:", err)
		os.Exit(1)
	}
}

// run writes the IDs of each line as a line of JSON.
func run(file string, in io.Reader, out io.Writer) error {
	t, err := tokenizers.FromFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	defer t.Close()
	w := bufio.NewWriter(out)
	e := json.NewEncoder(w)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		ids, _ := t.Encode(lines.Text(), false)
		if ids == nil {
			ids = []uint32{}
		}
		if err := e.Encode(ids); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return w.Flush()
}
