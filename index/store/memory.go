// Package store keeps a library's files: in memory, or in a folder.
package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// Memory is a store that ends with the process.
type Memory struct{ files map[string][]byte }

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{map[string][]byte{}} }

func (m *Memory) Get(name string, off, n int64) ([]byte, error) {
	b, ok := m.files[name]
	if !ok {
		return nil, fmt.Errorf("%w: stored file %s", index.ErrNotFound, name)
	}
	if n < 0 {
		n = int64(len(b)) - off
	}
	if off < 0 || n < 0 || off+n > int64(len(b)) {
		return nil, fmt.Errorf("%w: stored file %s has %d bytes, not %d from %d", index.ErrCorrupt, name, len(b), n, off)
	}
	return slices.Clone(b[off : off+n]), nil
}

func (m *Memory) Put(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	m.files[name] = slices.Clone(data)
	return nil
}

func (m *Memory) Delete(name string) error { delete(m.files, name); return nil }

func (m *Memory) List() ([]index.FileInfo, error) {
	var files []index.FileInfo
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		files = append(files, index.FileInfo{Name: name, Size: int64(len(m.files[name]))})
	}
	return files, nil
}

func (m *Memory) Swap(name string, data []byte) error {
	for other := range m.files {
		if supersedes(other, name) {
			return superseded(other, name)
		}
	}
	return m.Put(name, data)
}

// supersedes reports whether a file keeps one of a name from being swapped in.
func supersedes(other, name string) bool {
	kind := func(name string) string { return name[:strings.LastIndexByte(name, '-')+1] }
	return other >= name && kind(other) == kind(name)
}

func superseded(other, name string) error {
	return fmt.Errorf("%w: %s cannot be written, as %s is there", index.ErrConflict, name, other)
}

// checkName holds names to what every store can keep, and below its folder.
func checkName(name string) error {
	ok := name != "" && len(name) <= 100 && name[0] != '.'
	for _, c := range []byte(name) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')
	}
	if !ok {
		return fmt.Errorf("%w: %q is no name for a stored file", index.ErrNotFound, name)
	}
	return nil
}
