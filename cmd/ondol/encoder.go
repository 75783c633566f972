package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/ondol-rag/ondol/cmd/ondol/assets"
	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// encoderContext is the longest text that an encoder reads at once, in tokens.
const encoderContext = 512

// noEncoder is the --encoder that goes by words alone.
const noEncoder = "none"

// encoderChoice is what --encoder and --encoder-prefixes say.
type encoderChoice struct{ file, prefixes string }

// or is the choice with another file where none was named.
func (c encoderChoice) or(file string) encoderChoice {
	return encoderChoice{cmp.Or(c.file, file), c.prefixes}
}

// encoderFlag declares --encoder and --encoder-prefixes.
func encoderFlag(f *flag.FlagSet) *encoderChoice {
	c := &encoderChoice{}
	f.StringVar(&c.file, "encoder", "", "a GGUF `file` to compare meanings by, or none (default the one that Ondol brings)")
	f.StringVar(&c.prefixes, "encoder-prefixes", "", "`e5` (\"query: \", \"passage: \") or none (default by the name in the encoder's file)")
	return c
}

// ownEncoder is the source that the default encoder is read from.
const ownEncoder = "Ondol's encoder"

// openEncoder opens what --encoder names. It is nil for none, and where this
// binary was built without its own.
func openEncoder(choice string) (*source, error) {
	switch choice {
	case noEncoder:
		return nil, nil
	case "":
		b, err := assets.Encoder()
		if err != nil {
			return nil, nil
		}
		return &source{bytes.NewReader(b), io.NopCloser(nil), int64(len(b))}, nil
	}
	return openSource(choice)
}

// mostUnasked is how many passages are embedded for one question: more would have it
// wait for long.
const mostUnasked = 100

// mostToAsk is how many passages a question waits for: for all if the encoder was asked
// for.
func (c encoderChoice) mostToAsk() int {
	if c.file != "" {
		return math.MaxInt
	}
	return mostUnasked
}

// encode loads an encoder and gives the passages of the library that have none their
// vectors, unless they are more than most.
func (s *session) encode(choice encoderChoice, most int) error {
	name, err := s.loadEncoder(choice)
	if err != nil || name == "" {
		return err
	}
	_, err = s.embed(name, most)
	return err
}

// loadEncoder loads an encoder and returns its name; it is "" without one.
func (s *session) loadEncoder(choice encoderChoice) (string, error) {
	f, err := openEncoder(choice.file)
	if err != nil || f == nil {
		return "", err
	}
	name := cmp.Or(choice.file, ownEncoder)
	s.files.open[name] = f
	r, err := abi.Call[abi.EncoderResult, abi.LoadEvent](s, "encoder", abi.EncoderRequest{Source: name, Size: f.size, Name: filepath.Base(name), Prefixes: choice.prefixes}, nil)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return r.Name, nil
}

// embed gives the passages that have none their vectors by the loaded encoder, unless
// they are more than most, and reports whether all have one. On a static host it only
// takes the vectors that are there.
func (s *session) embed(name string, most int) (bool, error) {
	_, far := s.files.Store.(site)
	for n := 0; ; n = 16 {
		v, err := abi.Call[abi.VectorsResult, struct{}](s, "vectors", abi.VectorsRequest{Passages: &n}, nil)
		if err != nil {
			return false, err
		}
		if far {
			if name != ownEncoder && v.Done < v.Total {
				fmt.Fprintf(os.Stderr, "ondol: %d of %d passages have no vector by %s and are searched by words alone\n", v.Total-v.Done, v.Total, name)
			}
			return v.Done == v.Total, nil
		}
		if v.Total-v.Done > most {
			how := "ondol index --store DIR"
			if _, unkept := s.files.Store.(*store.Memory); unkept {
				how += " PATH, which keeps them"
			}
			fmt.Fprintf(os.Stderr, "ondol: %d of %d passages are searched by words alone; to compare meanings too: %s\n", v.Total-v.Done, v.Total, how)
			return false, nil
		}
		if progress("embedding with "+name, v.Done, v.Total); v.Done == v.Total {
			return true, nil
		}
	}
}

// embedded gives each passage of a collection its vector; without an encoder it
// does nothing.
func embedded(c *collection.Collection, choice encoderChoice) error {
	m, err := openModel(choice)
	if err != nil || m == nil {
		return err
	}
	if err := c.SetEmbedder(llm.NewSearcher(m)); err != nil {
		return err
	}
	for {
		done, total, err := c.EmbedNext(16)
		if err != nil {
			return err
		}
		if progress("embedding", done, total); done == total {
			return nil
		}
	}
}

// openModel loads what --encoder names; nil for none.
func openModel(choice encoderChoice) (*llm.Model, error) {
	f, err := openEncoder(choice.file)
	if err != nil || f == nil {
		return nil, err
	}
	defer f.Close()
	m, err := llm.Open(f, f.size, llm.Options{Ceiling: encoderContext, Prefixes: choice.prefixes})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmp.Or(choice.file, ownEncoder), err)
	}
	return m, nil
}
