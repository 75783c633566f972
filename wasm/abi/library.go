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

func (e *Engine) open(r OpenRequest, _ Emit) (any, error) {
	open := collection.Open
	if r.Ranges {
		open = collection.OpenByRanges
	}
	c, err := open(e.host)
	if err != nil {
		return nil, err
	}
	e.library = c
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

func (e *Engine) describeLibrary(r DescribeRequest, _ Emit) (any, error) {
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

func (e *Engine) change(r ChangeRequest, _ Emit) (any, error) {
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

func (e *Engine) tidy(none, Emit) (any, error) {
	if e.library == nil {
		return nil, errNoLibrary
	}
	more, err := e.library.Tidy()
	if err != nil {
		return nil, err
	}
	return TidyResult{more}, nil
}
