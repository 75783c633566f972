package collection

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/vector"
)

// Vectors lie beside the segments, in files that are named after segment, encoder
// and a number. They are made after the segment, some passages at a time, and can
// be made again: a damaged file is dropped.
const vectorPrefix = "vectors-"

// Owns reports whether a file of a store is a collection's: what else lies there may
// be private.
func Owns(name string) bool {
	for _, prefix := range []string{manifestPrefix, segmentPrefix, vectorPrefix} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// vectors are those of the present encoder.
type vectors struct {
	embedder  index.Embedder       // nil: search by words alone
	bySegment map[string]*embedded // by name
}

// embedded is what of a segment has vectors.
type embedded struct {
	files   []*vector.File
	have    []bool         // by chunk, those in pending too
	pending *vector.Writer // not yet in a file
	next    int            // number of the next file
}

// of returns the vectors of a segment.
func (v *vectors) of(p part) *embedded {
	e, ok := v.bySegment[p.Name]
	if !ok {
		e = v.none(p.Chunks())
		v.bySegment[p.Name] = e
	}
	return e
}

func (v *vectors) none(chunks int) *embedded {
	return &embedded{have: make([]bool, chunks), pending: vector.NewWriter(v.embedder.Encoder(), v.embedder.Dim())}
}

// take adds a file. It refuses one that names a chunk that others have too.
func (e *embedded) take(f *vector.File) error {
	for row := range f.Len() {
		if c := f.Chunk(row); c >= len(e.have) || e.have[c] {
			return fmt.Errorf("%w: %s: chunk %d", index.ErrCorrupt, f.Name, c)
		}
	}
	for row := range f.Len() {
		e.have[f.Chunk(row)] = true
	}
	e.files = append(e.files, f)
	return nil
}

// vectorName begins the names of a segment's vectors by an encoder.
func vectorName(segment, encoder string) string {
	h := fnv.New64a()
	h.Write([]byte(encoder))
	return fmt.Sprintf("%s%s-%016x-", vectorPrefix, strings.TrimPrefix(segment, segmentPrefix), h.Sum64())
}

// parseVectorName returns the segment whose vectors a file holds.
func parseVectorName(name string) (segment string, number int, ok bool) {
	rest, ok := strings.CutPrefix(name, vectorPrefix)
	f := strings.Split(rest, "-")
	if !ok || len(f) != 4 {
		return "", 0, false
	}
	number, err := strconv.Atoi(f[3])
	return segmentPrefix + f[0] + "-" + f[1], number, err == nil
}

// SetEmbedder chooses the encoder by which Search compares meanings, and takes in
// what is kept of its vectors. With nil Search goes by words alone.
func (c *Collection) SetEmbedder(e index.Embedder) error {
	c.vectors = vectors{embedder: e, bySegment: map[string]*embedded{}}
	if e == nil {
		return nil
	}
	if e.Dim() < 1 || e.Dim() > vector.MaxDim || e.Encoder() == "" {
		c.vectors.embedder = nil
		return fmt.Errorf("%w: an encoder %q of %d dimensions; there may be 1 to %d", index.ErrInput, e.Encoder(), e.Dim(), vector.MaxDim)
	}
	return c.loadVectors()
}

// loadVectors takes in the files of segments that have none yet.
func (c *Collection) loadVectors() error {
	files, err := c.store.List()
	if err != nil {
		return err
	}
	encoder := c.vectors.embedder.Encoder()
	loaded := map[string]*embedded{}
	for _, p := range c.parts {
		if _, ok := c.vectors.bySegment[p.Name]; !ok {
			loaded[p.Name] = c.vectors.of(p)
		}
	}
	// The last may hold all rows of those before, which a crash left behind.
	for i := len(files) - 1; i >= 0; i-- {
		f := files[i]
		segment, number, ok := parseVectorName(f.Name)
		e := loaded[segment]
		if !ok || e == nil || !strings.HasPrefix(f.Name, vectorName(segment, encoder)) {
			continue
		}
		e.next = max(e.next, number+1)
		b, err := c.store.Get(f.Name, 0, f.Size)
		if err != nil {
			return err
		}
		opened, err := vector.Open(f.Name, b)
		if err == nil && (opened.Encoder != encoder || opened.Dim != c.vectors.embedder.Dim()) {
			continue
		}
		if err == nil {
			err = e.take(opened)
		}
		if err != nil {
			_ = c.store.Delete(f.Name)
		}
	}
	for _, p := range c.parts {
		if e := loaded[p.Name]; e != nil && len(e.files) == 1 && e.missing(p.Dead) == 0 {
			c.settle(p.Name, e.files[0], files)
		}
	}
	return nil
}

// missing is how many chunks have no vector, less those that are dead, if any are.
func (e *embedded) missing(dead []bool) (n int) {
	for chunk, have := range e.have {
		if !have && (dead == nil || !dead[chunk]) {
			n++
		}
	}
	return n
}

// settle deletes, of a segment that has all its vectors in one file, what else is
// there: parts of it, and those of another encoder.
func (c *Collection) settle(segment string, whole *vector.File, files []index.FileInfo) {
	for _, old := range files {
		if of, _, ok := parseVectorName(old.Name); ok && of == segment && old.Name != whole.Name {
			_ = c.store.Delete(old.Name)
		}
	}
}

// Embedded is how many of the passages have a vector by the present encoder.
func (c *Collection) Embedded() (done, total int) {
	_, total = c.Size()
	if c.vectors.embedder == nil {
		return 0, total
	}
	done = total
	for _, p := range c.parts {
		done -= c.vectors.of(p).missing(p.Dead)
	}
	return done, total
}

// leastRows is how many vectors a file holds at least, unless it is the last: what
// a crash may lose. Files grow with what is there, so that there are few.
const leastRows = 256

// EmbedNext makes the vectors of at most n passages that have none, and says how
// far it came. Call it until all are done; what was made serves Search as it
// comes.
func (c *Collection) EmbedNext(n int) (done, total int, err error) {
	texts, err := c.Unembedded(n)
	if err != nil {
		return 0, 0, err
	}
	var made [][]float32
	if len(texts) > 0 {
		if made, err = c.vectors.embedder.Embed(texts); err != nil {
			return 0, 0, err
		}
	}
	return c.TakeVectors(made)
}

// Unembedded returns what the encoder is to read of the next passages that have no
// vector, n at most; none if all have one.
func (c *Collection) Unembedded(n int) ([]string, error) {
	if c.vectors.embedder == nil {
		return nil, fmt.Errorf("%w: no encoder is chosen", index.ErrInput)
	}
	p, chunks, _ := c.unembedded(n)
	texts := make([]string, len(chunks))
	for i, chunk := range chunks {
		var err error
		if texts[i], err = passage(p, chunk); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// TakeVectors keeps vectors of the passages that Unembedded returns, from the first
// on, wherever the same encoder made them, and says how far it came.
func (c *Collection) TakeVectors(made [][]float32) (done, total int, err error) {
	if len(made) > 0 {
		p, chunks, missing := c.unembedded(len(made))
		if len(chunks) < len(made) {
			return 0, 0, fmt.Errorf("%w: %d vectors for %d passages", index.ErrInput, len(made), len(chunks))
		}
		e := c.vectors.of(p)
		for i, v := range made {
			if err := e.pending.Add(chunks[i], v); err != nil {
				return 0, 0, err
			}
			e.have[chunks[i]] = true
		}
		if last := missing == len(made); last || e.pending.Len() >= max(leastRows, len(e.have)/8) {
			if err := c.keep(p.Name, e, last); err != nil {
				return 0, 0, err
			}
		}
	}
	done, total = c.Embedded()
	return done, total, nil
}

// unembedded are the first chunks without a vector, n at most, all of one segment,
// and how many that segment has.
func (c *Collection) unembedded(n int) (p part, chunks []int, missing int) {
	if c.vectors.embedder == nil {
		return p, nil, 0
	}
	for _, p := range c.parts {
		for chunk, have := range c.vectors.of(p).have {
			if have || p.Dead != nil && p.Dead[chunk] {
				continue
			}
			if missing++; len(chunks) < n {
				chunks = append(chunks, chunk)
			}
		}
		if missing > 0 {
			return p, chunks, missing
		}
	}
	return p, nil, 0
}

// passage is what an encoder reads of a chunk: where it stands, and its text.
func passage(p part, chunk int) (string, error) {
	at, document := p.Chunk(chunk)
	title, err := p.Title(document)
	if err != nil {
		return "", err
	}
	text, err := p.Passage(chunk)
	if err != nil {
		return "", err
	}
	path := at.Headings
	if len(path) == 0 || path[0] != title {
		path = append([]string{title}, path...)
	}
	return strings.Join(path, " > ") + "\n" + text, nil
}

// keep writes the pending vectors of a segment; at the last, all of them as one
// file.
func (c *Collection) keep(segment string, e *embedded, last bool) error {
	w := e.pending
	if last {
		for _, f := range e.files {
			for row := range f.Len() {
				w.Append(f, row, f.Chunk(row))
			}
		}
	}
	f, err := c.putVectors(segment, e.next, w)
	if err != nil {
		return err
	}
	e.next++
	e.pending = vector.NewWriter(f.Encoder, f.Dim)
	if !last {
		e.files = append(e.files, f)
		return nil
	}
	e.files = []*vector.File{f}
	files, err := c.store.List()
	c.settle(segment, f, files)
	return err
}

func (c *Collection) putVectors(segment string, number int, w *vector.Writer) (*vector.File, error) {
	name := fmt.Sprintf("%s%08d", vectorName(segment, c.vectors.embedder.Encoder()), number)
	b := w.Bytes()
	if err := c.store.Put(name, b); err != nil {
		return nil, err
	}
	return vector.Open(name, b)
}

// joinVectors makes the vectors of a segment from those of the parts that it
// joins. What was not embedded there, EmbedNext does later.
func (c *Collection) joinVectors(at []int, segment string) error {
	if c.vectors.embedder == nil {
		return nil
	}
	chunks := 0
	for _, i := range at {
		chunks += c.parts[i].Chunks()
	}
	e := c.vectors.none(chunks)
	first := 0
	for _, i := range at {
		p := c.parts[i]
		var moved []int
		moved, first = c.moved(i, first)
		for _, f := range c.vectors.of(p).all() {
			for row := range f.Len() {
				if chunk := moved[f.Chunk(row)]; chunk > 0 {
					e.pending.Append(f, row, chunk-1)
					e.have[chunk-1] = true
				}
			}
		}
	}
	e.have = e.have[:first]
	c.vectors.bySegment[segment] = e
	if e.pending.Len() == 0 {
		return nil
	}
	return c.keep(segment, e, false)
}

// moved tells where the chunks of a part go when it is rewritten behind others that
// have first: their new numbers plus one, 0 for those left behind. It returns how
// many there are then.
func (s *state) moved(part, first int) (moved []int, end int) {
	p := s.parts[part]
	moved = make([]int, p.Chunks())
	for d := range p.Documents() {
		from, end := p.Range(d)
		for chunk := from; chunk < end && s.live(part, d); chunk++ {
			first++
			moved[chunk] = first
		}
	}
	return moved, first
}

// all is the files, and what is pending.
func (e *embedded) all() []*vector.File {
	if e.pending.Len() == 0 {
		return e.files
	}
	f, err := vector.Open("pending", e.pending.Bytes())
	if err != nil {
		return e.files
	}
	return append(slices.Clip(e.files), f)
}

// clearVectors deletes the vectors of segments that are gone.
func (c *Collection) clearVectors(files []index.FileInfo) {
	for _, f := range files {
		segment, _, ok := parseVectorName(f.Name)
		there := slices.ContainsFunc(files, func(s index.FileInfo) bool { return s.Name == segment })
		if ok && !there {
			_ = c.store.Delete(f.Name)
		}
	}
}
