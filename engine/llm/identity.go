package llm

import (
	"fmt"
	"hash/fnv"
	"io"
)

const (
	samples    = 64
	sampleSize = 16 << 10 // bytes
)

// fingerprint tells model files apart without reading them whole: their size,
// their beginning, where names and shapes stand, and samples of the weights.
func fingerprint(r io.ReaderAt, size int64) (string, error) {
	h := fnv.New128a()
	b := make([]byte, min(sampleSize, size))
	for i := range int64(samples) {
		if _, err := r.ReadAt(b, (size-int64(len(b)))*i/(samples-1)); err != nil && err != io.EOF {
			return "", err
		}
		h.Write(b)
	}
	return fmt.Sprintf("%x-%d", h.Sum(nil), size), nil
}

// Encoder identifies the model: files of different weights have different names.
func (m *Model) Encoder() string { return m.encoder }
