package main

import (
	"fmt"
	"strconv"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/engine/rag/check"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
)

// heads are the abilities of an encoder, as far as it has them.
func heads(choice encoderChoice) (deps rag.Deps, err error) {
	m, err := openModel(choice)
	if err != nil || m == nil {
		return deps, err
	}
	if m.Reads() {
		deps.Reader = m
	}
	if m.Verifies() {
		deps.Verifier = m
	}
	return deps, nil
}

func evalQA(dataset string, model encoderChoice, open, absent, asJSON bool) error {
	set, err := eval.ReadSQuAD(dataset)
	if err != nil {
		return err
	}
	deps, err := heads(model)
	if err != nil {
		return err
	}
	if model.file != "" && model.file != noEncoder && deps.Reader == nil && !open && !absent {
		return fmt.Errorf("%s has no head that reads", model.file)
	}
	deps.Verifier = nil // sentences of the documents support themselves
	c, err := indexed(len(set.Passages), func(i int) index.Input {
		return index.Input{ID: strconv.Itoa(i), Format: "text", Data: []byte(set.Passages[i]), Tags: []string{strconv.Itoa(i)}}
	})
	if err != nil {
		return err
	}
	if absent {
		set.Questions = set.Absent()
	}
	if open || absent {
		if err := embedded(c, model); err != nil {
			return err
		}
	}
	m, err := eval.QA(set, func(q eval.Question) (eval.Reading, error) {
		passage := strconv.Itoa(q.Passage)
		var lib rag.Library = c
		switch {
		case q.Absent:
			lib = less{c, passage}
		case !open && !absent:
			lib = only{c, passage}
		}
		return readQuestion(lib, deps, q.Text)
	})
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(m)
	}
	fmt.Printf("sentence hit@1 %.3f   EM %.3f F1 %.3f   refusal AUROC %.3f F1 %.3f (best threshold %.2f)   %d questions, %.2f ms each\n",
		m.SentenceHit, m.EM, m.F1, m.RefusalAUROC, m.RefusalF1, m.Threshold, m.Questions, m.MsPerQuestion)
	return nil
}

// readQuestion answers with the best sentence, however unsure, and says whether
// that would have been refused.
func readQuestion(lib rag.Library, deps rag.Deps, question string) (r eval.Reading, err error) {
	r.Passage = -1
	zero := 0.0
	for e, err := range rag.Ask(lib, deps, rag.Request{Question: question, Threshold: &zero}) {
		if err != nil {
			return r, err
		}
		if e.Answer == nil || len(e.Answer.Citations) == 0 {
			continue
		}
		best := e.Answer.Citations[0]
		r.Sentence, r.Confidence = best.Span, e.Answer.Trace.Confidence
		r.Refused = r.Confidence < rag.DefaultThreshold
		if r.Span = r.Sentence; best.Focus != nil {
			r.Span = *best.Focus
		}
		if r.Passage, err = strconv.Atoi(best.Document); err != nil {
			return r, err
		}
	}
	return r, nil
}

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

// less is a library from which one document is taken away: its tag is its name, so that
// the search hides it, and is not led by what it says.
type less struct {
	*collection.Collection
	id string
}

func (l less) Search(query string, k int) ([]index.Hit, index.Trace, error) {
	return l.Collection.Search("-tag:"+l.id+" "+query, k)
}

func evalGrounding(dataset string, model encoderChoice, asJSON bool) error {
	pairs, err := eval.ReadPairs(dataset)
	if err != nil {
		return err
	}
	deps, err := heads(model)
	if err != nil {
		return err
	}
	if model.file != "" && model.file != noEncoder && deps.Verifier == nil {
		return fmt.Errorf("%s has no head that verifies", model.file)
	}
	m, err := eval.Grounding(pairs, func(p eval.Pair) (support float64, enough bool, err error) {
		found := check.Check(p.Evidence, p.Claim)
		if deps.Verifier != nil {
			e, err := deps.Verifier.Verify(p.Evidence, p.Claim)
			if err != nil {
				return 0, false, err
			}
			found = found.With(e)
		}
		return found.Supported, found.Supported >= check.Enough, nil
	})
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(m)
	}
	fmt.Printf("balanced accuracy %.3f   AUROC %.3f   F1 %.3f   %d pairs, %.2f ms each\n", m.BalancedAccuracy, m.AUROC, m.F1, m.Pairs, m.MsPerPair)
	return nil
}
