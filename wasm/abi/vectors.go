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
}

// VectorsResult is how many passages have a vector.
type VectorsResult struct {
	Encoder string `json:"encoder"` // "" if none is loaded
	Done    int    `json:"done"`
	Total   int    `json:"total"`
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
	done, total := e.library.Embedded()
	var err error
	if n > 0 && done < total {
		done, total, err = e.library.EmbedNext(n)
	}
	return VectorsResult{e.encoder.Encoder(), done, total}, err
}

// Options are those of the search that is asked for.
func (r SearchRequest) Options() collection.Options {
	o := collection.DefaultOptions()
	o.Mode, o.Fusion, o.Weight, o.Join = r.Mode, or(r.Fusion, o.Fusion), or(r.Weight, o.Weight), r.Join
	return o
}
