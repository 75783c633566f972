package segment

// Fetch reads n bytes of a stored file from off on.
type Fetch func(off, n int64) ([]byte, error)

// Cache keeps the pages that segments share room for: the latest read.
type Cache struct {
	room   int // bytes
	used   int
	recent []cached // oldest first
}

// cached is a page that is kept.
type cached struct {
	of   *pages
	page int
}

// NewCache returns an empty cache with room for so many bytes.
func NewCache(room int) *Cache { return &Cache{room: room} }

// pages is a section that is read by ranges. Each page is held to its checksum
// before it is used for the first time.
type pages struct {
	segment *Segment
	section int
	offset  int64 // of the section in the file
	size    int
	sums    []byte
	good    []bool         // pages in memory whose checksum holds
	whole   *slabs         // all of it, once resident
	kept    map[int][]byte // pages, where it is not
}

// load makes the section resident.
func (p *pages) load() error {
	if p.whole != nil || p.size == 0 {
		return nil
	}
	whole := &slabs{}
	const most = 4 * piece
	for at := 0; at < p.size; at += most {
		b, err := p.fetch(at, min(at+most, p.size))
		if err != nil {
			return err
		}
		whole.append(b)
	}
	whole.exact()
	p.whole = whole
	clear(p.good)
	return nil
}

func (p *pages) fetch(from, to int) ([]byte, error) {
	return p.segment.fetch(p.offset+int64(from), int64(to-from))
}

// check holds a page to its checksum.
func (p *pages) check(i int, b []byte) error {
	if Checksum(b) != le.Uint32(p.sums[4*i:]) {
		return corrupt(p.segment.Name, p.section, "the checksum of page %d does not hold", i)
	}
	return nil
}

// checkOnce checks a page in memory the first time.
func (p *pages) checkOnce(i int, b []byte) error {
	if p.good[i] {
		return nil
	}
	err := p.check(i, b)
	p.good[i] = err == nil
	return err
}

// read returns n bytes from at on, which must lie within the section. They must
// not be written to.
func (p *pages) read(at, n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	first, last := at/pageSize, (at+n-1)/pageSize
	from := first * pageSize
	if p.whole != nil {
		for i := first; i <= last; i++ {
			if err := p.checkOnce(i, p.whole.read(i*pageSize, min(pageSize, p.size-i*pageSize))); err != nil {
				return nil, err
			}
		}
		return p.whole.read(at, n), nil
	}
	if (last-first)*pageSize >= p.segment.cache.room/8 { // too long to keep
		return p.pass(at, n)
	}
	var b []byte
	for i := first; i <= last; i++ {
		page, err := p.page(i, last)
		if err == nil {
			err = p.checkOnce(i, page)
		}
		if err != nil {
			return nil, err
		}
		if first == last {
			return page[at-from : at-from+n : at-from+n], nil
		}
		b = append(b, page[max(0, at-i*pageSize):min(len(page), at+n-i*pageSize)]...)
	}
	return b, nil
}

// pass reads as read does, and keeps nothing.
func (p *pages) pass(at, n int) ([]byte, error) {
	first, last := at/pageSize, (at+n-1)/pageSize
	from := first * pageSize
	b, err := p.fetch(from, min((last+1)*pageSize, p.size))
	for i := first; err == nil && i <= last; i++ {
		err = p.check(i, b[(i-first)*pageSize:min((i-first+1)*pageSize, len(b))])
	}
	if err != nil {
		return nil, err
	}
	return b[at-from : at-from+n : at-from+n], nil
}

// page returns a page, unchecked. Where it has to be fetched, so are those up to
// the last that are missing too.
func (p *pages) page(i, last int) ([]byte, error) {
	if b, ok := p.kept[i]; ok {
		return b, nil
	}
	end := i + 1
	for end <= last && p.kept[end] == nil {
		end++
	}
	run, err := p.fetch(i*pageSize, min(end*pageSize, p.size))
	if err != nil {
		return nil, err
	}
	p.keep(i, run)
	return run[:min(pageSize, len(run))], nil
}

// keep keeps pages from the first on. Another reader may have brought some
// meanwhile.
func (p *pages) keep(first int, run []byte) {
	if p.kept == nil {
		p.kept = map[int][]byte{}
	}
	c := p.segment.cache
	for i := first; len(run) > 0; i++ {
		n := min(pageSize, len(run))
		if p.kept[i] == nil {
			p.kept[i] = run[:n:n]
			p.good[i] = false
			c.recent = append(c.recent, cached{p, i})
			c.used += n
		}
		run = run[n:]
	}
	for c.used > c.room {
		old := c.recent[0]
		c.recent = c.recent[1:]
		c.used -= len(old.of.kept[old.page])
		delete(old.of.kept, old.page)
	}
}
