package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var evalCommand = command{
	name: "eval", args: "retrieval --dir BEIR_FOLDER [--model ENCODER.gguf|none] [--mode keyword|vector|hybrid] [--json]\n  ondol eval qa --dataset SQUAD.json[.gz] [--model READER.gguf|none] [--open] [--absent] [--json]\n  ondol eval grounding --dataset FILE.tsv|jsonl [--model VERIFIER.gguf|none] [--json]",
	about: "Measure retrieval and answers on published test collections.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("dir", "", "retrieval: a folder with corpus.jsonl, queries.jsonl and qrels.tsv")
		encoder := encoderFlag(f)
		model := f.String("model", "", "another name of --encoder")
		ranking := rankingFlags(f)
		dataset := f.String("dataset", "", "qa: a `file` in the format of SQuAD or KorQuAD; grounding: one of evidence, claim and label")
		open := f.Bool("open", false, "qa: retrieve among all passages of the file, rather than read the right one")
		absent := f.Bool("absent", false, "qa: ask each question with its passage, and with it taken away, to measure refusal")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			switch {
			case slices.Equal(args, []string{"retrieval"}):
				if *dir == "" {
					return usagef("name the test collection: --dir FOLDER")
				}
				var request abi.SearchRequest
				if err := ranking(&request); err != nil {
					return err
				}
				return evalRetrieval(*dir, encoder.or(*model), request, *asJSON)
			case slices.Equal(args, []string{"qa"}):
				if *dataset == "" {
					return usagef("name the test set: --dataset FILE")
				}
				return evalQA(*dataset, encoder.or(*model), *open, *absent, *asJSON)
			case slices.Equal(args, []string{"grounding"}):
				if *dataset == "" {
					return usagef("name the test set: --dataset FILE")
				}
				return evalGrounding(*dataset, encoder.or(*model), *asJSON)
			}
			return usagef("say what to measure: eval retrieval, eval qa or eval grounding")
		}
	},
}

// indexed is a library of texts that ends with the measurement. A text that holds
// nothing is never found, which the figures then show.
func indexed(n int, at func(i int) index.Input) (*collection.Collection, error) {
	c, err := collection.Open(store.NewMemory())
	if err != nil {
		return nil, err
	}
	inputs := make([]index.Input, n)
	for i := range inputs {
		inputs[i] = at(i)
	}
	var failed error
	err = c.Add(inputs, func(_ int, _ *index.Document, err error) {
		if !errors.Is(err, index.ErrInput) {
			failed = errors.Join(failed, err)
		}
	})
	return c, errors.Join(err, failed)
}

func evalRetrieval(dir string, encoder encoderChoice, request abi.SearchRequest, asJSON bool) error {
	set, err := eval.ReadBEIR(dir)
	if err != nil {
		return err
	}
	c, err := indexed(len(set.Corpus), func(i int) index.Input {
		e := set.Corpus[i]
		return index.Input{ID: e.ID, Title: e.Title, Format: "text", Data: []byte(e.Text)}
	})
	if err != nil {
		return err
	}
	if request.Mode != index.Keyword {
		if err := embedded(c, encoder); err != nil {
			return err
		}
	}
	o := request.Options()
	o.Distinct = false // collections judge passages that say the same one by one
	m, err := set.Retrieval(func(query string, k int) ([]string, error) {
		hits, _, err := c.SearchBy(o, query, k)
		ids := make([]string, len(hits))
		for i, h := range hits {
			ids[i] = h.Document
		}
		return ids, err
	})
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(m)
	}
	fmt.Printf("nDCG@10 %.3f   Recall@1 %.3f @5 %.3f @10 %.3f   MRR@10 %.3f   %d queries, %.2f ms each\n",
		m.NDCG10, m.Recall1, m.Recall5, m.Recall10, m.MRR10, m.Queries, m.MsPerQuery)
	return nil
}
