package grammar

// seen is a set of hashes that is emptied often: a map takes most of the time
// that tokens are tried in.
type seen struct {
	slots []slot // a power of two of them, half of them free
	n     int
	round uint32 // slots of other rounds are free
}

type slot struct {
	hash  uint64
	round uint32
}

func (s *seen) clear() {
	if s.round++; s.round == 0 || s.slots == nil {
		s.slots, s.round = make([]slot, 64), 1
	}
	s.n = 0
}

// add says whether the hash is new.
func (s *seen) add(hash uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		switch x := &s.slots[at]; {
		case x.round != s.round:
			*x = slot{hash, s.round}
			if s.n++; 2*s.n > len(s.slots) {
				s.grow()
			}
			return true
		case x.hash == hash:
			return false
		}
	}
}

func (s *seen) grow() {
	old, round := s.slots, s.round
	*s = seen{slots: make([]slot, 2*len(old)), round: 1}
	for _, x := range old {
		if x.round == round {
			s.add(x.hash)
		}
	}
}
