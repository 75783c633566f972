package abi

import (
	"github.com/ondol-rag/ondol/index/collection"
)

// OpenRequest ("open") opens the store's library; it may be left out.
type OpenRequest struct {
	// Ranges reads segments by ranges only, as from a static host far away: no more
	// is fetched than searches need.
	Ranges bool `json:"ranges,omitempty"`
}

func (e *Engine) open(r *OpenRequest, _ Emit) (any, error) {
	open := collection.Open
	if r.Ranges {
		open = collection.OpenByRanges
	}
	c, err := open(e.host)
	if err != nil {
		return nil, err
	}
	e.library, e.log = c, nil
	defer e.settle(0)
	if err := e.useEncoder(e.encoder); err != nil {
		return nil, err
	}
	return e.libraryResult(true)
}

// DescribeRequest ("describe") gives the library a name and tags.
type DescribeRequest struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

func (e *Engine) describeLibrary(r *DescribeRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	if err := e.library.Describe(collection.About{Name: r.Name, Tags: r.Tags}); err != nil {
		return nil, err
	}
	return e.libraryResult(true)
}

// ChangeRequest ("change") renames a document, or gives it another title or other
// tags; what is absent stays.
type ChangeRequest struct {
	ID    string    `json:"id"`
	NewID *string   `json:"newId,omitempty"`
	Title *string   `json:"title,omitempty"`
	Tags  *[]string `json:"tags,omitempty"`
}

func (e *Engine) change(r *ChangeRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	return e.library.Change(r.ID, collection.Change{ID: r.NewID, Title: r.Title, Tags: given(r.Tags)})
}

// given is a list, not nil where it is there but empty.
func given(list *[]string) []string {
	if list == nil {
		return nil
	}
	return append([]string{}, *list...)
}

// TidyResult answers "tidy" (no request): a part of what adding and removing leaves
// to be done, in the background.
type TidyResult struct {
	More bool `json:"more"` // call again
}

func (e *Engine) tidy(*none, Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	collect()
	more, err := e.library.Tidy()
	e.settle(0)
	if err != nil {
		return nil, err
	}
	return TidyResult{more}, nil
}

// Sink is a Host that takes a file which an operation writes.
type Sink interface {
	// Write appends to the file that the request named.
	Write(name string, p []byte) error
}

var errNoSink = &Error{Unsupported, "this host takes no files"}

// ExportRequest ("export") writes the library as one file, piece by piece.
type ExportRequest struct {
	Sink string `json:"sink"` // the host's name for the file
}

// ExportResult is how much was written.
type ExportResult struct {
	Bytes int64 `json:"bytes"`
}

func (e *Engine) export(r *ExportRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	sink, ok := e.host.(Sink)
	if !ok {
		return nil, errNoSink
	}
	var result ExportResult
	err := e.library.Export(func(p []byte) error {
		result.Bytes += int64(len(p))
		return sink.Write(r.Sink, p)
	})
	return result, err
}

// ImportRequest ("import") takes in an exported file; its documents replace those
// of the same ID.
type ImportRequest struct {
	Name   string `json:"name"` // of the file, for errors
	Source string `json:"source"`
	Size   int64  `json:"size"`
}

func (e *Engine) importFile(r *ImportRequest, _ Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	err := e.library.Import(r.Name, r.Size, func(p []byte, off int64) error { return e.host.Read(r.Source, p, off) })
	e.settle(0)
	if err != nil {
		return nil, err
	}
	return e.libraryResult(true)
}
