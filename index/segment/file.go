package segment

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

// maxSection is the longest section: offsets within one are of 32 bits.
const maxSection = math.MaxInt32

// file is a segment under construction. Its texts stay where they are until it is
// written.
type file struct {
	sections [paged][]byte // those that are read when it is opened
	lazy     [text - paged]slabs
	texts    []body
	length   int // of the texts
	names    names
	paths    map[string]uint32
	pages    map[string]uint32
	ids      []string
	chunks   uint32
	words    int    // terms
	row      []byte // scratch
}

func newFile() *file { return &file{paths: map[string]uint32{}, pages: map[string]uint32{}} }

func (f *file) paged(section int) *slabs { return &f.lazy[section-paged] }

// addDocument writes a document; its chunks follow.
func (f *file) addDocument(id string, record []byte, b body) error {
	if f.length+b.size() > maxSection || f.paged(records).size+len(record) > maxSection {
		return fmt.Errorf("%w: a segment would outgrow 2 GiB with %s", index.ErrInput, id)
	}
	f.documentRow()
	f.ids = append(f.ids, id)
	f.sections[ids] = append(f.sections[ids], id...)
	f.paged(records).append(record)
	f.length += b.size()
	if n := len(f.texts); n > 0 && f.texts[n-1].of != nil && f.texts[n-1].of == b.of && f.texts[n-1].to == b.from {
		f.texts[n-1].to = b.to
	} else {
		f.texts = append(f.texts, b)
	}
	return nil
}

// documentRow writes where a document begins, or after the last the end.
func (f *file) documentRow() {
	for _, v := range []int{len(f.sections[ids]), f.paged(records).size, f.length, int(f.chunks)} {
		f.sections[documents] = le.AppendUint32(f.sections[documents], uint32(v))
	}
}

// addChunk writes a passage of the last document.
func (f *file) addChunk(span index.Span, headings []string, page string, body, heading uint32) {
	for _, v := range [chunkSize / 4]uint32{
		uint32(len(f.ids) - 1), uint32(span.Start), uint32(span.End), f.path(headings), f.page(page), body, heading,
	} {
		f.sections[chunks] = le.AppendUint32(f.sections[chunks], v)
	}
	f.chunks++
}

func (f *file) path(headings []string) uint32 {
	key := strings.Join(headings, "\x00")
	n, ok := f.paths[key]
	if !ok {
		n = uint32(len(f.names.Paths))
		f.paths[key] = n
		f.names.Paths = append(f.names.Paths, append([]string{}, headings...))
	}
	return n
}

// page is the number of a label plus one, 0 for none.
func (f *file) page(label string) uint32 {
	if label == "" {
		return 0
	}
	n, ok := f.pages[label]
	if !ok {
		f.names.Pages = append(f.names.Pages, label)
		n = uint32(len(f.names.Pages))
		f.pages[label] = n
	}
	return n
}

// finish is the finished segment.
func (f *file) finish() (*File, error) {
	if n := f.paged(postings).size; n > maxSection {
		return nil, fmt.Errorf("%w: postings of %d bytes outgrow a segment", index.ErrInput, n)
	}
	f.documentRow()
	byID := make([]uint32, len(f.ids))
	for i := range byID {
		byID[i] = uint32(i)
	}
	sort.Slice(byID, func(i, j int) bool { return f.ids[byID[i]] < f.ids[byID[j]] })
	for _, i := range byID {
		f.sections[order] = le.AppendUint32(f.sections[order], i)
	}
	var err error
	if f.sections[labels], err = json.Marshal(f.names); err != nil {
		return nil, err
	}
	for i := range f.lazy {
		f.lazy[i].exact()
		for _, s := range f.lazy[i].list {
			for at := 0; at < len(s); at += pageSize {
				f.sections[sums] = le.AppendUint32(f.sections[sums], Checksum(s[at:min(at+pageSize, len(s))]))
			}
		}
	}
	if f.sections[sums], err = pageSums(f.sections[sums], f.texts); err != nil {
		return nil, err
	}
	out := &File{sections: f.sections, lazy: f.lazy, texts: f.texts, head: make([]byte, tableSize), size: tableSize}
	copy(out.head, magic)
	le.PutUint32(out.head[8:], version)
	le.PutUint32(out.head[12:], sections)
	for i := range sections {
		row, n := out.head[headerSize+i*rowSize:], f.length
		switch {
		case i < paged:
			le.PutUint32(row, Checksum(f.sections[i]))
			n = len(f.sections[i])
		case i < text:
			n = f.paged(i).size
		}
		le.PutUint64(row[8:], uint64(out.size))
		le.PutUint64(row[16:], uint64(n))
		out.size += int64(n)
	}
	le.PutUint32(out.head[16:], tableSum(out.head))
	return out, nil
}

// tableSum is the checksum of header and table, without its own field.
func tableSum(b []byte) uint32 {
	return Checksum(b[:16]) ^ Checksum(b[20:tableSize])
}
