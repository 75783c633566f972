package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
)

// hotpotqa reads a sample of HotpotQA: a question must find both paragraphs
// that hold its supporting facts.
func hotpotqa(files [][]byte) (*eval.BEIR, error) {
	var corpus map[string][]string // title to sentences
	var questions []struct {
		ID         string `json:"_id"`
		Question   string
		Supporting [][2]any `json:"supporting_facts"` // title, sentence
	}
	if err := json.Unmarshal(files[0], &corpus); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(files[1], &questions); err != nil {
		return nil, err
	}
	b := &eval.BEIR{Qrels: map[string]map[string]int{}}
	for _, title := range slices.Sorted(maps.Keys(corpus)) {
		b.Corpus = append(b.Corpus, eval.Entry{ID: title, Title: title, Text: strings.Join(corpus[title], "")})
	}
	for _, q := range questions {
		b.Queries = append(b.Queries, eval.Entry{ID: q.ID, Text: q.Question})
		b.Qrels[q.ID] = map[string]int{}
		for _, s := range q.Supporting {
			title, ok := s[0].(string)
			if _, known := corpus[title]; !ok || !known {
				return nil, fmt.Errorf("question %s: no paragraph %v", q.ID, s[0])
			}
			b.Qrels[q.ID][title] = 1
		}
	}
	return b, nil
}
