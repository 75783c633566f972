package llm

import (
	"math"
	"slices"
	"sort"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine"
)

var (
	_ engine.Reader   = (*Model)(nil)
	_ engine.Verifier = (*Model)(nil)
)

// Reads reports whether the file has a head that reads.
func (m *Model) Reads() bool { return m.heads.Reader != nil }

// Verifies reports whether the file has a head that verifies.
func (m *Model) Verifies() bool { return m.heads.Verifier != nil }

// Read implements engine.Reader: the best span of each passage, best first. Score
// is the log of how much likelier it is than that the passage has no answer. Of a
// passage longer than the context the beginning is read. Without a reading head
// there is no answer.
func (m *Model) Read(question string, passages []string) ([]engine.Answer, error) {
	if !m.Reads() {
		return nil, nil
	}
	asked, err := m.states(m.tokens.EncodeText(question))
	if err != nil {
		return nil, err
	}
	asked = slices.Clone(asked)
	var answers []engine.Answer
	for i, passage := range passages {
		ids, starts, ends := m.located(passage)
		if len(ids) == 0 {
			continue
		}
		states, err := m.states(ids)
		if err != nil {
			return nil, err
		}
		s := m.heads.Reader.Read(asked, states)
		if s.From == s.To {
			continue
		}
		answers = append(answers, engine.Answer{Passage: i, Start: starts[s.From], End: ends[s.To-1], Score: float64(s.Score)})
	}
	sort.SliceStable(answers, func(i, j int) bool { return answers[i].Score > answers[j].Score })
	return answers, nil
}

// Verify implements engine.Verifier. Without a head that verifies nothing is
// known, and all three are alike.
func (m *Model) Verify(evidence, claim string) (engine.Entailment, error) {
	if !m.Verifies() {
		return engine.Entailment{Supported: 1. / 3, Contradicted: 1. / 3, Neither: 1. / 3}, nil
	}
	claimed, err := m.states(m.tokens.EncodeText(claim))
	if err != nil {
		return engine.Entailment{}, err
	}
	claimed = slices.Clone(claimed)
	known, err := m.states(m.tokens.EncodeText(evidence))
	if err != nil {
		return engine.Entailment{}, err
	}
	p := m.heads.Verifier.Verify(known, claimed)
	return engine.Entailment{Supported: float64(p[0]), Contradicted: float64(p[1]), Neither: float64(p[2])}, nil
}

// states are those of a text's tokens, without those at its ends: (tokens, Dim),
// valid until the next call.
func (m *Model) states(ids []int32) ([]float32, error) {
	ids = ids[:max(0, min(len(ids), m.context-2))]
	x, err := m.States(slices.Concat([]int32{m.tokens.BOS}, ids, []int32{m.tokens.EOS}))
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return x, nil // the ends stand for an empty text
	}
	dim := m.Model.Dim
	return x[dim : (1+len(ids))*dim], nil
}

// located is EncodeText for vocabularies of WordPiece, with the bytes that each
// token stands for. A stretch whose tokens do not spell it, such as one that is
// unknown, is told as a whole.
func (m *Model) located(text string) (ids []int32, starts, ends []int) {
	for from, to := range stretches(text) {
		tokens := m.tokens.EncodeText(text[from:to])
		if len(ids)+len(tokens) > m.context-2 {
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
