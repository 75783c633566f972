package segment

// slabs is bytes in a row, in slices of one length. Memory that a merge lets go of
// serves the next, whatever the sizes of segments; WebAssembly gives none back.
type slabs struct {
	list [][]byte // all but the last are of slab bytes
	size int
}

// slab is a multiple of pageSize.
const slab = 4 * pageSize

func (s *slabs) append(b []byte) {
	s.size += len(b)
	for len(b) > 0 {
		last := len(s.list) - 1
		if last < 0 || len(s.list[last]) == slab {
			room := 0
			if last >= 0 {
				room = slab
			}
			s.list = append(s.list, make([]byte, 0, room))
			last++
		}
		n := min(len(b), slab-len(s.list[last]))
		s.list[last] = append(s.list[last], b[:n]...)
		b = b[n:]
	}
}

// exact lets go of room to grow.
func (s *slabs) exact() {
	if last := len(s.list) - 1; last >= 0 && cap(s.list[last])-len(s.list[last]) > len(s.list[last])/16 {
		s.list[last] = append(make([]byte, 0, len(s.list[last])), s.list[last]...)
	}
}

// read returns n bytes from at on, a copy where they lie in two slabs.
func (s *slabs) read(at, n int) []byte {
	i, from := at/slab, at%slab
	if from+n <= slab {
		return s.list[i][from : from+n : from+n]
	}
	b := make([]byte, 0, n)
	for ; len(b) < n; i, from = i+1, 0 {
		b = append(b, s.list[i][from:min(slab, from+n-len(b))]...)
	}
	return b
}
