// Package segment is the immutable file of an index: some documents with their
// text, passages, terms and postings.
//
// A file is a header, a table of sections and the sections, each with its own
// CRC-32C. All numbers are little-endian. It is searched as it lies: opening
// reads the table and checks sums, nothing is decoded.
package segment

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ondol-rag/ondol/index"
)

const (
	magic   = "ONDOLSEG"
	version = 1
	// header: magic, version u32, sections u32, CRC of header and table u32,
	// reserved u32; then a row for each section: CRC u32, reserved u32, offset
	// u64, length u64.
	headerSize = 24
	rowSize    = 24
)

// The sections, in the order in which they lie.
const (
	documents   = iota // JSON: []record
	text               // extracted texts, one after the other
	paths              // JSON: [][]string, heading paths
	chunks             // chunkSize bytes each
	termOffsets        // u32, terms+1: where each term begins in terms
	terms              // sorted by bytes
	postOffsets        // u32, terms+1: where the postings of each term begin
	postings           // see postings.go
	sections
)

var sectionNames = [sections]string{"documents", "text", "paths", "chunks", "term offsets", "terms", "posting offsets", "postings"}

// chunkSize is a chunk's row: document, start, end, path, page, body length,
// heading length; u32 each. Lengths are in terms, page is an index into the
// record's pages plus one.
const chunkSize = 28

var le = binary.LittleEndian

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the CRC-32C of a file or section.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// record is what a segment knows of a document.
type record struct {
	index.Document
	Text  int      `json:"text"`  // where its text begins in the section
	First int      `json:"first"` // its first chunk
	Pages []string `json:"pages,omitempty"`
}

func corrupt(name, section, format string, args ...any) error {
	return fmt.Errorf("%w: %s, section %s: %s", index.ErrCorrupt, name, section, fmt.Sprintf(format, args...))
}
