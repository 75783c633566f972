package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/llm"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var evalCommand = command{
	name: "eval", args: "retrieval --dir BEIR_FOLDER [--model ENCODER.gguf] [--mode keyword|vector|hybrid] [--json] | qa --dataset SQUAD.json[.gz] [--open] [--absent] [--json]",
	about: "Measure retrieval and answers on published test collections.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("dir", "", "retrieval: a folder with corpus.jsonl, queries.jsonl and qrels.tsv")
		model, ranking := modelFlag(f), rankingFlags(f)
		dataset := f.String("dataset", "", "qa: a `file` in the format of SQuAD or KorQuAD")
		open := f.Bool("open", false, "qa: retrieve among all passages of the file, rather than read the right one")
		absent := f.Bool("absent", false, "qa: also ask each question with its passage taken away, to measure refusal")
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			switch {
			case slices.Equal(args, []string{"retrieval"}):
				if *dir == "" {
					return usagef("name the test collection: --dir FOLDER")
				}
				var request abi.SearchRequest
				if err := ranking(*model, &request); err != nil {
					return err
				}
				return evalRetrieval(*dir, *model, request, *asJSON)
			case slices.Equal(args, []string{"qa"}):
				if *dataset == "" {
					return usagef("name the test set: --dataset FILE")
				}
				return evalQA(*dataset, *open, *absent, *asJSON)
			}
			return usagef("say what to measure: eval retrieval or eval qa")
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

func evalRetrieval(dir, model string, request abi.SearchRequest, asJSON bool) error {
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
	if model != "" && request.Mode != index.Keyword {
		if err := embedded(c, model); err != nil {
			return err
		}
	}
	m, err := set.Retrieval(func(query string, k int) ([]string, error) {
		hits, _, err := c.SearchBy(request.Options(), query, k)
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

// embedded gives each passage of a collection its vector.
func embedded(c *collection.Collection, model string) error {
	f, err := os.Open(model)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	m, err := llm.Open(f, info.Size(), llm.Options{Ceiling: 512})
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	if err := c.SetEmbedder(m); err != nil {
		return err
	}
	for {
		done, total, err := c.EmbedNext(16)
		if err != nil {
			return err
		}
		if progress("embedding", done, total); done == total {
			return nil
		}
	}
}

func evalQA(dataset string, open, absent, asJSON bool) error {
	set, err := eval.ReadSQuAD(dataset)
	if err != nil {
		return err
	}
	name := func(passage int) string { return fmt.Sprint(passage) }
	c, err := indexed(len(set.Passages), func(i int) index.Input {
		return index.Input{ID: name(i), Format: "text", Data: []byte(set.Passages[i])}
	})
	if err != nil {
		return err
	}
	if absent {
		questions := slices.Clone(set.Questions)
		for _, q := range set.Questions {
			if len(q.Answers) > 0 {
				q.ID, q.Answers = absentID+q.ID, nil
				questions = append(questions, q)
			}
		}
		set.Questions, open = questions, true
	}
	zero := 0.0
	m, err := eval.QA(set, func(q eval.Question) (eval.Reading, error) {
		var lib rag.Library = c
		if !open {
			lib = only{c, name(q.Passage)}
		} else if len(q.ID) > len(absentID) && q.ID[:len(absentID)] == absentID {
			lib = without{c, name(q.Passage)}
		}
		r := eval.Reading{Passage: -1}
		for e, err := range rag.Ask(lib, rag.Deps{}, rag.Request{Question: q.Text, Threshold: &zero}) {
			if err != nil {
				return r, err
			}
			if e.Answer != nil && len(e.Answer.Citations) > 0 {
				best := e.Answer.Citations[0]
				r.Sentence, r.Confidence = best.Span, e.Answer.Trace.Confidence
				if _, err := fmt.Sscan(best.Document, &r.Passage); err != nil {
					return r, err
				}
			}
		}
		return r, nil
	})
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(m)
	}
	fmt.Printf("sentence hit@1 %.3f   refusal AUROC %.3f (best threshold %.2f)   %d questions, %.2f ms each\n",
		m.SentenceHit, m.RefusalAUROC, m.Threshold, m.Questions, m.MsPerQuestion)
	return nil
}

// absentID marks a question whose passage is taken away.
const absentID = "absent:"

// only is a library of which one document is read, whatever it scores.
type only struct {
	*collection.Collection
	id string
}

func (o only) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	_, text, err := o.Text(o.id)
	if err != nil {
		return nil, index.Trace{}, err
	}
	hit := index.Hit{Chunk: index.Chunk{Document: o.id, Span: index.Span{End: len(text)}}, Text: text, Score: 1}
	return []index.Hit{hit}, index.Trace{Documents: 1, Chunks: 1}, nil
}

// without is a library from which one document is taken away.
type without struct {
	*collection.Collection
	id string
}

func (w without) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	hits, trace, err := w.Collection.Search(query, k+4)
	hits = slices.DeleteFunc(hits, func(h index.Hit) bool { return h.Document == w.id })
	return hits[:min(k, len(hits))], trace, err
}
