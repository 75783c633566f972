package gguf

import (
	"fmt"
	"io"
	"sort"
)

// Part is one file of a model that may be split into several
// (-00001-of-00003.gguf), as llama.cpp's gguf-split writes them.
type Part struct {
	io.ReaderAt
	Size int64 // bytes
}

// ReadParts reads the headers of all parts of a model, which may come in any
// order. Offsets in the File are those in the parts put one behind another in
// their order, which the returned reader reads. The metadata is the first part's.
func ReadParts(parts ...Part) (*File, io.ReaderAt, error) {
	files := make([]*File, len(parts))
	whole := make(joined, len(parts))
	for _, p := range parts {
		f, err := Read(p, p.Size)
		if err != nil {
			return nil, nil, err
		}
		at, err := f.place(len(parts))
		if err != nil {
			return nil, nil, fmt.Errorf("gguf: %w", err)
		}
		if files[at] != nil {
			return nil, nil, fmt.Errorf("gguf: %w: part %d of %d was given twice", ErrFormat, at+1, len(parts))
		}
		files[at], whole[at].Part = f, p
	}
	f := files[0]
	whole[0].end = parts[0].Size
	for i := range whole {
		whole[i].end = whole[i].Size
		if i > 0 {
			whole[i].end += whole[i-1].end
			if err := f.join(files[i], whole[i-1].end); err != nil {
				return nil, nil, fmt.Errorf("gguf: part %d of %d: %w", i+1, len(parts), err)
			}
		}
	}
	if n, ok := f.Int("split.tensors.count"); ok && len(parts) > 1 && n != int64(len(f.Tensors)) {
		return nil, nil, fmt.Errorf("gguf: %w: the parts have %d tensors, but should have %d: they are not of one model", ErrFormat, len(f.Tensors), n)
	}
	return f, whole, nil
}

// place returns which of so many parts the file is.
func (f *File) place(parts int) (int, error) {
	count, ok := f.Int("split.count")
	if !ok || count <= 1 {
		count = 1
	}
	at, _ := f.Int("split.no")
	if count == 1 {
		at = 0
	}
	if count != int64(parts) {
		return 0, fmt.Errorf("%w: this is part %d of a model of %d files, and %d were given: give all of them", ErrFormat, at+1, count, parts)
	}
	if at < 0 || at >= count {
		return 0, fmt.Errorf("%w: split.no is %d, in a model of %d files", ErrFormat, at, count)
	}
	return int(at), nil
}

// join takes in the tensors of another part, whose bytes begin at base.
func (f *File) join(other *File, base int64) error {
	for _, t := range other.Tensors {
		if _, ok := f.tensors[t.Name]; ok {
			return fmt.Errorf("%w: tensor %q is in an earlier part too", ErrFormat, t.Name)
		}
		t.Offset += base
		f.tensors[t.Name] = len(f.Tensors)
		f.Tensors = append(f.Tensors, t)
	}
	f.Size += other.Size
	return nil
}

// joined reads parts as one.
type joined []struct {
	Part
	end int64
}

// ReadAt implements io.ReaderAt.
func (j joined) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		i := sort.Search(len(j), func(i int) bool { return off < j[i].end })
		if i == len(j) || off < 0 {
			return n, io.EOF
		}
		piece := p[n:min(len(p), n+int(min(int64(len(p)), j[i].end-off)))]
		m, err := j[i].Part.ReadAt(piece, off-j[i].end+j[i].Size)
		n, off = n+m, off+int64(m)
		if m < len(piece) {
			return n, err
		}
	}
	return n, nil
}
