package abi

import (
	"fmt"

	"github.com/ondol-rag/ondol/engine/model"
)

// AdaptRequest ("adapt") puts LoRA adapters in the place of those that are on the
// loaded model; none takes them off. The model itself is not read again.
type AdaptRequest struct {
	Adapters []AdapterSource `json:"adapters"`
}

// AdapterSource is an adapter in GGUF, whose bytes the host serves by IORead of
// Source.
type AdapterSource struct {
	Source string   `json:"source"`
	Size   int64    `json:"size"`
	Name   string   `json:"name,omitempty"`
	Scale  *float64 `json:"scale,omitempty"` // default 1
}

// adapt changes nothing if one of the adapters does not fit.
func (e *Engine) adapt(r *AdaptRequest, _ Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	var adapters []model.Scaled
	for _, s := range r.Adapters {
		name := s.Name
		if name == "" {
			name = s.Source
		}
		scale := or(s.Scale, 1)
		if !(scale >= -1000 && scale <= 1000) {
			return nil, requestError("%s: a scale of %v: must be between -1000 and 1000", name, scale)
		}
		a, err := e.model.ReadAdapter(source{e.host, s.Source, s.Size}, s.Size)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		adapters = append(adapters, model.Scaled{Adapter: a, Scale: scale})
	}
	e.model.SetAdapters(adapters...)
	return struct{}{}, nil
}
