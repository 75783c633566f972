package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
)

const folds = 5

// fitting of weights that lie within a few of 0.
var fitting = options{steps: 600, rate: 0.1, decay: 3e-4}

// thorough fitting is for the confidence, which has few weights.
var thorough = options{steps: 600, rate: 0.1, decay: 1e-4}

// setting is what a question is asked of.
type setting int

const (
	gold     setting = iota // its own passage
	open                    // what a search finds
	absent                  // the same, less its own passage
	everyday                // what a search finds in a few everyday documents
	settings
)

// task is a question beside the sentences of some passages.
type task struct {
	setting
	q          *reader.Question
	list       []reader.Candidate
	group      []example
	fold       int
	file       string
	answerable bool // by what it is asked of
	answers    bool // and one of the sentences does by itself
}

// weighReader learns the reader's blend from files, with the answers of a reading head
// if a model is given, and writes it to the table unless path is "".
func weighReader(files []string, held, model, path string, nth int) error {
	var read *llm.Model
	if model != "" {
		var err error
		if read, err = openReader(model); err != nil {
			return err
		}
	}
	var all []task
	for _, f := range files {
		t, err := tasks(f, read, nth)
		if err != nil {
			return err
		}
		all = append(all, t...)
	}
	fit := func(use func(task) bool) reader.Blend { return blend(all, use) }
	if read != nil {
		fit = func(use func(task) bool) reader.Blend { return withHead(all, use) }
	}
	var tested []outcome
	for fold := range folds {
		b := fit(func(t task) bool { return t.fold != fold })
		tested = append(tested, measure(all, b, func(t task) bool { return t.fold == fold })...)
	}
	for _, f := range files {
		name := filepath.Base(strings.SplitN(f, ":", 2)[0])
		of := func(o outcome) bool { return o.file != f }
		if read != nil {
			report("by words, "+name, slices.DeleteFunc(measure(all, reader.BlendOf(false), every), of))
		}
		report("held-out articles of "+name, slices.DeleteFunc(slices.Clone(tested), of))
	}
	if held != "" {
		t, err := tasks(held, read, nth)
		if err != nil {
			return err
		}
		report(held, measure(t, fit(every), every))
	}
	if read != nil {
		return writeBlend(path, reader.BlendOf(false), withHead(all, every).Sentence[head])
	}
	b := blend(all, every)
	keepUnseen(&b, all, reader.BlendOf(false))
	return writeBlend(path, b, reader.HeadWeight())
}

func openReader(path string) (*llm.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	m, err := llm.Open(f, info.Size(), llm.Options{Ceiling: 512})
	if err != nil {
		return nil, err
	}
	if !m.Reads() {
		return nil, fmt.Errorf("%s has no head that reads", path)
	}
	return m, nil
}

// byHand are features that the sets show too rarely to learn from: their documents have
// neither headings nor sentences that ask.
var byHand = strings.Fields("heading title asks")

func blend(all []task, use func(task) bool) (b reader.Blend) {
	same := func(features []float64) []float64 { return features }
	copy(b.Sentence[:], rank(all, use, len(reader.Names), same))
	for _, name := range byHand {
		i := slices.Index(reader.Names[:], name)
		b.Sentence[i] = reader.BlendOf(false).Sentence[i]
	}
	copy(b.Confidence[:], confidence(all, b.Sentence[:], use))
	return b
}

// keepUnseen gives what the sets do not show the weight that it had.
func keepUnseen(b *reader.Blend, all []task, had reader.Blend) {
	var sentences reader.Features
	var evidence reader.Evidence
	for _, t := range all {
		for _, c := range t.list {
			if t.setting == everyday {
				break // too few
			}
			for i, v := range c.Features {
				sentences[i] = max(sentences[i], v)
			}
		}
		if len(t.list) > 0 {
			for i, v := range t.q.Evidence(t.list) {
				evidence[i] = max(evidence[i], v)
			}
		}
	}
	for i, v := range sentences {
		if v == 0 {
			b.Sentence[i] = had.Sentence[i]
		}
	}
	for i, v := range evidence {
		if v == 0 {
			b.Confidence[i+1] = had.Confidence[i+1]
		}
	}
}

// writeBlend writes the blend as Go, to standard output if the path is "".
func writeBlend(path string, byWords reader.Blend, headWeight float64) error {
	var text bytes.Buffer
	text.WriteString("package reader\n\n// Written by tools/weigh: see its package comment.\n")
	text.WriteString("\nvar byWords = Blend{\nSentence: Features{\n")
	for i, n := range reader.Names {
		fmt.Fprintf(&text, "%s: %.3f,\n", n, byWords.Sentence[i])
	}
	text.WriteString("},\nConfidence: [...]float64{\n")
	for i, n := range append([]string{"bias"}, reader.EvidenceNames[:]...) {
		fmt.Fprintf(&text, "%.3f, // %s\n", byWords.Confidence[i], n)
	}
	fmt.Fprintf(&text, "},\n}\n\nconst headWeight = %.3f\n", headWeight)
	return writeGo(path, text.Bytes())
}

// writeGo writes Go in its common form, to standard output if the path is "".
func writeGo(path string, text []byte) error {
	code, err := format.Source(text)
	if err != nil {
		return err
	}
	if path == "" {
		_, err = os.Stdout.Write(code)
		return err
	}
	return os.WriteFile(path, code, 0o644)
}

func every(task) bool { return true }

// rank learns the weights of a sentence's features, of which each gives some numbers.
func rank(all []task, use func(task) bool, width int, of func(features []float64) []float64) []float64 {
	var groups [][]example
	for _, t := range all {
		if t.answers && t.setting != everyday && use(t) {
			group := t.hard()
			for i := range group {
				group[i].features = of(group[i].features)
			}
			groups = append(groups, group)
		}
	}
	return rankFit(groups, width, fitting)
}

// head is the place of a reading head's score among the features, the last.
const head = len(reader.Names) - 1

// withHead learns what a reading head's score counts for beside the words, whose
// weights stay: one number needs few questions, of which a head leaves few that it was
// not taught on.
func withHead(all []task, use func(task) bool) reader.Blend {
	b := reader.BlendOf(false)
	w := rank(all, use, 2, func(f []float64) []float64 { return []float64{dot(b.Sentence[:], f), f[head]} })
	b.Sentence[head] = w[1] / w[0]
	return b
}

// hardest is how many of a task's wrong sentences are learned from: the others never
// come near.
const hardest = 16

// hard are a task's right sentences and the best of the others; the list is sorted by
// the blend in use.
func (t task) hard() (group []example) {
	wrong := 0
	for _, e := range t.group {
		if !e.right {
			wrong++
		}
		if e.right || wrong <= hardest {
			group = append(group, e)
		}
	}
	return group
}

// sorted gives a task's candidates the scores of some weights, best first.
func (t task) sorted(w []float64) []reader.Candidate {
	list := slices.Clone(t.list)
	for i := range list {
		list[i].Score = dot(w, list[i].Features[:])
	}
	slices.SortStableFunc(list, func(a, b reader.Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// fewAsked is what the everyday questions weigh beside those of the sets, which are many
// more.
const fewAsked = 0.3

// confidence learns whether the best sentence answers a question of a library; those that
// do weigh as much as those that do not.
func confidence(all []task, w []float64, use func(task) bool) []float64 {
	var examples []labelled
	var n [settings][2]float64
	for _, t := range all {
		if len(t.list) == 0 || t.setting == gold || !use(t) {
			continue
		}
		sorted := t.sorted(w)
		e := t.q.Evidence(sorted)
		class := 0
		if t.right(sorted[0]) {
			class = 1
		}
		n[t.setting][class]++
		examples = append(examples, labelled{append([]float64{1}, e[:]...), class, float64(t.setting)})
	}
	n[open][0], n[open][1] = n[open][0]+n[absent][0], n[open][1]+n[absent][1]
	n[absent] = n[open]
	for i := range examples {
		e := &examples[i]
		s := setting(e.weight)
		e.weight = 1 / n[s][e.class]
		if s == everyday {
			e.weight *= fewAsked
		}
	}
	return classFit(examples, len(reader.EvidenceNames)+1, 2, thorough)
}

// outcome is what some weights made of a task.
type outcome struct {
	task
	hit        bool
	confidence float64
}

func measure(all []task, b reader.Blend, use func(task) bool) (list []outcome) {
	for _, t := range all {
		if !use(t) {
			continue
		}
		o := outcome{task: t}
		if len(t.list) > 0 {
			words, s := b.Sentence, t.sorted(b.Sentence[:])
			words[head] = 0
			e := t.q.Evidence(t.sorted(words[:]))
			o.hit = t.right(s[0])
			o.confidence = b.Confidence[0] + dot(b.Confidence[1:], e[:])
		}
		list = append(list, o)
	}
	return list
}

func (t task) right(c reader.Candidate) bool {
	for i, d := range t.list {
		if d.Hit.Document == c.Hit.Document && d.Span == c.Span {
			return t.group[i].right
		}
	}
	return false
}

func report(name string, list []outcome) {
	var hits, n [settings]float64
	var yes, no [settings][]float64
	for _, o := range list {
		if o.setting == everyday {
			n[everyday]++
			if o.hit {
				hits[everyday]++
				yes[everyday] = append(yes[everyday], o.confidence)
			} else {
				no[everyday] = append(no[everyday], o.confidence)
			}
			continue
		}
		if o.answerable {
			n[o.setting]++
			if o.hit {
				hits[o.setting]++
			}
			yes[o.setting] = append(yes[o.setting], o.confidence)
		} else {
			no[o.setting] = append(no[o.setting], o.confidence)
		}
	}
	if n[everyday] > 0 {
		fmt.Printf("%s: best sentence right %.0f of %.0f, AUROC of that %.4f\n", name, hits[everyday], n[everyday], eval.AUROC(yes[everyday], no[everyday]))
		return
	}
	fmt.Printf("%s: sentence hit@1 %.4f, open %.4f; refusal AUROC %.4f, absent %.4f\n", name,
		hits[gold]/n[gold], hits[open]/n[open], eval.AUROC(yes[gold], no[gold]), eval.AUROC(yes[open], no[absent]))
}

// load reads a set, and makes a library of its passages, with vectors if there is a
// model.
func load(file string, m *llm.Model) (*eval.SQuAD, *collection.Collection, error) {
	set, err := eval.ReadSQuAD(file)
	if err != nil {
		return nil, nil, err
	}
	var inputs []index.Input
	for i, p := range set.Passages {
		inputs = append(inputs, index.Input{ID: fmt.Sprint(i), Format: "text", Data: []byte(p), Tags: []string{fmt.Sprint(i)}})
	}
	lib, err := library(inputs, m)
	return set, lib, err
}

// library is one of some documents, with vectors if there is a model.
func library(inputs []index.Input, m *llm.Model) (*collection.Collection, error) {
	lib, err := collection.Open(store.NewMemory())
	if err != nil {
		return nil, err
	}
	var failed error
	err = lib.Add(inputs, func(_ int, _ *index.Document, err error) { failed = errors.Join(failed, err) })
	if err := errors.Join(err, failed); err != nil || m == nil {
		return lib, err
	}
	if err := lib.SetEmbedder(llm.NewSearcher(m)); err != nil {
		return nil, err
	}
	for done, total := 0, 1; done < total; {
		if done, total, err = lib.EmbedNext(64); err != nil {
			return nil, err
		}
	}
	return lib, nil
}

// tasks reads a set and asks every nth question in every setting; of everyday questions
// all.
func tasks(file string, m *llm.Model, nth int) (list []task, err error) {
	if strings.Contains(file, ".tsv:") {
		return everydayTasks(file, m)
	}
	set, lib, err := load(file, m)
	if err != nil {
		return nil, err
	}
	var hints reader.Hints
	if m != nil {
		hints.Head = m
	}
	for i, question := range set.Questions {
		if i%nth != 0 {
			continue
		}
		q := reader.New(question.Text, lib.Weights)
		id := fmt.Sprint(question.Passage)
		found, _, err := lib.Search(reader.Widened(question.Text, lib.Weights), 8)
		if err != nil {
			return nil, err
		}
		text := set.Passages[question.Passage]
		others, _, err := lib.Search("-tag:"+id+" "+reader.Widened(question.Text, lib.Weights), 8)
		if err != nil {
			return nil, err
		}
		for s, hits := range [][]index.Hit{
			{{Chunk: index.Chunk{Document: id, Span: index.Span{End: len(text)}}, Text: text, Score: 1}},
			found, others,
		} {
			if setting(s) == open && len(question.Answers) == 0 {
				continue
			}
			t := task{setting: setting(s), q: q, file: file, fold: set.Articles[question.Passage] % folds, answerable: setting(s) != absent && len(question.Answers) > 0}
			if t.list, _, err = q.Read(hits, hints); err != nil {
				return nil, err
			}
			for _, c := range t.list {
				e := example{features: c.Features[:], right: c.Hit.Document == id && holds(c.Span, question.Answers)}
				t.group = append(t.group, e)
				t.answers = t.answers || e.right
			}
			list = append(list, t)
		}
	}
	return list, nil
}

func holds(s index.Span, answers []index.Span) bool {
	return slices.ContainsFunc(answers, func(a index.Span) bool { return a.Start >= s.Start && a.End <= s.End })
}
