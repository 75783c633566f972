package collection

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/index/segment"
)

// A collection as one file: the magic, its version, the length and the CRC-32C of
// the contents, u32 each, little-endian; the contents as JSON; the segments, one
// after the other. What was removed is not in it. Vectors are not either: any
// encoder makes them anew.
const (
	transferMagic   = "ONDOLLIB"
	transferVersion = 1
	transferHeader  = len(transferMagic) + 12
)

type contents struct {
	About
	Segments []content `json:"segments"`
}

type content struct {
	Size int64  `json:"size"`
	Sum  uint32 `json:"sum"`
}

// Export writes the collection as one file, piece by piece.
func (c *Collection) Export(write func([]byte) error) error {
	const piece = 4 << 20
	s := c.state
	list := contents{About: s.manifest.About, Segments: []content{}}
	rewritten := make([][]byte, len(s.parts))
	for i, e := range s.manifest.Segments {
		n := content{e.Size, e.Sum}
		if len(e.Removed) > 0 {
			b, err := segment.Merge([]segment.Part{{Segment: s.parts[i].Segment, Keep: func(d int) bool { return s.live(i, d) }}})
			if err != nil {
				return err
			}
			rewritten[i], n = b, content{int64(len(b)), segment.Checksum(b)}
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
	for i, e := range s.manifest.Segments {
		if rewritten[i] != nil {
			if err := write(rewritten[i]); err != nil {
				return err
			}
			continue
		}
		for at := int64(0); at < e.Size; at += piece {
			b, err := c.store.Get(e.Name, at, min(piece, e.Size-at))
			if err == nil {
				err = write(b)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Import takes in the documents of an exported file, all or none; those with the
// ID of another replace it. A collection without a name takes the file's.
func (c *Collection) Import(name string, size int64, read func(p []byte, off int64) error) error {
	list, at, err := readContents(name, size, read)
	if err != nil {
		return err
	}
	var added []entry
	replaced := map[string]bool{}
	clear := func() {
		for _, e := range added {
			_ = c.store.Delete(e.Name)
		}
	}
	for i, n := range list.Segments {
		b := make([]byte, n.Size)
		if err = read(b, at); err != nil {
			break
		}
		at += n.Size
		if err = checkImported(fmt.Sprintf("%s, segment %d", name, i), b, n.Sum, replaced); err != nil {
			break
		}
		var e entry
		if e, err = c.put(b); err != nil {
			break
		}
		added = append(added, e)
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
		clear()
	}
	return err
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
	case number(0) != transferVersion:
		return list, 0, bad("version %d; this Ondol reads %d", number(0), transferVersion)
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
		if n.Size < 0 || n.Size > size-end {
			return list, 0, bad("it is cut off: %d bytes are missing", end+n.Size-size)
		}
		end += n.Size
	}
	return list, at, nil
}

// checkImported holds a segment to its checksum and reads what opening it reads. It
// adds its documents to ids, which must not be there.
func checkImported(name string, b []byte, sum uint32, ids map[string]bool) error {
	if segment.Checksum(b) != sum {
		return fmt.Errorf("%w: %s: the checksum does not hold", index.ErrCorrupt, name)
	}
	s, err := segment.Open(name, int64(len(b)), segment.InMemory(b))
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
	return nil
}
