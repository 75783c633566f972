package main

import (
	"fmt"
	"path/filepath"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag/check"
)

// The classes of the check, in the order of its weights.
const (
	neither = iota
	supported
	contradicted
	classes
)

// pair is a claim's features; file tells the set that it is of.
type pair struct {
	labelled
	fold, file int
	supported  bool
}

// weighCheck learns how evidence stands to claims. Each file weighs as much as
// another, and has a bias of its own while learning: how often claims are supported
// in a test set says nothing of another.
func weighCheck(files []string) error {
	var all []pair
	for i, f := range files {
		pairs, err := eval.ReadPairs(f)
		if err != nil {
			return err
		}
		var n [2]float64
		for _, p := range pairs {
			n[bit(p.Supported)]++
		}
		for _, p := range pairs {
			f := check.Compare(p.Evidence, p.Claim)
			features := make([]float64, len(files)+len(f))
			features[i] = 1
			copy(features[len(files):], f[:])
			class := neither
			if p.Supported {
				class = supported
			} else if p.Label == "contradiction" || p.Label == "contradicted" {
				class = contradicted
			}
			// Pairs on one evidence follow each other: they stay in one fold.
			all = append(all, pair{labelled{features, class, 1 / n[bit(p.Supported)]}, hash(p.Evidence) % folds, i, p.Supported})
		}
	}
	width := len(files) + len(check.Names)
	yes, no := make([][]float64, len(files)), make([][]float64, len(files))
	p := make([]float64, classes)
	for fold := range folds {
		w := learnCheck(all, width, func(p pair) bool { return p.fold != fold })
		for _, e := range all {
			if e.fold != fold {
				continue
			}
			share(w, e.features, p)
			if e.supported {
				yes[e.file] = append(yes[e.file], p[supported])
			} else {
				no[e.file] = append(no[e.file], p[supported])
			}
		}
	}
	for i, f := range files {
		fmt.Printf("%s: AUROC %.4f on held-out evidence, %.4f by shared words alone\n", filepath.Base(f), eval.AUROC(yes[i], no[i]), overlap(all, i, len(files)))
	}
	w := learnCheck(all, width, func(pair) bool { return true })
	for class, name := range map[int]string{supported: "supported", contradicted: "contradicted"} {
		row := w[(class-1)*width : class*width]
		bias := 0.0
		for _, b := range row[:len(files)] {
			bias += b / float64(len(files))
		}
		table(name, append([]string{"bias"}, check.Names[:]...), append([]float64{bias}, row[len(files):]...))
	}
	return nil
}

// overlap is the AUROC of one file's pairs by the first feature alone, the share of
// the claim's words.
func overlap(all []pair, file, first int) float64 {
	var yes, no []float64
	for _, p := range all {
		if p.file == file && p.supported {
			yes = append(yes, p.features[first])
		} else if p.file == file {
			no = append(no, p.features[first])
		}
	}
	return eval.AUROC(yes, no)
}

func learnCheck(all []pair, width int, use func(pair) bool) []float64 {
	var examples []labelled
	for _, p := range all {
		if use(p) {
			examples = append(examples, p.labelled)
		}
	}
	return classFit(examples, width, classes, options{steps: 400, rate: 0.05, decay: 1e-4})
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hash is FNV-1a.
func hash(s string) int {
	h := uint32(2166136261)
	for _, c := range []byte(s) {
		h = (h ^ uint32(c)) * 16777619
	}
	return int(h >> 1)
}
