package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
)

const folds = 5

var fitting = options{steps: 400, decay: 1e-4}

// setting is what a question is asked of.
type setting int

const (
	gold   setting = iota // its own passage
	open                  // what a search finds
	absent                // the same, less its own passage
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

func weighReader(files []string, held string) error {
	var all []task
	for _, f := range files {
		t, err := tasks(f)
		if err != nil {
			return err
		}
		all = append(all, t...)
	}
	var tested []outcome
	for fold := range folds {
		w := rank(all, func(t task) bool { return t.fold != fold })
		c := confidence(all, w, func(t task) bool { return t.fold != fold })
		tested = append(tested, measure(all, w, c, func(t task) bool { return t.fold == fold })...)
	}
	for _, f := range files {
		report("held-out articles of "+filepath.Base(f), slices.DeleteFunc(slices.Clone(tested), func(o outcome) bool { return o.file != f }))
	}
	w := rank(all, every)
	c := confidence(all, w, every)
	if held != "" {
		t, err := tasks(held)
		if err != nil {
			return err
		}
		report(held, measure(t, w, c, every))
	}
	table("sentenceWeights", reader.Names[:], w)
	table("confidenceWeights", append([]string{"bias"}, reader.EvidenceNames[:]...), c)
	return nil
}

func every(task) bool { return true }

func rank(all []task, use func(task) bool) []float64 {
	var groups [][]example
	for _, t := range all {
		if t.answers && use(t) {
			groups = append(groups, t.group)
		}
	}
	return rankFit(groups, len(reader.Names), fitting)
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

// searched is what questions of a whole library weigh beside those of one passage:
// that is what a person asks.
const searched = 2

// confidence learns whether passages answer a question; those that do weigh as much
// as those that do not.
func confidence(all []task, w []float64, use func(task) bool) []float64 {
	var examples []labelled
	var n [settings][2]float64
	for _, t := range all {
		if len(t.list) > 0 && use(t) {
			e := t.q.Evidence(t.sorted(w))
			class := 0
			if t.answerable {
				class = 1
			}
			n[t.setting][class]++
			examples = append(examples, labelled{append([]float64{1}, e[:]...), class, float64(t.setting)})
		}
	}
	of := func(s setting, class int) float64 {
		if s == gold {
			return n[gold][class]
		}
		return n[open][class] + n[absent][class]
	}
	for i := range examples {
		e := &examples[i]
		s := setting(e.weight)
		e.weight = 1 / of(s, e.class)
		if s != gold {
			e.weight *= searched
		}
	}
	return classFit(examples, len(reader.EvidenceNames)+1, 2, fitting)
}

// outcome is what some weights made of a task.
type outcome struct {
	task
	hit        bool
	confidence float64
}

func measure(all []task, w, c []float64, use func(task) bool) (list []outcome) {
	for _, t := range all {
		if !use(t) {
			continue
		}
		o := outcome{task: t}
		if len(t.list) > 0 {
			s := t.sorted(w)
			e := t.q.Evidence(s)
			o.hit = t.right(s[0])
			o.confidence = c[0] + dot(c[1:], e[:])
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
	fmt.Printf("%s: sentence hit@1 %.4f, open %.4f; refusal AUROC %.4f, absent %.4f\n", name,
		hits[gold]/n[gold], hits[open]/n[open], eval.AUROC(yes[gold], no[gold]), eval.AUROC(yes[open], no[absent]))
}

func load(file string) (*eval.SQuAD, *collection.Collection, error) {
	set, err := eval.ReadSQuAD(file)
	if err != nil {
		return nil, nil, err
	}
	lib, err := collection.Open(store.NewMemory())
	if err != nil {
		return nil, nil, err
	}
	var inputs []index.Input
	for i, p := range set.Passages {
		inputs = append(inputs, index.Input{ID: fmt.Sprint(i), Format: "text", Data: []byte(p)})
	}
	var failed error
	err = lib.Add(inputs, func(_ int, _ *index.Document, err error) { failed = errors.Join(failed, err) })
	return set, lib, errors.Join(err, failed)
}

// tasks reads a set and asks each question in every setting.
func tasks(file string) (list []task, err error) {
	set, lib, err := load(file)
	if err != nil {
		return nil, err
	}
	for _, question := range set.Questions {
		q := reader.New(question.Text, lib.Weights)
		id := fmt.Sprint(question.Passage)
		found, _, err := lib.Search(question.Text, 9)
		if err != nil {
			return nil, err
		}
		text := set.Passages[question.Passage]
		others := slices.DeleteFunc(slices.Clone(found), func(h index.Hit) bool { return h.Document == id })
		for s, hits := range [][]index.Hit{
			{{Chunk: index.Chunk{Document: id, Span: index.Span{End: len(text)}}, Text: text, Score: 1}},
			found[:min(8, len(found))], others[:min(8, len(others))],
		} {
			if setting(s) == open && len(question.Answers) == 0 {
				continue
			}
			t := task{setting: setting(s), q: q, file: file, fold: set.Articles[question.Passage] % folds, answerable: setting(s) != absent && len(question.Answers) > 0}
			t.list, _ = q.Read(hits, reader.Hints{})
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
