package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const samples = "../../" + folder

func TestManifestIsInStep(t *testing.T) {
	raw, err := os.ReadFile(samples + "/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	made, err := update(raw, os.DirFS(samples))
	if err != nil {
		t.Fatal(err)
	}
	if string(made) != string(raw) {
		t.Error("manifest.json is not what the documents say: make generate")
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ko", "en"} {
		of := slices.DeleteFunc(slices.Clone(m.Files), func(s sample) bool { return s.Lang != lang })
		if len(of) < 6 || len(m.Questions[lang]) != 6 {
			t.Errorf("%s: %d documents and %d questions, want at least 6 and 6", lang, len(of), len(m.Questions[lang]))
		}
	}
}

func TestUpdate(t *testing.T) {
	documents := fstest.MapFS{
		"manifest.json": {Data: []byte("{}")},
		"en/b.txt":      {Data: []byte("Second\nand more")},
		"en/a.md":       {Data: []byte("# First & best\n\ntext")},
	}
	made, err := update([]byte(`{"files":[{"file":"gone.md"}],"questions":{"en":["Why?"]}}`), documents)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(made, &m); err != nil {
		t.Fatal(err)
	}
	want := []sample{{"en/a.md", "First & best", "en", 20}, {"en/b.txt", "Second", "en", 15}}
	if !slices.Equal(m.Files, want) || !slices.Equal(m.Questions["en"], []string{"Why?"}) {
		t.Errorf("%s", made)
	}
	for says, c := range map[string]struct {
		manifest string
		document []byte
	}{
		"manifest.json": {"{", []byte("# Title\n")},
		"UTF-8":         {"{}", []byte("# \xff\n")},
		"title":         {"{}", []byte("\ntext")},
	} {
		_, err := update([]byte(c.manifest), fstest.MapFS{"en/x.md": {Data: c.document}})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
