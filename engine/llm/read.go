package llm

import (
	"math"
	"sort"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/head"
)

var (
	_ engine.Reader   = (*Model)(nil)
	_ engine.Verifier = (*Model)(nil)
)

// Reads reports whether the file has a head that reads.
func (m *Model) Reads() bool { return m.heads.Reads() }

// Verifies reports whether the file has a head that verifies.
func (m *Model) Verifies() bool { return m.heads.Verifies() }

// readQuestion and readTotal are how many tokens of a question, and of all
// passages together, are read for one answer: they bound what a question costs.
const readQuestion, readTotal = 64, 256

// Read implements engine.Reader: what may answer in each passage, best first. Score
// is the log of how much likelier it is than that the passage has no answer.
// Passages are read in their order, until readTotal tokens are. Without a reading
// head there is no answer.
func (m *Model) Read(question string, passages []string) ([]engine.Answer, error) {
	if !m.Reads() {
		return nil, nil
	}
	asked := m.tokens.EncodeText(question)
	asked = asked[:min(len(asked), readQuestion)]
	left := readTotal
	var answers []engine.Answer
	for i, passage := range passages {
		ids, starts, ends := m.located(passage, left)
		if len(ids) == 0 {
			continue
		}
		left -= len(ids)
		pair := m.pair(asked, ids)
		spans, err := m.heads.Spans(pair)
		if err != nil {
			return nil, err
		}
		for _, s := range spans {
			answers = append(answers, engine.Answer{Passage: i, Start: starts[s.From-pair.From], End: ends[s.To-1-pair.From], Score: float64(s.Score)})
		}
	}
	sort.SliceStable(answers, func(i, j int) bool { return answers[i].Score > answers[j].Score })
	return answers, nil
}

// Verify implements engine.Verifier. Without a head that verifies nothing is
// known, and all three are alike. Of a text that is too long the beginning is
// read.
func (m *Model) Verify(evidence, claim string) (engine.Entailment, error) {
	if !m.Verifies() {
		return engine.Entailment{Supported: 1. / 3, Contradicted: 1. / 3, Neither: 1. / 3}, nil
	}
	p, err := m.heads.Verify(m.whole(evidence), m.whole(claim))
	if err != nil {
		return engine.Entailment{}, err
	}
	return engine.Entailment{Supported: float64(p[0]), Contradicted: float64(p[1]), Neither: float64(p[2])}, nil
}

// pair joins two texts as the heads see them, the first token of which belongs to
// neither; what the context cannot hold of the second is left out.
func (m *Model) pair(first, second []int32) head.Pair {
	var tokens []int32
	if !m.tokens.AddBOS {
		tokens = append(tokens, m.tokens.BOS)
	}
	from := len(tokens) + len(m.tokens.Pair(first, nil, math.MaxInt)) - 1 // without the end
	tokens = append(tokens, m.tokens.Pair(first, second, m.heads.Context()-len(tokens))...)
	return head.Pair{Tokens: tokens, From: from, To: len(tokens) - 1}
}

// located is EncodeText for vocabularies whose tokens lie within words, with the
// bytes that each token stands for. A stretch whose tokens do not spell it, such as
// one that is unknown, is told as a whole. It ends before a word that would make it
// more tokens than most.
func (m *Model) located(text string, most int) (ids []int32, starts, ends []int) {
	for from, to := range stretches(text) {
		tokens := m.tokens.EncodeText(text[from:to])
		if len(ids)+len(tokens) > most {
			break
		}
		size := 0
		for _, id := range tokens {
			size += m.letters(id)
		}
		spelled := size == utf8.RuneCountInString(text[from:to])
		at := from
		for _, id := range tokens {
			start, end := from, to
			if spelled {
				start = at
				for range m.letters(id) {
					_, n := utf8.DecodeRuneInString(text[at:])
					at += n
				}
				end = at
			}
			ids, starts, ends = append(ids, id), append(starts, start), append(ends, end)
		}
	}
	return ids, starts, ends
}

// letters is how many characters a token has.
func (m *Model) letters(id int32) int {
	if id == m.tokens.UNK {
		return math.MinInt32
	}
	piece := m.tokens.Piece(id)
	if len(piece) > 0 && piece[0] == ' ' {
		piece = piece[1:]
	}
	return utf8.RuneCount(piece)
}

// stretches yields the bytes between spaces.
func stretches(text string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		from := -1
		for i, r := range text {
			switch space := unicode.IsSpace(r); {
			case space && from >= 0:
				if !yield(from, i) {
					return
				}
				from = -1
			case !space && from < 0:
				from = i
			}
		}
		if from >= 0 {
			yield(from, len(text))
		}
	}
}
