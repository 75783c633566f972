package llm

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"testing"
)

// counted counts the reads of a file.
type counted struct {
	io.ReaderAt
	reads int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.reads++
	return c.ReaderAt.ReadAt(p, off)
}

// A model is the same however its file was read before its fingerprint is taken, and
// what was read then is not read again.
func TestFingerprint(t *testing.T) {
	file := make([]byte, 3<<20)
	for i := range file {
		file[i] = byte(i * i >> 7)
	}
	h := fnv.New128a()
	for i := range samples {
		at := (len(file) - sampleSize) * i / (samples - 1)
		h.Write(file[at : at+sampleSize])
	}
	want := fmt.Sprintf("%x-%d", h.Sum(nil), len(file))
	for _, c := range []struct{ piece, more int }{{0, samples}, {1 << 20, 3}, {len(file), 1}} {
		r := &counted{ReaderAt: bytes.NewReader(file)}
		s := &sampler{file: r, size: int64(len(file))}
		if c.piece > 0 { // all but the beginning, which is read before
			for at := 1; at < len(file); at += c.piece {
				if _, err := s.ReadAt(make([]byte, min(c.piece, len(file)-at)), int64(at)); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := r.reads
		got, err := s.fingerprint()
		if err != nil || got != want || r.reads-before > c.more {
			t.Errorf("read in pieces of %d: %s, %v after %d more reads, want %s", c.piece, got, err, r.reads-before, want)
		}
	}
	short := &sampler{file: bytes.NewReader(file[:100]), size: 100}
	if got, err := short.fingerprint(); err != nil || got == want {
		t.Errorf("%s, %v", got, err)
	}
}
