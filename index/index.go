// Package index holds the nouns of retrieval and the seam to storage.
//
// Its folders turn bytes into ranked passages: extract (bytes to text), chunk
// (text to passages), analysis (passage to terms), keyword, vector and fusion
// (terms and vectors to scores), segment (the immutable file), collection (many
// segments as one searchable whole) and store (where the files lie).
//
// Nothing below this folder imports the engine.
package index

import (
	"errors"
	"iter"
	"strings"
)

// Sentinels that callers test for with errors.Is. Everything that wraps them
// names the file, section or value that was wrong.
var (
	ErrNotFound = errors.New("not found")       // no such document or file
	ErrCorrupt  = errors.New("corrupt")         // a checksum or bound does not hold
	ErrConflict = errors.New("conflict")        // another writer swapped the manifest first
	ErrFull     = errors.New("storage is full") // the disk or the quota is exhausted
	ErrInput    = errors.New("unusable input")  // a document that cannot be indexed; the text says why
)

// Span is a half-open byte range of a document's extracted text.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Document is one entry of a library.
type Document struct {
	ID     string   `json:"id"`               // unique in its collection: a relative path or a file name
	Title  string   `json:"title"`            // first heading, or the ID
	Format string   `json:"format"`           // the extractor that read it: "text", "markdown", ...
	Source string   `json:"source,omitempty"` // where the bytes came from, if the host knows (an absolute path)
	Hash   string   `json:"hash"`             // FNV-1a of the original bytes, 128 bits, hexadecimal
	Size   int64    `json:"size"`             // of the original, bytes
	Length int      `json:"length"`           // of the extracted text, bytes
	Chunks int      `json:"chunks"`
	Added  int64    `json:"added"`          // milliseconds since the Unix epoch
	Tags   []string `json:"tags,omitempty"` // a person's own words for it, sorted
}

// Input is a document on its way in.
type Input struct {
	ID     string // required
	Title  string // "" takes it from the text
	Format string // "" finds it from the ID's extension and the bytes
	Source string
	Tags   []string // nil keeps those of a document that is replaced
	Data   []byte
	// Elsewhere reads the formats that a lean build leaves out; nil refuses them.
	Elsewhere func(Input) (Text, error)
}

// Heading is a title inside a text. Its section runs from Start to the next
// heading of the same or a higher rank.
type Heading struct {
	Span         // of the title itself
	Level int    `json:"level"` // 1 is the highest
	Title string `json:"title"` // without markup
}

// Text is what an extractor makes of a document. For plain text and Markdown
// in UTF-8 Body equals the file's bytes (less a byte order mark), so that spans
// point into the file itself.
type Text struct {
	Format   string    `json:"format"` // the extractor that read it: "text", "markdown", ...
	Title    string    `json:"title"`
	Body     string    `json:"text"`
	Headings []Heading `json:"headings,omitempty"` // in order
	Pages    []Page    `json:"pages,omitempty"`    // in order; nil where the format has none
}

// Page is a numbered part of a document: a page, a slide or a sheet.
type Page struct {
	Span
	Label string `json:"label"` // "page 12", "slide 3", "sheet Budget"
}

// Chunk is a passage: the unit that is scored and cited.
type Chunk struct {
	Document string   `json:"document"`
	Ordinal  int      `json:"chunk"` // 0-based position in its document
	Span              // of the document's extracted text
	Headings []string `json:"headings,omitempty"` // path from the top heading down; then the header of the table that it begins inside
	Page     string   `json:"page,omitempty"`     // label of the page that it begins on
}

// Own is the text of a passage without the headings that it begins with: those are
// sought among its headings, as for the passages that follow it.
func (c Chunk) Own(text string) string {
	for _, h := range c.Headings {
		line, rest, _ := strings.Cut(strings.TrimLeft(text, "# \t\r\n"), "\n")
		if strings.TrimRight(line, "# \t\r") == h {
			text = rest
		}
	}
	return text
}

// Hit is a chunk found by a query.
type Hit struct {
	Chunk
	Title  string             `json:"title"` // of the document
	Text   string             `json:"text"`
	Score  float64            `json:"score"`            // higher is better; comparable within one query only
	Scores map[string]float64 `json:"scores,omitempty"` // the parts: "keyword", "vector", ...
}

// Trace says how a query was understood and what was looked at.
type Trace struct {
	Terms     []string `json:"terms"`
	Documents int      `json:"documents"` // searched
	Chunks    int      `json:"chunks"`    // searched
	Mode      Mode     `json:"mode"`
	Embedded  int      `json:"embedded"` // chunks that have a vector
	// Absent is the phrases of the query that no chunk holds: they were read as
	// words.
	Absent []string `json:"absent,omitempty"`
	// Corrected maps words that no chunk has to those that were sought instead.
	Corrected map[string]string `json:"corrected,omitempty"`
}

// FileInfo names a stored file.
type FileInfo struct {
	Name string
	Size int64
}

// Store keeps named files. Names are flat ([a-z0-9.-]+). A store is written by
// one collection at a time; several may read it. Implementations wrap the
// sentinels above.
type Store interface {
	// Get returns n bytes from off, or all from off where n < 0. Fewer bytes
	// than asked for is ErrCorrupt.
	Get(name string, off, n int64) ([]byte, error)
	// Put writes a whole file; it is durable when Put returns. A crash in
	// between leaves no file, or one that fails its checksum.
	Put(name string, data []byte) error
	// Delete removes a file; one that is not there is no error.
	Delete(name string) error
	// List returns every file, sorted by name.
	List() ([]FileInfo, error)
	// Swap publishes a version: it writes a new file atomically, and fails with
	// ErrConflict where its name or a later one of its kind is taken: names of a
	// kind are the same up to their last hyphen. To look and to write is one step,
	// so that old versions can be deleted, and nobody who was away publishes as
	// though they had never been.
	Swap(name string, data []byte) error
}

// PieceStore is a Store that takes a file in pieces, so that it is never in memory
// whole.
type PieceStore interface {
	Store
	// PutPieces is Put of pieces that follow each other. An error among them ends it,
	// and leaves no file.
	PutPieces(name string, pieces iter.Seq2[[]byte, error]) error
}

// PutPieces writes a file of size bytes to any store.
func PutPieces(s Store, name string, size int64, pieces iter.Seq2[[]byte, error]) error {
	if p, ok := s.(PieceStore); ok {
		return p.PutPieces(name, pieces)
	}
	b := make([]byte, 0, size)
	for p, err := range pieces {
		if err != nil {
			return err
		}
		b = append(b, p...)
	}
	return s.Put(name, b)
}
