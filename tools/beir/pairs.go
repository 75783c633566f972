package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
)

// mostQueries of a set of pairs are asked, spread over all.
const mostQueries = 1200

// pairs reads JSON lines of a question and the passage that answers it, of one
// source. A passage that answers several questions is one document.
func pairs(source string) func(files [][]byte) (*eval.BEIR, error) {
	return func(files [][]byte) (*eval.BEIR, error) {
		b := &eval.BEIR{Qrels: map[string]map[string]int{}}
		documents, queries := map[string]string{}, map[string]string{}
		for line := range strings.Lines(string(files[0])) {
			var p struct{ Source, Q, A string }
			if err := json.Unmarshal([]byte(line), &p); err != nil {
				return nil, err
			}
			if p.Source != source {
				continue
			}
			d, ok := documents[p.A]
			if !ok {
				d = fmt.Sprintf("p%d", len(documents))
				documents[p.A] = d
				b.Corpus = append(b.Corpus, eval.Entry{ID: d, Text: p.A})
			}
			q, ok := queries[p.Q]
			if !ok {
				q = fmt.Sprintf("q%d", len(queries))
				queries[p.Q] = q
				b.Queries = append(b.Queries, eval.Entry{ID: q, Text: p.Q})
				b.Qrels[q] = map[string]int{}
			}
			b.Qrels[q][d] = 1
		}
		every := (len(b.Queries) + mostQueries - 1) / mostQueries
		var asked []eval.Entry
		for i := 0; i < len(b.Queries); i += every {
			asked = append(asked, b.Queries[i])
		}
		b.Queries = asked
		return b, nil
	}
}
