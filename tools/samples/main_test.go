package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
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

// answers to the suggested questions, in their order: where they stand, and
// words of them. The last of each language has none.
var answers = map[string][]struct{ document, words string }{
	"ko": {
		{"ko/lease-contract.md", "3,000만 원"},
		{"ko/lease-contract.md", "2028년 2월 29일"},
		{"ko/birding-notebook.txt", "1월 10일"},
		{"ko/hangul-lecture.md", "2013년"},
		{"ko/company-policy.md", "최대 5일"},
		{},
	},
	"en": {
		{"en/danube-journal.txt", "Dürnstein"},
		{"en/tides-lecture.md", "24 hours and 50 minutes"},
		{"en/garden-minutes.md", "£54"},
		{"en/garden-handbook.md", "never on Sundays"},
		{"en/garden-minutes.md", "Grace Okafor"},
		{},
	},
}

func TestSuggestedQuestions(t *testing.T) {
	raw, err := os.ReadFile(samples + "/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	library, err := collection.Open(store.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	var documents []index.Input
	for _, s := range m.Files {
		data, err := os.ReadFile(samples + "/" + s.File)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, index.Input{ID: s.File, Data: data})
	}
	err = library.Add(documents, func(i int, _ *index.Document, err error) {
		if err != nil {
			t.Errorf("%s: %v", documents[i].ID, err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for lang, questions := range m.Questions {
		for i, q := range questions {
			want := answers[lang][i]
			var a rag.Answer
			for e, err := range rag.Ask(library, rag.Deps{}, rag.Request{Question: q}) {
				if err != nil {
					t.Fatalf("%s: %v", q, err)
				}
				if e.Type == rag.Done {
					a = *e.Answer
				}
			}
			if want.document == "" {
				if a.Verdict != rag.NotInDocuments {
					t.Errorf("%s: answered with %q", q, a.Answer)
				}
				continue
			}
			cited := slices.ContainsFunc(a.Citations, func(c rag.Citation) bool { return c.Document == want.document })
			if a.Verdict != rag.Answered || !cited || !strings.Contains(a.Answer, want.words) {
				t.Errorf("%s: %s, %q, confidence %.2f; want %q from %s", q, a.Verdict, a.Answer, a.Trace.Confidence, want.words, want.document)
			}
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
