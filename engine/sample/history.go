package sample

// history is the end of a text, as far back as penalties look.
type history struct {
	last   int // tokens kept; negative keeps all
	tokens []int32
	at     int // the oldest, once tokens is full
	count  map[int32]int
}

func (h *history) len() int { return len(h.tokens) }

func (h *history) add(id int32) {
	if h.last == 0 {
		return
	}
	if h.count == nil {
		h.count = map[int32]int{}
	}
	h.count[id]++
	if h.last < 0 || len(h.tokens) < h.last {
		h.tokens = append(h.tokens, id)
		return
	}
	old := h.tokens[h.at]
	if h.count[old]--; h.count[old] == 0 {
		delete(h.count, old)
	}
	h.tokens[h.at] = id
	h.at = (h.at + 1) % h.last
}

// penalize divides positive and multiplies negative logits of the tokens in the
// history, each once (Keskar et al., CTRL, 2019). c is in the order of tokens.
func (h *history) penalize(c []candidate, penalty float32) {
	for id := range h.count {
		if id < 0 || int(id) >= len(c) {
			continue
		}
		if x := &c[id]; x.logit > 0 {
			x.logit /= penalty
		} else {
			x.logit *= penalty
		}
	}
}
