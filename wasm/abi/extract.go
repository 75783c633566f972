package abi

import (
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/extract"
)

// Extractor is a Host that can read the formats which a lean engine leaves out.
type Extractor interface {
	Extract(index.Input) (index.Text, error)
}

// ExtractResult answers "extract" (AddDocument): what would be added.
type ExtractResult = index.Text

func (e *Engine) extract(d *AddDocument, _ Emit) (any, error) {
	in, err := e.fetch(*d)
	if err != nil {
		return nil, err
	}
	return extract.Extract(in)
}
