//go:build !js && !wasip1

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ondol-rag/ondol/index"
)

// Folder keeps each file in a folder of the file system.
type Folder struct{ dir string }

// temporary begins the names of files that are being written.
const temporary = ".writing-"

// OpenFolder makes the folder if need be, and clears what a crash left behind.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		// Another process may be writing now: only what is old is litter.
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), temporary) && time.Since(info.ModTime()) > time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return &Folder{dir}, nil
}

func (f *Folder) path(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	return filepath.Join(f.dir, name), nil
}

func (f *Folder) Get(name string, off, n int64) ([]byte, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, classify(err, name)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, classify(err, name)
	}
	if n < 0 {
		n = info.Size() - off
	}
	if off < 0 || n < 0 || off+n > info.Size() {
		return nil, fmt.Errorf("%w: stored file %s has %d bytes, not %d from %d", index.ErrCorrupt, name, info.Size(), n, off)
	}
	b := make([]byte, n)
	if _, err := file.ReadAt(b, off); err != nil {
		return nil, classify(err, name)
	}
	return b, nil
}

// write leaves pieces in a durable temporary file and returns its path.
func (f *Folder) write(pieces iter.Seq2[[]byte, error]) (path string, err error) {
	file, err := os.CreateTemp(f.dir, temporary)
	if err != nil {
		return "", err
	}
	for p, failed := range pieces {
		if err = failed; err == nil {
			_, err = file.Write(p)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

func (f *Folder) Put(name string, data []byte) error {
	return f.publish(name, whole(data), os.Rename)
}

// PutPieces implements index.PieceStore.
func (f *Folder) PutPieces(name string, pieces iter.Seq2[[]byte, error]) error {
	return f.publish(name, pieces, os.Rename)
}

func whole(data []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) { yield(data, nil) }
}

// Swap writes the file and links it to its name; processes take turns at the latter.
func (f *Folder) Swap(name string, data []byte) error {
	return f.publish(name, whole(data), func(from, to string) (err error) {
		unlock, err := lock(f.dir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock()) }()
		entries, err := os.ReadDir(f.dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if supersedes(e.Name(), name) {
				return superseded(e.Name(), name)
			}
		}
		return os.Link(from, to)
	})
}

func (f *Folder) publish(name string, data iter.Seq2[[]byte, error], as func(from, to string) error) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	written, err := f.write(data)
	if err != nil {
		return classify(err, name)
	}
	defer os.Remove(written)
	if err := as(written, path); err != nil {
		return classify(err, name)
	}
	return classify(syncFolder(f.dir), name)
}

func (f *Folder) Delete(name string) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(err, name)
	}
	return nil
}

func (f *Folder) List() ([]index.FileInfo, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, classify(err, f.dir)
	}
	var files []index.FileInfo
	for _, e := range entries {
		if !e.Type().IsRegular() || checkName(e.Name()) != nil {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, classify(err, e.Name())
		}
		files = append(files, index.FileInfo{Name: e.Name(), Size: info.Size()})
	}
	return files, nil
}

// syncFolder makes a new name durable, where the system can.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

func classify(err error, name string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: stored file %s", index.ErrNotFound, name)
	case errors.Is(err, index.ErrConflict):
		return err
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %s is there already", index.ErrConflict, name)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: writing %s: %v. Free some space and try again; the library is as it was", index.ErrFull, name, err)
	}
	return fmt.Errorf("stored file %s: %w", name, err)
}
