package rag

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Questions as people put them, of contracts, manuals, minutes, recipes, rules, notices,
// leaflets, itineraries and diaries in both languages. Each line of a file is a question
// and what the quoted sentence holds, alternatives apart by |; - is a refusal. The files
// named unseen were not read while the reader was made. The floors are a little below
// what is reached: an answer may change places, but not many at once.
func TestEverydayQuestions(t *testing.T) {
	samples := read(t, "../../web/app/samples/ko/*", "../../web/app/samples/en/*", "testdata/everyday/*")
	in := func(folder string) map[string]string { return read(t, "testdata/"+folder+"/*") }
	for _, set := range []struct {
		texts map[string]string
		file  string
		floor int
	}{
		{samples, "everyday.tsv", 65}, {samples, "everyday-unseen.tsv", 41},
		{in("everyday2"), "everyday2.tsv", 15}, {in("everyday2"), "everyday2-unseen.tsv", 21},
		{in("everyday3"), "everyday3.tsv", 45}, {in("everyday4"), "everyday4-unseen.tsv", 32}, {in("everyday5"), "everyday5-unseen.tsv", 22},
		{in("everyday6"), "everyday6-unseen.tsv", 50},
	} {
		b, err := os.ReadFile("testdata/" + set.file)
		if err != nil {
			t.Fatal(err)
		}
		lib := of(t, set.texts)
		var right, wrong, refused, invented int
		for line := range strings.Lines(string(b)) {
			question, want, _ := strings.Cut(strings.TrimSpace(line), "\t")
			a := answer(t, lib, Deps{}, Request{Question: question})
			said := a.Verdict == Answered || a.Reason == Contradictory
			good := !said && strings.HasPrefix(want, "-")
			for w := range strings.SplitSeq(want, "|") {
				for _, c := range a.Citations {
					good = good || strings.Contains(c.Text, w)
				}
			}
			switch {
			case good:
				right++
			case !said:
				refused++
			case strings.HasPrefix(want, "-"):
				invented++
			default:
				wrong++
			}
		}
		t.Logf("%s: %d right, %d wrong, %d refused, %d answered without an answer", set.file, right, wrong, refused, invented)
		if right < set.floor {
			t.Errorf("%s: %d right, less than %d", set.file, right, set.floor)
		}
	}
}

// read are the texts of files, by their names.
func read(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.Base(f)] = string(b)
		}
	}
	return texts
}
