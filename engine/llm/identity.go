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

// sampler is a file of which samples are kept as it is read: one from afar need not be
// asked for them again.
type sampler struct {
	file  io.ReaderAt
	size  int64
	parts [samples][]byte // nil where not yet read
}

func (s *sampler) ReadAt(p []byte, off int64) (int, error) {
	read, err := s.file.ReadAt(p, off)
	n := min(sampleSize, s.size)
	for i := range s.parts {
		if at := (s.size-n)*int64(i)/(samples-1) - off; s.parts[i] == nil && at >= 0 && at+n <= int64(read) {
			s.parts[i] = append([]byte(nil), p[at:at+n]...)
		}
	}
	return read, err
}

// fingerprint tells model files apart without reading them whole: their size,
// their beginning, where names and shapes stand, and samples of the weights.
func (s *sampler) fingerprint() (string, error) {
	h := fnv.New128a()
	b := make([]byte, min(sampleSize, s.size))
	for i := range int64(samples) {
		if s.parts[i] == nil {
			if _, err := s.ReadAt(b, (s.size-int64(len(b)))*i/(samples-1)); err != nil && err != io.EOF {
				return "", err
			}
		}
		h.Write(s.parts[i])
	}
	return fmt.Sprintf("%x-%d", h.Sum(nil), s.size), nil
}

// Encoder identifies the model: files of different weights have different names.
func (m *Model) Encoder() string { return m.encoder }
