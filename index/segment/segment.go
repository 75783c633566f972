// Package segment is the immutable file of an index: some documents with their
// text, passages, terms and postings.
//
// A file is a header, a table of sections and the sections. The first of them
// are read when the file is opened, each with its own CRC-32C. The rest is read
// by ranges as it is needed, and checked by pages, whose sums are a section of
// their own. All numbers are little-endian.
package segment

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ondol-rag/ondol/index"
)

const (
	magic   = "ONDOLSEG"
	version = 3
	oldest  = 2 // that is read: see postings.go
	// header: magic, version u32, sections u32, CRC of header and table u32,
	// reserved u32; then a row for each section: CRC u32, reserved u32, offset
	// u64, length u64. The CRC of a section that is read by pages is zero.
	headerSize = 24
	rowSize    = 24
	tableSize  = headerSize + sections*rowSize
)

// The sections, in the order in which they lie.
const (
	sums      = iota // u32: CRC of each page of the sections from records on
	documents        // documentSize bytes each
	ids              // of documents, one after the other
	order            // u32: the documents by ID
	labels           // JSON: names
	chunks           // chunkSize bytes each
	blocks           // see terms.go
	records          // JSON of documents, one after the other
	terms            // see terms.go
	postings         // see postings.go
	text             // extracted texts, one after the other
	sections
	paged = records // the first section that is read by pages
)

var sectionNames = [sections]string{"sums", "documents", "ids", "order", "labels", "chunks", "blocks", "records", "terms", "postings", "text"}

// pageSize is the unit of checking and of reading from afar.
const pageSize = 16 << 10

// documentSize is a document's row: where its ID, record and text begin, and its
// first chunk; u32 each. Its row ends where the next begins: there is one more.
const documentSize = 16

// chunkSize is a chunk's row: document, start, end, path, page, body length,
// heading length; u32 each. Lengths are in terms, page is an index into the
// labels of pages plus one.
const chunkSize = 28

// names are the strings that many chunks share.
type names struct {
	Paths [][]string `json:"paths"` // of headings
	Pages []string   `json:"pages"` // labels
}

var le = binary.LittleEndian

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the CRC-32C of a file or section.
func Checksum(b []byte) uint32 { return Update(0, b) }

// Update is the checksum of what had one before, and b.
func Update(sum uint32, b []byte) uint32 { return crc32.Update(sum, castagnoli, b) }

func corrupt(name string, section int, format string, args ...any) error {
	return fmt.Errorf("%w: %s, section %s: %s", index.ErrCorrupt, name, sectionNames[section], fmt.Sprintf(format, args...))
}

func corruptHeader(name, format string, args ...any) error {
	return fmt.Errorf("%w: %s, section header: %s", index.ErrCorrupt, name, fmt.Sprintf(format, args...))
}

// row reads the i-th row of n numbers.
func row[T [4]uint32 | [chunkSize / 4]uint32](b []byte, i int) (row T) {
	b = b[i*4*len(row):][:4*len(row)]
	for k := range len(row) {
		row[k] = le.Uint32(b[4*k:])
	}
	return row
}
