//go:build !lean

package extract

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// archive is a ZIP file in memory: the container of DOCX, PPTX, XLSX, EPUB and
// HWPX. It reads what these need, and bounds what it inflates; archive/zip of
// the standard library would add a tenth to the engine's size.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
type archive struct {
	data    []byte
	entries map[string]entry
	inflate int // bytes that may yet be inflated
}

type entry struct {
	method, flags  uint16
	packed, offset uint32
}

// maxInflated bounds what all parts of one archive inflate to, in bytes. XML
// has a good deal more bytes than the text within.
const maxInflated = 2 * MaxText

var errBomb = fmt.Errorf("it inflates to more than %d MB", maxInflated>>20)

// openArchive reads the central directory.
func openArchive(data []byte) (*archive, error) {
	const endSize, entrySize = 22, 46
	end := bytes.LastIndex(data[max(0, len(data)-endSize-1<<16):], []byte("PK\x05\x06"))
	if end < 0 {
		return nil, errors.New("the archive has no directory")
	}
	end += max(0, len(data)-endSize-1<<16)
	if end+endSize > len(data) {
		return nil, errors.New("the archive's directory is cut off")
	}
	a := &archive{data: data, entries: map[string]entry{}, inflate: maxInflated}
	le := binary.LittleEndian
	n, at := int(le.Uint16(data[end+10:])), int64(le.Uint32(data[end+16:]))
	for range n {
		if at < 0 || at+entrySize > int64(len(data)) || string(data[at:at+4]) != "PK\x01\x02" {
			return nil, fmt.Errorf("the archive's directory is broken at byte %d", at)
		}
		h := data[at:]
		name, extra, comment := int64(le.Uint16(h[28:])), int64(le.Uint16(h[30:])), int64(le.Uint16(h[32:]))
		if at+entrySize+name > int64(len(data)) {
			return nil, fmt.Errorf("the archive's directory is broken at byte %d", at)
		}
		a.entries[string(h[entrySize:entrySize+name])] = entry{
			flags: le.Uint16(h[8:]), method: le.Uint16(h[10:]), packed: le.Uint32(h[20:]), offset: le.Uint32(h[42:]),
		}
		at += entrySize + name + extra + comment
	}
	return a, nil
}

func (a *archive) has(name string) bool { _, ok := a.entries[name]; return ok }

// part returns the bytes of a part; an error names it.
func (a *archive) part(name string) ([]byte, error) {
	e, ok := a.entries[name]
	if !ok {
		return nil, fmt.Errorf("%s is missing", name)
	}
	const headSize = 30
	le := binary.LittleEndian
	at := int64(e.offset)
	if at+headSize > int64(len(a.data)) || string(a.data[at:at+4]) != "PK\x03\x04" {
		return nil, fmt.Errorf("%s does not begin at byte %d", name, at)
	}
	at += headSize + int64(le.Uint16(a.data[at+26:])) + int64(le.Uint16(a.data[at+28:]))
	if at+int64(e.packed) > int64(len(a.data)) {
		return nil, fmt.Errorf("%s is cut off", name)
	}
	packed := a.data[at : at+int64(e.packed)]
	if e.flags&1 != 0 {
		return nil, fmt.Errorf("%s is encrypted", name)
	}
	switch e.method {
	case 0:
		return packed, nil
	case 8:
		out, err := inflate(packed, a.inflate)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		a.inflate -= len(out)
		return out, nil
	}
	return nil, fmt.Errorf("%s is packed by method %d, not deflate", name, e.method)
}

// inflate unpacks a raw deflate stream (RFC 1951) of at most limit bytes.
func inflate(packed []byte, limit int) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), int64(limit)+1))
	if len(out) > limit {
		return nil, errBomb
	}
	return out, err
}

// relations returns the targets of a part's relationships by id, as paths from
// the root of the archive (ECMA-376, part 2, 9.3).
func (a *archive) relations(part string) map[string]string {
	dir, file := path.Split(part)
	source, err := a.part(dir + "_rels/" + file + ".rels")
	if err != nil {
		return nil
	}
	m := map[string]string{}
	for e := range elements(source) {
		if e.name == "Relationship" && e.open {
			target := e.attr("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			m[e.attr("Id")] = strings.TrimPrefix(target, "/")
		}
	}
	return m
}

// isArchive returns a test for archives that hold a part whose name, or whose
// first stored bytes, are the mark of a format.
func isArchive(mark string) func([]byte) bool {
	return func(data []byte) bool {
		return bytes.HasPrefix(data, []byte("PK\x03\x04")) &&
			(bytes.Contains(data[:min(len(data), 128)], []byte(mark)) || bytes.Contains(data[max(0, len(data)-1<<16):], []byte(mark)))
	}
}
