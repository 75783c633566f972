package sample

import "github.com/ondol-rag/ondol/engine"

// history is the text so far, and how often each token is in the end that
// penalties look back on.
type history struct {
	last   int // tokens that are counted; negative counts all
	tokens []int32
	count  map[int32]int
}

func newHistory(o engine.Options) history {
	return history{last: o.RepeatLastN, count: map[int32]int{}}
}

func (h *history) add(id int32) {
	h.tokens = append(h.tokens, id)
	if h.last == 0 {
		return
	}
	h.count[id]++
	if at := len(h.tokens) - 1 - h.last; h.last > 0 && at >= 0 {
		old := h.tokens[at]
		if h.count[old]--; h.count[old] == 0 {
			delete(h.count, old)
		}
	}
}

// penalize divides positive and multiplies negative logits of the tokens that
// are counted (Keskar et al., CTRL, 2019), and takes off what their frequency and
// their presence cost. c is in the order of tokens.
func (s *Sampler) penalize(c []candidate) {
	for id, n := range s.recent.count {
		if id < 0 || int(id) >= len(c) {
			continue
		}
		x := &c[id]
		if x.logit > 0 {
			x.logit /= s.o.RepeatPenalty
		} else {
			x.logit *= s.o.RepeatPenalty
		}
		x.logit -= float32(float32(n)*s.o.FrequencyPenalty) + s.o.PresencePenalty
	}
}

// penalizes says whether any penalty is on.
func penalizes(o engine.Options) bool {
	return o.RepeatLastN != 0 && (o.RepeatPenalty != 1 || o.FrequencyPenalty != 0 || o.PresencePenalty != 0)
}
