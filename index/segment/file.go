package segment

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

// maxSection is the longest section: offsets within one are of 32 bits.
const maxSection = math.MaxInt32

// file is a segment under construction.
type file struct {
	sections [sections][]byte
	names    names
	paths    map[string]uint32
	pages    map[string]uint32
	ids      []string
	chunks   uint32
	words    int // terms
}

func newFile() *file { return &file{paths: map[string]uint32{}, pages: map[string]uint32{}} }

// addDocument writes a document; its chunks follow.
func (f *file) addDocument(id string, record []byte, body string) error {
	if len(f.sections[text])+len(body) > maxSection || len(f.sections[records])+len(record) > maxSection {
		return fmt.Errorf("%w: a segment would outgrow 2 GiB with %s", index.ErrInput, id)
	}
	f.documentRow()
	f.ids = append(f.ids, id)
	f.sections[ids] = append(f.sections[ids], id...)
	f.sections[records] = append(f.sections[records], record...)
	f.sections[text] = append(f.sections[text], body...)
	return nil
}

// documentRow writes where a document begins, or after the last the end.
func (f *file) documentRow() {
	for _, v := range []int{len(f.sections[ids]), len(f.sections[records]), len(f.sections[text]), int(f.chunks)} {
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

// bytes is the finished file.
func (f *file) bytes() ([]byte, error) {
	if n := len(f.sections[postings]); n > maxSection {
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
	for _, s := range f.sections[paged:] {
		for at := 0; at < len(s); at += pageSize {
			f.sections[sums] = le.AppendUint32(f.sections[sums], Checksum(s[at:min(at+pageSize, len(s))]))
		}
	}
	size := tableSize
	for _, s := range f.sections {
		size += len(s)
	}
	out := make([]byte, tableSize, size)
	copy(out, magic)
	le.PutUint32(out[8:], version)
	le.PutUint32(out[12:], sections)
	for i, s := range f.sections {
		row := out[headerSize+i*rowSize:]
		if i < paged {
			le.PutUint32(row, Checksum(s))
		}
		le.PutUint64(row[8:], uint64(len(out)))
		le.PutUint64(row[16:], uint64(len(s)))
		out = append(out, s...)
		f.sections[i] = nil
	}
	le.PutUint32(out[16:], tableSum(out))
	return out, nil
}

// tableSum is the checksum of header and table, without its own field.
func tableSum(b []byte) uint32 {
	return Checksum(b[:16]) ^ Checksum(b[20:tableSize])
}

// appendPosting writes a posting; previous is the chunk before it plus one.
func appendPosting(b []byte, previous, chunk, body, heading uint32) []byte {
	delta := uint64(chunk-previous) << 1
	if heading > 0 {
		delta |= 1
	}
	b = binary.AppendUvarint(b, delta)
	b = binary.AppendUvarint(b, uint64(body))
	if heading > 0 {
		b = binary.AppendUvarint(b, uint64(heading))
	}
	return b
}
