package segment

// Fetch reads n bytes of a stored file from off on.
type Fetch func(off, n int64) ([]byte, error)

// pages is a section that is read by ranges and checked by pages.
type pages struct {
	segment *Segment
	section int
	offset  int64 // of the section in the file
	size    int
	sums    []byte
	whole   []byte         // all of it, once resident
	kept    map[int][]byte // pages, where it is not
	recent  []int          // those kept, oldest first
	most    int            // that are kept
	ahead   int            // that are fetched at once
}

// farKept is how many pages of a section are kept of a file that is read by ranges
// only: 4 MiB.
const farKept = 256

// near sets the section up for a file that is close: texts are read in larger
// pieces, and three quarters of them are kept.
func (p *pages) near() { p.most, p.ahead = max(farKept, pageCount(p.size)*3/4), 16 }

// load makes the section resident.
func (p *pages) load() error {
	if p.whole != nil || p.size == 0 {
		return nil
	}
	b, err := p.fetch(0, p.size)
	if err == nil {
		p.whole, p.kept, p.recent = b, nil, nil
	}
	return err
}

// fetch reads and checks a range that begins with a page, and ends with one or
// with the section.
func (p *pages) fetch(from, to int) ([]byte, error) {
	b, err := p.segment.fetch(p.offset+int64(from), int64(to-from))
	if err != nil {
		return nil, err
	}
	for at := 0; at < len(b); at += pageSize {
		page := (from + at) / pageSize
		if Checksum(b[at:min(at+pageSize, len(b))]) != le.Uint32(p.sums[4*page:]) {
			return nil, corrupt(p.segment.Name, p.section, "the checksum of page %d does not hold", page)
		}
	}
	return b, nil
}

// read returns n bytes from at on, which must lie within the section. They must
// not be written to.
func (p *pages) read(at, n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	if p.whole != nil {
		return p.whole[at : at+n : at+n], nil
	}
	first, last := at/pageSize, (at+n-1)/pageSize
	from := first * pageSize
	if last-first >= farKept/2 { // too long to keep
		b, err := p.fetch(from, min((last+1)*pageSize, p.size))
		if err != nil {
			return nil, err
		}
		return b[at-from : at-from+n : at-from+n], nil
	}
	var b []byte
	for i := first; i <= last; i++ {
		page, ok := p.kept[i]
		if !ok {
			start, end := i-i%p.ahead, i+1
			for end <= last && p.kept[end] == nil {
				end++
			}
			end += (p.ahead - end%p.ahead) % p.ahead
			run, err := p.fetch(start*pageSize, min(end*pageSize, p.size))
			if err != nil {
				return nil, err
			}
			p.keep(start, run)
			page = run[(i-start)*pageSize:]
			page = page[:min(pageSize, len(page))]
		}
		if first == last {
			return page[at-from : at-from+n : at-from+n], nil
		}
		b = append(b, page[max(0, at-i*pageSize):min(len(page), at+n-i*pageSize)]...)
	}
	return b, nil
}

// keep keeps pages from the first on. Another reader may have brought some
// meanwhile.
func (p *pages) keep(first int, run []byte) {
	if p.kept == nil {
		p.kept = map[int][]byte{}
	}
	for i := first; len(run) > 0; i++ {
		n := min(pageSize, len(run))
		if p.kept[i] == nil {
			if len(p.recent) == p.most {
				delete(p.kept, p.recent[0])
				p.recent = append(p.recent[:0], p.recent[1:]...)
			}
			p.recent = append(p.recent, i)
			p.kept[i] = run[:n:n]
		}
		run = run[n:]
	}
}
