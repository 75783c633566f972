package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/engine/rag/reader"
	"github.com/ondol-rag/ondol/index"
)

// everydayTasks reads questions of a few documents: FILE.tsv:FOLDER[:FOLDER...]. A line is
// a question and what the sentence that answers it holds, alternatives apart by |; - is
// that none does.
func everydayTasks(arg string, m *llm.Model) (list []task, err error) {
	parts := strings.Split(arg, ":")
	var inputs []index.Input
	for _, dir := range parts[1:] {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("%s: no documents", dir)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, index.Input{ID: filepath.Base(f), Data: b})
		}
	}
	lib, err := library(inputs, m)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(parts[0])
	if err != nil {
		return nil, err
	}
	var hints reader.Hints
	if m != nil {
		hints.Head = m
	}
	for line := range strings.Lines(string(b)) {
		question, answers, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: no tab in %q", parts[0], line)
		}
		t := task{setting: everyday, q: reader.New(question, lib.Weights), file: arg, fold: len(list) % folds, answerable: !strings.HasPrefix(answers, "-")}
		hits, _, err := lib.Search(reader.Widened(question, lib.Weights), 8)
		if err != nil {
			return nil, err
		}
		if t.list, _, err = t.q.Read(hits, hints); err != nil {
			return nil, err
		}
		for _, c := range t.list {
			e := example{features: c.Features[:]}
			for a := range strings.SplitSeq(answers, "|") {
				e.right = e.right || a != "-" && strings.Contains(c.Text, a)
			}
			t.group = append(t.group, e)
			t.answers = t.answers || e.right
		}
		list = append(list, t)
	}
	return list, nil
}
