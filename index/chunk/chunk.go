// Package chunk cuts a text into passages and sentences.
//
// Passages follow the text's structure: none crosses a heading or a page, and
// none cuts a sentence unless it alone exceeds the budget.
package chunk

import (
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// Budget is the length of a passage at most, in bytes.
const Budget = 1200

// Split returns the passages of a text in order. Document is left empty.
func Split(t index.Text) []index.Chunk {
	var chunks []index.Chunk
	var path []index.Heading
	heads, pages := t.Headings, t.Pages
	var open index.Span // sentences gathered so far
	flush := func() {
		if open.Len() == 0 {
			return
		}
		c := index.Chunk{Ordinal: len(chunks), Span: open}
		for _, h := range path {
			c.Headings = append(c.Headings, h.Title)
		}
		for len(pages) > 0 && pages[0].End <= open.Start {
			pages = pages[1:]
		}
		if len(pages) > 0 && pages[0].Start <= open.Start {
			c.Page = pages[0].Label
		}
		chunks = append(chunks, c)
		open = index.Span{}
	}
	for s := range Sentences(t.Body) {
		if len(heads) > 0 && heads[0].Start < s.End {
			flush()
			for len(heads) > 0 && heads[0].Start < s.End {
				for len(path) > 0 && path[len(path)-1].Level >= heads[0].Level {
					path = path[:len(path)-1]
				}
				path, heads = append(path, heads[0]), heads[1:]
			}
		}
		for s.Len() > Budget {
			flush()
			cut := s.Start + Budget
			for !utf8.RuneStart(t.Body[cut]) {
				cut--
			}
			open = index.Span{Start: s.Start, End: cut}
			flush()
			s.Start = cut
		}
		if open.Len() > 0 && s.End-open.Start > Budget {
			flush()
		}
		if open.Len() == 0 {
			open = s
		}
		open.End = s.End
	}
	flush()
	return chunks
}
