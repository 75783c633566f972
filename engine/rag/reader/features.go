package reader

import (
	"math"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/rag/fact"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/chunk"
)

// Features of a sentence beside a question, by Names; all lie near 0 to 1.
type Features [len(Names)]float64

// Names of the features, in order.
var Names = [...]string{
	"covered", // share of the question's weight in the sentence
	"near",    // and in twelve words of it
	"pairs",   // share of the question's neighbouring words that are neighbours
	"rarest",  // the question's heaviest word
	"before",  // what the sentence before adds to covered
	"after",   // and the one after
	"earlier", // and all before it
	"heading", // and the headings
	"passage", // share of the question's weight in the whole passage
	"local",   // as covered, but weighed by how few sentences of the passage have a word
	"noun",    // the noun that is asked for stands beside a word that the question does not have
	"shows",   // a word that answers of the kind show
	"when",    // a date that the question does not have, where it asks for one
	"amount",  // and a number
	"name",    // and a name
	"unit",    // a number in a unit that is asked for
	"close",   // how near that is to the question's words
	"facts",   // facts of the question that the sentence has
	"missing", // facts of the question that the passage and its headings lack
	"fresh",   // words that the question does not have
	"length",  // of the sentence
	"first",   // it begins its passage
	"short",   // it is a few words
	"title",   // it is a heading
	"asks",    // it is a question itself
	"after2",  // the square of after: a lot tells more than its share
	"early2",  // and of earlier: less
	"rank",    // of its passage, beside the best
	"head",    // the best score of a reading head for an answer in it; 0 if it found none
}

const (
	covered = iota
	near
	pairs
	rarest
	before
	after
	earlier
	heading
	passage
	local
	noun
	shows
	when
	amount
	name
	unit
	close
	facts
	missing
	fresh
	length
	first
	short
	title
	asks
	after2
	early2
	rank
	head
)

// ofKind is the feature of each kind of fact.
var ofKind = map[fact.Kind]int{fact.Date: when, fact.Number: amount, fact.Name: name}

// Candidate is a sentence that might answer.
type Candidate struct {
	Hit      index.Hit
	Span     index.Span // of the document's text
	Text     string
	Score    float64
	Features Features
	Focus    *index.Span // of the document's text: what answers by itself; nil if nothing stands out, or nobody looked yet
	Covered  []bool      // which of the question's terms it has
	mark     float64     // what a person's marks say, -1 to 1
	passage  int         // which of those that are read
	looked   sentence
	whole    *sentence // which of the question's terms and words its passage has, headings included
	columns  string    // their names, if it is a row of a table
}

// candidates are the sentences of the passage at a place among those that are read,
// without scores; top is the score of the best passage.
func (q *Question) candidates(h index.Hit, place int, top float64) []Candidate {
	var list []Candidate
	path := strings.Join(append([]string{h.Title}, h.Headings...), "\n")
	whole := q.look(path)
	headings := whole
	whole.has, whole.soft = slices.Clone(whole.has), slices.Clone(whole.soft)
	there := fact.Find(h.Text)
	var lacks, headers []int // by sentence: facts of the question; the header of its table or the label of its line, or -1
	var rows chunk.Table
	table, label, end := -1, -1, 0
	for _, s := range chunk.Sentences(h.Text) {
		text := h.Text[s.Start:s.End]
		if end == 0 || strings.Contains(h.Text[end:s.Start], "\n") {
			label = -1
			if isLabel(text, h.Text[s.End:]) {
				label = len(list)
			}
		}
		end = s.End
		rule := rows.Next(h.Text, s)
		if rows.Header.Len() == 0 {
			table = -1
		} else if table < 0 {
			for table = len(list) - 1; list[table].Span.Start > h.Start+rows.Header.Start; table-- {
				list[table].Features[title] = 1
			}
			list[table].Features[title] = 1
		}
		if rule {
			continue
		}
		header := table
		if label >= 0 && label < len(list) {
			header = label
			list[label].Features[title] = 1
		}
		headers = append(headers, header)
		looked := q.look(text)
		said := within(there, s)
		lacks = append(lacks, q.lacking(said, text))
		looked.facts = q.answering(said)
		columns := ""
		if table >= 0 {
			columns = h.Text[rows.Header.Start:rows.Header.End]
		} else if n := len(h.Headings); n > 0 && strings.Contains(text, " | ") && strings.Contains(h.Headings[n-1], " | ") {
			columns = h.Headings[n-1] // of a table whose header is no row of the passage
		}
		list = append(list, Candidate{Hit: h, passage: place, Text: text, Covered: looked.has, looked: looked, columns: columns,
			Span: index.Span{Start: h.Start + s.Start, End: h.Start + s.End}})
		join(whole.has, looked.has)
		join(whole.soft, looked.soft)
	}
	lacking := q.lacking(append(fact.Find(path), there...), path+"\n"+h.Text)
	inAll := q.share(whole.has, whole.soft)
	shares := q.local(list)
	carried := sentence{has: make([]bool, len(q.terms)), soft: make([]bool, len(q.words))}
	row := q.Kind.row()
	for i := range list {
		c := &list[i]
		c.whole = &whole
		s := c.looked
		f := &c.Features
		f[covered], f[near], f[pairs], f[rarest] = q.share(s.has, s.soft), q.near(s), q.pairs(s), q.rarest(s.has)
		gain := func(other sentence) float64 {
			has, soft := slices.Clone(s.has), slices.Clone(s.soft)
			join(has, other.has)
			join(soft, other.soft)
			return q.share(has, soft) - f[covered]
		}
		if i > 0 {
			if prior := list[i-1]; prior.Features[title] == 0 { // what is over it counts as that
				f[before] = gain(prior.looked)
				join(carried.has, prior.looked.has)
				join(carried.soft, prior.looked.soft)
			}
			f[earlier] = gain(carried)
		} else {
			f[first] = 1
		}
		if i+1 < len(list) {
			f[after] = gain(list[i+1].looked)
		}
		over := headings
		if headers[i] >= 0 {
			over.has, over.soft = slices.Clone(headings.has), slices.Clone(headings.soft)
			join(over.has, list[headers[i]].looked.has)
			join(over.soft, list[headers[i]].looked.soft)
		}
		f[after2], f[early2] = float64(f[after]*f[after]), float64(f[earlier]*f[earlier])
		f[heading], f[passage] = gain(over), inAll
		f[local] = shares[i]
		if q.heads(s) {
			f[noun] = 1
		}
		if q.units != nil && q.measured(s) {
			f[unit] = 1
		}
		if row != nil {
			if anyIn(row.shows, strings.ToLower(c.Text)) != "" {
				f[shows] = 1
			}
			for _, t := range s.facts {
				if slices.Contains(row.facts, t.Kind) {
					f[ofKind[t.Kind]] = 1
					f[close] = max(f[close], s.closest(t.Span))
				}
			}
		}
		if len(q.facts) > 0 {
			f[facts] = 1 - float64(lacks[i])/float64(len(q.facts))
			f[missing] = float64(lacking) / float64(len(q.facts))
		}
		new := 0
		for _, w := range s.at {
			if w < 0 {
				new++
			}
		}
		f[fresh], f[length] = math.Min(1, float64(new)/10), math.Min(1, float64(len(s.at))/40)
		if len(s.at) < 4 {
			f[short] = 1
		}
		if strings.HasPrefix(c.Text, "#") || slices.Contains(h.Headings, c.Text) || c.Span.Start == 0 && isTitle(c.looked, h.Text) {
			f[title] = 1
		}
		if strings.HasSuffix(c.Text, "?") {
			f[asks] = 1
		}
		if top > 0 {
			f[rank] = h.Score / top
		}
	}
	return list
}

// isTitle reports whether the sentence that begins a document is a line by itself that
// does not end as a sentence does.
func isTitle(s sentence, text string) bool {
	rest, ok := strings.CutPrefix(text, s.text)
	return ok && strings.HasPrefix(rest, "\n") && !strings.ContainsAny(s.text[len(s.text)-1:], ".!?|") && !s.verb()
}

// longestLabel is how many words the label of a line may have: Summer concert. It will
// take place on 27 June.
const longestLabel = 3

// isLabel reports whether a sentence that begins a line is the label of what follows.
func isLabel(text, rest string) bool {
	return strings.HasSuffix(text, ".") && len(strings.Fields(text)) <= longestLabel && strings.HasPrefix(rest, " ") &&
		!strings.ContainsAny(text, "0123456789|") && verbStem(strings.TrimRight(text[strings.LastIndexByte(text, ' ')+1:], ".")) == ""
}

// lacking counts the question's facts that a text with some facts does not have.
func (q *Question) lacking(there []fact.Fact, text string) (n int) {
	if len(q.facts) == 0 {
		return 0
	}
	lower := strings.ToLower(text)
	for _, f := range q.facts {
		if !slices.ContainsFunc(there, func(g fact.Fact) bool { return f.Kind == g.Kind && f.Same(g) }) && !strings.Contains(lower, strings.ToLower(q.Text[f.Start:f.End])) {
			n++
		}
	}
	return n
}

func join(a, b []bool) {
	for i := range a {
		a[i] = a[i] || b[i]
	}
}

// Named are the features that are not 0, by their names.
func (c Candidate) Named() map[string]float64 {
	m := map[string]float64{}
	for i, v := range c.Features {
		if v != 0 {
			m[Names[i]] = round(v)
		}
	}
	if c.mark != 0 {
		m["mark"] = c.mark
	}
	return m
}

// Passage is the share of the question's weight that the candidate's passage has.
func (c Candidate) Passage() float64 { return c.Features[passage] }

// plainWords are the sentence's words apart from its facts.
func (c Candidate) plainWords() map[string]bool {
	words := map[string]bool{}
	s := c.looked
	facts := fact.Find(s.text)
next:
	for i, start := range s.start {
		for _, f := range facts {
			if start >= f.Start && start < f.End {
				continue next
			}
		}
		words[strings.ToLower(s.text[start:s.end(i)])] = true
	}
	return words
}
