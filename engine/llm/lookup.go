package llm

import "slices"

// ahead evaluates a text as it is written, and some tokens before they are: those
// that followed the same words earlier, in the prompt or in the text (prompt
// lookup decoding, https://github.com/apoorvumang/prompt-lookup-decoding). A
// batch costs less than its tokens one by one, and what was not foreseen is
// forgotten. The logits are the same to the last bit, and so is the text.
type ahead struct {
	m    *Model
	text []int32 // prompt and what was written, all in the cache
	// Of tokens that the cache holds beyond the text: what they are, and the
	// logits before each and after the last.
	drafted []int32
	rows    []float32

	length   int // how far to look ahead: more after hits, less after misses
	hits     int // tokens of the last draft that came true
	misses   int // drafts in a row that brought nothing
	patience int // tokens to write before the next draft
}

const (
	// match is how many tokens must have stood before for a draft: fewer foresee
	// little.
	match = 3
	// furthest is how far ahead a draft may go. With the token before it, it fills
	// groups of four, which kernels take at once.
	furthest = 7
)

func (m *Model) ahead(prompt []int32) *ahead {
	return &ahead{m: m, text: slices.Clone(prompt), length: 3}
}

// after takes in a token and returns the logits that follow it. left is how many
// tokens may be written still; negative: as many as fit.
func (a *ahead) after(id int32, left int) ([]float32, error) {
	m := a.m
	a.text = append(a.text, id)
	if len(a.drafted) > 0 && a.drafted[0] == id {
		a.hits++
		a.drafted, a.rows = a.drafted[1:], a.rows[m.Vocabulary:]
		if len(a.drafted) == 0 {
			a.length, a.misses = min(2*a.length+1, furthest), 0
		}
		return a.rows[:m.Vocabulary], nil
	}
	if len(a.drafted) > 0 {
		a.learn()
	}
	m.cache.Truncate(len(a.text) - 1)
	n := min(a.length, m.context-len(a.text))
	if left >= 0 {
		n = min(n, left-1)
	}
	a.drafted, a.hits = a.draft(n), 0
	var err error
	if a.rows, err = m.Forward(m.cache, append([]int32{id}, a.drafted...), len(a.drafted) > 0); err != nil {
		return nil, err
	}
	return a.rows[:m.Vocabulary], nil
}

// learn draws the lesson of a draft that went wrong: what brought nothing is
// tried ever more rarely.
func (a *ahead) learn() {
	a.length = max(1, a.hits)
	if a.hits > 0 {
		a.misses = 0
		return
	}
	a.misses++
	a.patience = min(1<<a.misses, 64)
}

// draft returns up to n tokens that followed the last ones where these stood last
// before.
func (a *ahead) draft(n int) []int32 {
	if a.patience > 0 {
		a.patience--
		return nil
	}
	if n <= 0 || len(a.text) <= match || !a.m.drafting {
		return nil
	}
	last := a.text[len(a.text)-match:]
	for at := len(a.text) - match - 1; at >= 0; at-- {
		if a.text[at] == last[0] && slices.Equal(a.text[at:at+match], last) {
			from := at + match
			return slices.Clone(a.text[from:min(from+n, len(a.text))])
		}
	}
	return nil
}
