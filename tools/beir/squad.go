package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
)

// squad reads SQuAD 1.1, SQuAD 2.0, KorQuAD 1.0 and XQuAD: each answerable
// question must find its paragraph. A paragraph printed twice is one document.
func squad(files [][]byte) (*eval.BEIR, error) {
	var set struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				Qas     []struct {
					ID         string
					Question   string
					Impossible bool `json:"is_impossible"`
				}
			}
		}
	}
	if err := json.Unmarshal(files[0], &set); err != nil {
		return nil, err
	}
	b := &eval.BEIR{Qrels: map[string]map[string]int{}}
	ids := map[string]string{} // by paragraph
	for _, article := range set.Data {
		for _, p := range article.Paragraphs {
			id, ok := ids[p.Context]
			if !ok {
				id = fmt.Sprintf("p%d", len(ids))
				ids[p.Context] = id
				b.Corpus = append(b.Corpus, eval.Entry{ID: id, Title: strings.ReplaceAll(article.Title, "_", " "), Text: p.Context})
			}
			for _, q := range p.Qas {
				if q.Impossible {
					continue
				}
				b.Queries = append(b.Queries, eval.Entry{ID: q.ID, Text: q.Question})
				b.Qrels[q.ID] = map[string]int{id: 1}
			}
		}
	}
	return b, nil
}
