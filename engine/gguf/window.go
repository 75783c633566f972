package gguf

import (
	"fmt"
	"io"
)

// decoder reads forward through a window.
type decoder struct {
	r         io.ReaderAt
	size, pos int64
	window    []byte // the bytes from pos on that are already read
	buffer    [64 << 10]byte
}

// bytes returns the next n bytes, at most 8, valid until the next call.
func (d *decoder) bytes(n int) ([]byte, error) {
	if len(d.window) < n {
		if err := d.fill(n); err != nil {
			return nil, err
		}
	}
	b := d.window[:n]
	d.window, d.pos = d.window[n:], d.pos+int64(n)
	return b, nil
}

// fill brings at least n bytes into the window.
func (d *decoder) fill(n int) error {
	left := d.size - d.pos
	if left < int64(n) {
		return d.short(int64(n))
	}
	b := d.buffer[:min(left, int64(len(d.buffer)))]
	if err := d.readAt(b, d.pos); err != nil {
		return err
	}
	d.window = b
	return nil
}

// read fills p with the next bytes.
func (d *decoder) read(p []byte) error {
	n := copy(p, d.window)
	d.window, d.pos = d.window[n:], d.pos+int64(n)
	rest := p[n:]
	switch {
	case len(rest) == 0:
	case int64(len(rest)) > d.size-d.pos:
		return d.short(int64(len(rest)))
	case len(rest) < len(d.buffer):
		if err := d.fill(len(rest)); err != nil {
			return err
		}
		copy(rest, d.window)
		d.window, d.pos = d.window[len(rest):], d.pos+int64(len(rest))
	default:
		if err := d.readAt(rest, d.pos); err != nil {
			return err
		}
		d.pos += int64(len(rest))
	}
	return nil
}

func (d *decoder) readAt(p []byte, off int64) error {
	if n, err := d.r.ReadAt(p, off); n < len(p) {
		return fmt.Errorf("reading %d bytes at %d: %w", len(p), off, err)
	}
	return nil
}

func (d *decoder) short(n int64) error {
	return fmt.Errorf("%w: %d bytes wanted at byte %d, but the file ends at %d; was it cut off?", ErrFormat, n, d.pos, d.size)
}

func (d *decoder) uint32() (uint32, error) {
	b, err := d.bytes(4)
	if err != nil {
		return 0, err
	}
	return le.Uint32(b), nil
}

func (d *decoder) uint64() (uint64, error) {
	b, err := d.bytes(8)
	if err != nil {
		return 0, err
	}
	return le.Uint64(b), nil
}
