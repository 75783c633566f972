//go:build !lean

package extract

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "csv", extensions: []string{".csv", ".tsv", ".tab"}, read: readCSV})
}

// readCSV reads rows separated by commas, tabs, semicolons or bars, whichever
// the first line has most of. The first row is the heading of all others, so
// that each passage is found by the names of its columns.
func readCSV(in index.Input) (index.Text, error) {
	source, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	head := source[:lineEnd(source, 0)]
	r := csv.NewReader(strings.NewReader(source))
	if !strings.HasSuffix(strings.ToLower(in.ID), ".csv") {
		r.Comma = '\t'
	}
	for _, c := range ",\t;|" {
		if strings.Count(head, string(c)) > strings.Count(head, string(r.Comma)) {
			r.Comma = c
		}
	}
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	var b builder
	for first := true; !b.full(); first = false {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return index.Text{}, err
		}
		if first {
			b.heading(1, strings.Join(cells, " | "))
			b.gap()
		} else {
			b.row(cells)
		}
	}
	t := b.done()
	t.Title = in.ID // the columns are no title
	return t, nil
}
