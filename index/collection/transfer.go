package collection

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/index/segment"
	"github.com/ondol-rag/ondol/index/vector"
)

// A collection as one file: the magic, its version, the length and the CRC-32C of
// the contents, u32 each, little-endian; the contents as JSON; then for each segment
// its file and those of its vectors, which name their encoder. What was removed is
// not in it. Version 1 had no vectors.
const (
	transferMagic   = "ONDOLLIB"
	transferVersion = 2
	transferHeader  = len(transferMagic) + 12
)

type contents struct {
	About
	Segments []content `json:"segments"`
}

type content struct {
	packed
	Vectors []packed `json:"vectors,omitempty"` // one file for each encoder
}

// packed is a file in the file.
type packed struct {
	Size int64  `json:"size"`
	Sum  uint32 `json:"sum"`
}

func (f packed) within(room int64) bool { return f.Size >= 0 && f.Size <= room }

func pack(b []byte) packed { return packed{int64(len(b)), segment.Checksum(b)} }

// transferPiece is how much is read or written at once.
const transferPiece = 4 << 20

// Export writes the collection as one file, piece by piece. All is read twice: the
// contents, which come first, tell the checksums.
func (c *Collection) Export(write func([]byte) error) error {
	s := c.state
	list := contents{About: s.manifest.About, Segments: []content{}}
	stored, err := c.store.List()
	if err != nil {
		return err
	}
	for i := range s.parts {
		var n content
		if err := c.exportSegment(s, i, func(p []byte) error {
			n.Size, n.Sum = n.Size+int64(len(p)), segment.Update(n.Sum, p)
			return nil
		}); err != nil {
			return err
		}
		files, err := c.exportVectors(s, i, stored)
		if err != nil {
			return err
		}
		for _, f := range files {
			n.Vectors = append(n.Vectors, pack(f))
		}
		list.Segments = append(list.Segments, n)
	}
	head, err := json.Marshal(list)
	if err != nil {
		return err
	}
	b := []byte(transferMagic)
	for _, v := range []uint32{transferVersion, uint32(len(head)), segment.Checksum(head)} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	if err := write(append(b, head...)); err != nil {
		return err
	}
	for i := range s.parts {
		if err := c.exportSegment(s, i, write); err != nil {
			return err
		}
		files, err := c.exportVectors(s, i, stored)
		if err != nil {
			return err
		}
		for k, f := range files {
			if k >= len(list.Segments[i].Vectors) || pack(f) != list.Segments[i].Vectors[k] {
				return fmt.Errorf("%w: vectors were made while the library was exported; export it again", index.ErrConflict)
			}
			if err := write(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportSegment writes a segment without what was removed from it.
func (c *Collection) exportSegment(s state, i int, write func([]byte) error) error {
	e := s.manifest.Segments[i]
	if len(e.Removed) > 0 {
		f, err := segment.Merge([]segment.Part{{Segment: s.parts[i].Segment, Keep: func(d int) bool { return s.live(i, d) }}})
		if err != nil {
			return err
		}
		for p, err := range f.Pieces {
			if err == nil {
				err = write(p)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for at := int64(0); at < e.Size; at += transferPiece {
		b, err := c.store.Get(e.Name, at, min(transferPiece, e.Size-at))
		if err == nil {
			err = write(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exportVectors returns what is stored of a segment's vectors, less those of what
// was removed: a file for each encoder.
func (c *Collection) exportVectors(s state, i int, files []index.FileInfo) ([][]byte, error) {
	p := s.parts[i]
	moved, _ := s.moved(i, 0)
	var encoders []*vector.Writer
	taken := map[*vector.Writer]map[int]bool{}
	for i := len(files) - 1; i >= 0; i-- {
		f := files[i]
		if of, _, ok := parseVectorName(f.Name); !ok || of != p.Name {
			continue
		}
		b, err := c.store.Get(f.Name, 0, f.Size)
		if err != nil {
			return nil, err
		}
		opened, err := vector.Open(f.Name, b)
		if err != nil {
			continue // it will be made again, here and there
		}
		at := slices.IndexFunc(encoders, opened.Continues)
		if at < 0 {
			at = len(encoders)
			encoders = append(encoders, vector.NewWriter(opened.Encoder, opened.Dim))
			taken[encoders[at]] = map[int]bool{}
		}
		w := encoders[at]
		for row := range opened.Len() {
			chunk := opened.Chunk(row)
			if chunk < len(moved) && moved[chunk] > 0 && !taken[w][chunk] {
				w.Append(opened, row, moved[chunk]-1)
				taken[w][chunk] = true
			}
		}
	}
	var out [][]byte
	for _, w := range encoders {
		out = append(out, w.Bytes())
	}
	return out, nil
}

// Import takes in the documents of an exported file, all or none; those with the
// ID of another replace it. A collection without a name takes the file's. Vectors
// serve the encoder that made them; a file of them that is damaged is left out, as
// they can be made again.
func (c *Collection) Import(name string, size int64, read func(p []byte, off int64) error) error {
	list, at, err := readContents(name, size, read)
	if err != nil {
		return err
	}
	var added []entry
	var files []string
	replaced := map[string]bool{}
	for i, n := range list.Segments {
		e := entry{Name: c.newName(), Size: n.Size, Sum: n.Sum}
		files, added = append(files, e.Name), append(added, e)
		if err = c.importSegment(e, fmt.Sprintf("%s, segment %d", name, i), at, read, replaced); err != nil {
			break
		}
		at += n.Size
		for k, v := range n.Vectors {
			b := make([]byte, v.Size)
			if err = read(b, at); err != nil {
				break
			}
			at += v.Size
			opened, damaged := vector.Open(name, b)
			if damaged != nil || pack(b) != v {
				continue
			}
			as := fmt.Sprintf("%s%08d", vectorName(e.Name, opened.Encoder), k)
			files = append(files, as)
			if err = c.store.Put(as, b); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = c.change(func() manifest {
			m := c.without(replaced)
			m.Segments = append(m.Segments, added...)
			if m.Name == "" && len(m.Tags) == 0 {
				m.About = list.About
			}
			return m
		})
	}
	if err != nil {
		for _, f := range files {
			_ = c.store.Delete(f)
		}
		return err
	}
	if c.vectors.embedder != nil {
		return c.loadVectors()
	}
	return nil
}

// importSegment stores a segment that lies at a place of a file, and adds its
// documents to ids, which must not be there.
func (c *Collection) importSegment(e entry, name string, at int64, read func(p []byte, off int64) error, ids map[string]bool) error {
	fetch := func(off, n int64) ([]byte, error) {
		b := make([]byte, n)
		return b, read(b, at+off)
	}
	s, err := segment.Open(name, e.Size, c.cache, fetch)
	if err != nil {
		return err
	}
	for d := range s.Documents() {
		id := s.ID(d)
		if ids[id] {
			return fmt.Errorf("%w: %s: document %q is there twice", index.ErrCorrupt, name, id)
		}
		ids[strings.Clone(id)] = true
	}
	return index.PutPieces(c.store, e.Name, e.Size, func(yield func([]byte, error) bool) {
		sum := uint32(0)
		for off := int64(0); off < e.Size; off += transferPiece {
			b, err := fetch(off, min(transferPiece, e.Size-off))
			sum = segment.Update(sum, b)
			if err == nil && off+int64(len(b)) == e.Size && sum != e.Sum {
				err = fmt.Errorf("%w: %s: the checksum does not hold", index.ErrCorrupt, name)
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	})
}

func readContents(name string, size int64, read func(p []byte, off int64) error) (list contents, at int64, err error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s: %s", index.ErrCorrupt, name, fmt.Sprintf(format, args...))
	}
	if size < int64(transferHeader) {
		return list, 0, bad("%d bytes are no exported library", size)
	}
	head := make([]byte, transferHeader)
	if err := read(head, 0); err != nil {
		return list, 0, err
	}
	number := func(i int) uint32 { return binary.LittleEndian.Uint32(head[len(transferMagic)+4*i:]) }
	switch n := int64(number(1)); {
	case string(head[:len(transferMagic)]) != transferMagic:
		return list, 0, bad("it is no exported library: it begins with %q", head[:len(transferMagic)])
	case number(0) < 1 || number(0) > transferVersion:
		return list, 0, bad("version %d; this Ondol reads up to %d", number(0), transferVersion)
	case n > size-int64(transferHeader):
		return list, 0, bad("section contents: %d bytes of a file of %d", n, size)
	}
	b := make([]byte, number(1))
	if err := read(b, int64(transferHeader)); err != nil {
		return list, 0, err
	}
	if segment.Checksum(b) != number(2) {
		return list, 0, bad("section contents: the checksum does not hold")
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return list, 0, bad("section contents: %v", err)
	}
	at = int64(transferHeader + len(b))
	end := at
	for _, n := range list.Segments {
		for _, f := range append([]packed{n.packed}, n.Vectors...) {
			if !f.within(size - end) {
				return list, 0, bad("it is cut off: %d bytes are missing", end+f.Size-size)
			}
			end += f.Size
		}
	}
	return list, at, nil
}
