package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/ondol-rag/ondol/index"
)

// files is the engine's host on this machine: a store, and sources that are
// paths or URLs.
type files struct {
	index.Store
	mu   sync.Mutex // shards read at once
	open map[string]*source
	sink *os.File // what an operation may write
}

func (h *files) Write(name string, p []byte) error {
	if h.sink == nil {
		return fmt.Errorf("%w: no file %s to write", index.ErrNotFound, name)
	}
	_, err := h.sink.Write(p)
	return err
}

// source is a file to read from.
type source struct {
	io.ReaderAt
	io.Closer
	size int64 // bytes
}

// source opens a file, once.
func (h *files) source(name string) (*source, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s, ok := h.open[name]; ok {
		return s, nil
	}
	s, err := openSource(name)
	if err != nil {
		return nil, err
	}
	h.open[name] = s
	return s, nil
}

func openSource(name string) (*source, error) {
	if isURL(name) {
		r, err := openRemote(name)
		if err != nil {
			return nil, err
		}
		return &source{r, r, r.size}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder: name a file", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &source{f, f, info.Size()}, nil
}

// Read implements abi.Host.
func (h *files) Read(name string, p []byte, off int64) error {
	s, err := h.source(name)
	if err != nil {
		return err
	}
	if n, err := s.ReadAt(p, off); n < len(p) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s ends at byte %d: it was cut off, or is being written", name, off+int64(n))
		}
		return err
	}
	return nil
}

func (h *files) Close() (err error) {
	for _, s := range h.open {
		err = errors.Join(err, s.Close())
	}
	return err
}
