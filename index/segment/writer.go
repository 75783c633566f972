package segment

import (
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/analysis"
	"github.com/ondol-rag/ondol/index/json"
)

// Writer gathers documents into a segment.
type Writer struct {
	file  *file
	table *table
}

// NewWriter returns an empty writer.
func NewWriter() *Writer { return &Writer{newFile(), newTable()} }

// Len is the number of documents.
func (w *Writer) Len() int { return len(w.file.ids) }

// Add takes a document in. Chunks must lie within the text, in order.
func (w *Writer) Add(d index.Document, t string, chunks []index.Chunk) error {
	d.Length, d.Chunks = len(t), len(chunks)
	record, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := w.file.addDocument(d.ID, record, body{text: t}); err != nil {
		return err
	}
	for _, c := range chunks {
		n := w.file.chunks + 1
		body := w.count(n, c.Own(t[c.Start:c.End]), func(l *list) { l.body++ })
		heading := w.count(n, d.Title, func(l *list) { l.heading++ })
		for i, h := range c.Headings {
			if i > 0 || h != d.Title {
				heading += w.count(n, h, func(l *list) { l.heading++ })
			}
		}
		w.file.addChunk(c.Span, c.Headings, c.Page, body, heading)
	}
	return nil
}

// count adds a text's terms to a chunk, by its number plus one, and returns how
// many there are.
func (w *Writer) count(chunk uint32, t string, add func(*list)) (n uint32) {
	analysis.Analyze(t, func(term []byte, _ index.Span) {
		l := w.table.list(term)
		if l.last != chunk {
			w.table.flush(l)
			l.last = chunk
		}
		add(l)
		n++
	})
	return n
}

// Finish is the finished segment. The writer is of no use afterwards.
func (w *Writer) Finish() (*File, error) {
	for i := range w.table.n {
		w.table.flush(w.table.nth(uint32(i)))
	}
	var scratch []byte
	for l := range w.table.sorted {
		scratch = w.table.read(scratch[:0], &l.chain)
		w.file.addTerm(w.table.term(l), scratch)
	}
	w.table = nil
	return w.file.finish()
}
