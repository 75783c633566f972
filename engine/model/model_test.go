package model

import (
	"math"
	"os"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
)

func open(t testing.TB, path string, o Options) *Model {
	t.Helper()
	r, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Read(r, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(f, r, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func softmax(x []float32) []float64 {
	p := make([]float64, len(x))
	sum, largest := 0.0, math.Inf(-1)
	for _, v := range x {
		largest = max(largest, float64(v))
	}
	for i, v := range x {
		p[i] = math.Exp(float64(v) - largest)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}
