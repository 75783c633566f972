package rag

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Questions as people put them, of contracts, manuals, minutes, recipes, rules,
// abstracts and diaries in both languages. Each line of a file is a question and what
// the quoted sentence holds, alternatives apart by |; - is a refusal. The second file
// was not read while the reader was made. The floors are a little below what is
// reached: an answer may change places, but not many at once.
func TestEverydayQuestions(t *testing.T) {
	texts := map[string]string{}
	for _, folder := range []string{"../../web/app/samples/ko/*", "../../web/app/samples/en/*", "testdata/everyday/*"} {
		files, err := filepath.Glob(folder)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.Base(f)] = string(b)
		}
	}
	lib := of(t, texts)
	for file, floor := range map[string]int{"everyday.tsv": 56, "everyday-unseen.tsv": 29} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
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
		t.Logf("%s: %d right, %d wrong, %d refused, %d answered without an answer", file, right, wrong, refused, invented)
		if right < floor {
			t.Errorf("%s: %d right, less than %d", file, right, floor)
		}
	}
}
