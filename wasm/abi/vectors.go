package abi

import (
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
)

// VectorsRequest ("vectors") embeds some more passages of the library by the
// encoder that is loaded. A host repeats it in the background until Done is Total:
// the library is searchable meanwhile, by meaning as far as it has come.
type VectorsRequest struct {
	Passages *int `json:"passages,omitempty"` // at most; default 8, 0 only tells how far it has come

	// Several engines with one encoder share the work: the one with the library is
	// asked what to read of so many passages, each reads some, and the first takes
	// what they made.
	Ask  bool        `json:"ask,omitempty"`
	Read []string    `json:"read,omitempty"`
	Made [][]float32 `json:"made,omitempty"`
}

// VectorsResult is how many passages have a vector.
type VectorsResult struct {
	Encoder string      `json:"encoder"` // "" if none is loaded
	Done    int         `json:"done"`
	Total   int         `json:"total"`
	Read    []string    `json:"read,omitempty"` // what was asked for
	Made    [][]float32 `json:"made,omitempty"` // of what was read
}

func init() { operations["vectors"] = on((*Engine).vectors, writer, computer) }

// useEncoder chooses what the library is searched by from now on; nil is words
// alone.
func (e *Engine) useEncoder(encoder index.Embedder) error {
	e.encoder = encoder
	if e.library == nil {
		return nil
	}
	return e.library.SetEmbedder(encoder)
}

func (e *Engine) vectors(r *VectorsRequest, _ Emit) (any, error) {
	if len(r.Read) > 0 && e.encoder != nil {
		made, err := e.encoder.Embed(r.Read)
		return VectorsResult{Encoder: e.encoder.Encoder(), Made: made}, err
	}
	if e.library == nil {
		return nil, errNoLibrary
	}
	n := or(r.Passages, 8)
	if n < 0 {
		return nil, requestError("passages = %d: ask for none or more", n)
	}
	if e.encoder == nil {
		_, total := e.library.Embedded()
		return VectorsResult{Total: total}, nil
	}
	result := VectorsResult{Encoder: e.encoder.Encoder()}
	var err error
	switch result.Done, result.Total = e.library.Embedded(); {
	case n == 0 || result.Done == result.Total:
	case r.Ask:
		result.Read, err = e.library.Unembedded(n)
	case len(r.Made) > 0:
		result.Done, result.Total, err = e.library.TakeVectors(r.Made)
	default:
		result.Done, result.Total, err = e.library.EmbedNext(n)
	}
	return result, err
}

// Options are those of the search that is asked for.
func (r SearchRequest) Options() collection.Options {
	o := collection.DefaultOptions()
	o.Mode, o.Fusion, o.Weight, o.Join = r.Mode, or(r.Fusion, o.Fusion), or(r.Weight, o.Weight), r.Join
	return o
}
