package llm

import (
	"io"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/model"
)

// ReadAdapter reads a LoRA adapter in GGUF for this model. Errors wrap those of
// gguf and model.
func (m *Model) ReadAdapter(r io.ReaderAt, size int64) (*model.Adapter, error) {
	f, err := gguf.Read(r, size)
	if err != nil {
		return nil, err
	}
	return m.Model.ReadAdapter(f, r)
}

// SetAdapters puts adapters in the place of those that are on, and forgets what
// was computed with these.
func (m *Model) SetAdapters(adapters ...model.Scaled) {
	m.Model.SetAdapters(adapters...)
	m.adapted = len(adapters) > 0
	if m.cache != nil {
		m.cache.Truncate(0)
	}
}
