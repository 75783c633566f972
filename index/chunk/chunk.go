// Package chunk cuts a text into passages and sentences.
//
// Passages follow the text's structure: none crosses a heading or a page, a
// paragraph that fits stays whole, and no sentence is cut unless it alone
// exceeds the budget. The header of a table that is cut goes with each part.
package chunk

import (
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// Budget is the length of a passage at most, in bytes: some 300 tokens of
// English, 350 of Korean.
const Budget = 1200

// longestHeader is how much of a table's header goes with its parts, in bytes: whole
// cells, so that a wide table does not drown the headings.
const longestHeader = Budget / 4

// Split returns the passages of a text in order. Together they hold all of it
// but space. Document is left empty.
func Split(t index.Text) []index.Chunk {
	s := splitter{text: t}
	var paragraph []index.Span
	end := 0 // of the sentence before
	for _, sentence := range Sentences(t.Body) {
		section, page := s.next(sentence)
		if section || page || strings.Count(t.Body[end:sentence.Start], "\n") > 1 {
			s.add(paragraph)
			paragraph = paragraph[:0]
		}
		if page || section && !s.bare {
			s.flush()
		}
		if section || page {
			s.enter(sentence)
		}
		s.bare = section
		paragraph = append(paragraph, sentence)
		end = sentence.End
	}
	s.add(paragraph)
	s.flush()
	return s.chunks
}

// splitter gathers paragraphs into passages.
type splitter struct {
	text     index.Text
	chunks   []index.Chunk
	open     index.Span      // the passage under construction
	table    Table           // that the last sentence is of
	over     string          // the header of the table that it begins inside, if that is left behind
	path     []index.Heading // from the top heading down
	bare     bool            // nothing but headings so far
	headings int             // that were entered
	pages    int             // that were entered
}

// next reports whether a section or a page begins by the end of the sentence.
func (s *splitter) next(sentence index.Span) (section, page bool) {
	h, p := s.text.Headings, s.text.Pages
	section = s.headings < len(h) && h[s.headings].Start < sentence.End
	page = s.pages < len(p) && p[s.pages].Start <= sentence.Start
	return section, page
}

// enter goes to the section and page of the sentence.
func (s *splitter) enter(sentence index.Span) {
	for h := s.text.Headings; s.headings < len(h) && h[s.headings].Start < sentence.End; s.headings++ {
		for len(s.path) > 0 && s.path[len(s.path)-1].Level >= h[s.headings].Level {
			s.path = s.path[:len(s.path)-1]
		}
		s.path = append(s.path, h[s.headings])
	}
	for p := s.text.Pages; s.pages < len(p) && p[s.pages].Start <= sentence.Start; {
		s.pages++
	}
}

// add puts a paragraph into the open passage, or into passages of its own of
// about the same length where it does not fit.
func (s *splitter) add(sentences []index.Span) {
	if len(sentences) == 0 {
		return
	}
	start, end := sentences[0].Start, sentences[len(sentences)-1].End
	if s.open.Len() > 0 && end-s.open.Start <= Budget {
		s.open.End = end
		return
	}
	if s.open.Len() > Budget/2 || end-start <= Budget {
		s.flush()
	}
	if s.open.Len() == 0 {
		s.open = index.Span{Start: start, End: start}
	}
	total := end - s.open.Start
	share := total / ((total + Budget - 1) / Budget)
	for i, sentence := range sentences {
		s.table.Next(s.text.Body, sentence)
		for ; sentence.Len() > Budget; sentence.Start = s.open.End {
			s.flush()
			s.open = index.Span{Start: sentence.Start, End: breakAt(s.text.Body, sentence.Start)}
			s.over = s.table.columns(s.text.Body)
		}
		length := sentence.End - s.open.Start
		if length > Budget || i > 0 && length > share && s.open.Len() > share/2 && length-share > share-s.open.Len() {
			s.flush()
		}
		if s.open.Len() == 0 {
			s.open.Start, s.over = sentence.Start, s.table.columns(s.text.Body)
		}
		s.open.End = sentence.End
	}
}

// flush ends the open passage.
func (s *splitter) flush() {
	span := trim(s.text.Body, s.open.Start, s.open.End)
	over := s.over
	s.open, s.over = index.Span{}, ""
	if span.Len() == 0 {
		return
	}
	c := index.Chunk{Ordinal: len(s.chunks), Span: span}
	for _, h := range s.path {
		c.Headings = append(c.Headings, h.Title)
	}
	if over != "" {
		c.Headings = append(c.Headings, over)
	}
	if s.pages > 0 {
		if p := s.text.Pages[s.pages-1]; span.Start < p.End {
			c.Page = p.Label
		}
	}
	s.chunks = append(s.chunks, c)
}

// breakAt returns where to cut a sentence that exceeds the budget: at a space
// of its last part, or between runes.
func breakAt(body string, start int) int {
	end := start + Budget
	if i := strings.LastIndexAny(body[start+Budget*3/4:end], " \t\n,;"); i >= 0 {
		return start + Budget*3/4 + i + 1
	}
	for i := end; i > start; i-- {
		if utf8.RuneStart(body[i]) {
			return i
		}
	}
	return end
}
