package llm

import (
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

const (
	samples    = 64
	sampleSize = 16 << 10 // bytes
)

// sampler is a file of which samples are kept as it is read: one from afar need not be
// asked for them again.
type sampler struct {
	io.ReaderAt
	size  int64
	parts [samples][]byte // nil where not yet read
}

// sample is where a sample lies.
func (s *sampler) sample(i int) (off, n int64) {
	n = min(sampleSize, s.size)
	return (s.size - n) * int64(i) / (samples - 1), n
}

func (s *sampler) ReadAt(p []byte, off int64) (int, error) {
	read, err := s.ReaderAt.ReadAt(p, off)
	for i := range s.parts {
		if from, n := s.sample(i); s.parts[i] == nil && off <= from && from+n <= off+int64(read) {
			s.parts[i] = slices.Clone(p[from-off:][:n])
		}
	}
	return read, err
}

// fingerprint tells model files apart without reading them whole: their size,
// their beginning, where names and shapes stand, and samples of the weights.
func (s *sampler) fingerprint() (string, error) {
	h := fnv.New128a()
	for i, b := range s.parts {
		if b == nil {
			off, n := s.sample(i)
			b = make([]byte, n)
			if _, err := s.ReaderAt.ReadAt(b, off); err != nil && err != io.EOF {
				return "", err
			}
		}
		h.Write(b)
	}
	return fmt.Sprintf("%x-%d", h.Sum(nil), s.size), nil
}

// Encoder identifies the model: files of different weights have different names.
func (m *Model) Encoder() string { return m.encoder }
