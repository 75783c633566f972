package main

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
)

// spanFile is where the weights of parts are kept, spanScale what a weight of 1 is there.
const (
	spanFile  = "engine/rag/reader/spanweights.go"
	spanScale = 16
)

// spanFitting of weights of which each part has some twelve.
var spanFitting = options{steps: 80, rate: 0.15, decay: 3e-4}

// part is what may answer, with the places of what is known of it.
type part struct {
	known     []uint16
	exact, f1 float64
}

// parted is a question with the parts of its best sentence; whole is the sentence, which
// counts if it has no parts.
type parted struct {
	parts  []part
	whole  part
	fold   int
	file   int
	answer bool // the sentence holds one
}

// weighSpans learns which part of a sentence answers. An article that two files have is
// in one fold.
func weighSpans(files []string, path string) error {
	var all []parted
	for n, f := range files {
		list, err := partedOf(f, n)
		if err != nil {
			return err
		}
		all = append(all, list...)
	}
	best := make([]part, len(files))
	counts := make([]float64, len(files))
	for fold := range folds {
		w := fitSpans(all, func(p parted) bool { return p.fold != fold })
		for _, p := range all {
			if p.fold != fold {
				continue
			}
			chosen, top := p.whole, math.Inf(-1)
			for _, c := range p.parts {
				if s := c.score(w); s > top {
					chosen, top = c, s
				}
			}
			counts[p.file]++
			best[p.file].exact += chosen.exact
			best[p.file].f1 += chosen.f1
		}
	}
	for i, f := range files {
		fmt.Printf("held-out articles of %s: EM %.4f F1 %.4f\n", filepath.Base(f), best[i].exact/counts[i], best[i].f1/counts[i])
	}
	return writeSpans(path, fitSpans(all, func(parted) bool { return true }))
}

// partedOf reads the answerable questions of a file, each asked of its own passage.
func partedOf(file string, number int) (all []parted, err error) {
	set, lib, err := load(file, nil)
	if err != nil {
		return nil, err
	}
	for _, question := range set.Questions {
		if len(question.Answers) == 0 {
			continue
		}
		q := reader.New(question.Text, lib.Weights)
		text := set.Passages[question.Passage]
		list, _, err := q.Read([]index.Hit{{Chunk: index.Chunk{Span: index.Span{End: len(text)}}, Text: text, Score: 1}}, reader.Hints{})
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			continue
		}
		of := func(s index.Span) (p part) {
			p.exact, p.f1 = eval.Match(text, s, question.Answers)
			return p
		}
		c := &list[0]
		p := parted{whole: of(c.Span), fold: hash(set.Titles[set.Articles[question.Passage]]) % folds, file: number, answer: holds(c.Span, question.Answers)}
		q.Parts(c, func(s index.Span, known []uint16) {
			one := of(s)
			one.known = slices.Clone(known)
			p.parts = append(p.parts, one)
		})
		all = append(all, p)
	}
	return all, nil
}

func (p part) score(w []float64) (s float64) {
	for _, k := range p.known {
		s += w[k]
	}
	return s
}

// gain is what a part counts for that is chosen: one that is nearly an answer tells what
// surrounds it too.
func (p part) gain() float64 { return p.f1 * p.f1 }

// fitSpans returns the weights by which the parts that answer have the highest share of
// their sentence's softmax, by their gain.
func fitSpans(all []parted, use func(parted) bool) []float64 {
	var groups [][]part
	for _, p := range all {
		if use(p) && p.answer && slices.ContainsFunc(p.parts, func(p part) bool { return p.gain() > 0 }) {
			groups = append(groups, p.parts)
		}
	}
	return descend(int(reader.Known), spanFitting, func(w, gradient []float64) {
		for _, g := range groups {
			scores, top := make([]float64, len(g)), math.Inf(-1)
			for i, p := range g {
				scores[i] = p.score(w)
				top = math.Max(top, scores[i])
			}
			var all, right float64
			for i, p := range g {
				scores[i] = math.Exp(scores[i] - top)
				all += scores[i]
				right += scores[i] * p.gain()
			}
			for i, p := range g {
				d := scores[i]/all - scores[i]*p.gain()/right
				for _, k := range p.known {
					gradient[k] += d / float64(len(groups))
				}
			}
		}
	})
}

// writeSpans writes the weights as Go, in small numbers, as the reactor has a limit; to
// standard output if the path is "".
func writeSpans(path string, w []float64) error {
	var text bytes.Buffer
	text.WriteString("package reader\n\n// Written by tools/weigh: see its package comment.\n\nvar spanWeights = [Known]int8{")
	for i, v := range w {
		if i%16 == 0 {
			text.WriteString("\n")
		}
		fmt.Fprintf(&text, "%d, ", int(math.Round(max(-127, min(127, v*spanScale)))))
	}
	text.WriteString("\n}\n")
	return writeGo(path, text.Bytes())
}
