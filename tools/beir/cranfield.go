package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/cmd/ondol/eval"
)

// cranfield reads the Cranfield 1400: abstracts, questions, and judgements with
// the codes 1 (a complete answer) to 4 (of minimum interest), which give the
// gains 4 to 1. The judgements count questions from 1 in the order of their
// file, whatever number they carry there.
func cranfield(files [][]byte) (*eval.BEIR, error) {
	b := &eval.BEIR{Qrels: map[string]map[string]int{}}
	for _, r := range records(files[0]) {
		b.Corpus = append(b.Corpus, eval.Entry{ID: r['I'], Title: r['T'], Text: r['W']})
	}
	for i, r := range records(files[1]) {
		b.Queries = append(b.Queries, eval.Entry{ID: strconv.Itoa(i + 1), Text: r['W']})
	}
	for line := range strings.Lines(string(files[2])) {
		var query, document string
		var code int
		if _, err := fmt.Sscan(line, &query, &document, &code); err != nil {
			return nil, fmt.Errorf("judgement %q: %w", line, err)
		}
		if code < 1 || code > 4 {
			continue
		}
		if b.Qrels[query] == nil {
			b.Qrels[query] = map[string]int{}
		}
		b.Qrels[query][document] = 5 - code
	}
	return b, nil
}

// records reads fields that each begin with a line such as ".T"; ".I 12" begins
// a record.
func records(data []byte) []map[byte]string {
	var all []map[byte]string
	field := byte(0)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, ".I "):
			all = append(all, map[byte]string{'I': strings.TrimSpace(line[3:])})
		case len(line) == 2 && line[0] == '.':
			field = line[1]
		case len(all) > 0:
			r := all[len(all)-1]
			r[field] = strings.TrimSpace(r[field] + " " + line)
		}
	}
	return all
}
