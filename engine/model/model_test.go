package model

import (
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
