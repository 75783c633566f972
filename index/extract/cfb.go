//go:build !lean

package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// compound is a Compound File ([MS-CFB]), the container of HWP 5: a file system
// of sectors chained by a table.
type compound struct {
	data       []byte
	sector     int      // bytes
	fat        []uint32 // next sector of each
	mini       []byte   // the stream of small sectors
	miniFAT    []uint32
	directory  []byte
	streams    map[string]int // offset of the entry in the directory, by path
	smallLimit uint64
}

const cfbMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

const (
	cfbEnd        = 0xFFFFFFFA // this and above end a chain
	cfbEntrySize  = 128
	cfbMiniSector = 64
)

func openCompound(data []byte) (*compound, error) {
	le := binary.LittleEndian
	if len(data) < 512 || string(data[:8]) != cfbMagic {
		return nil, errors.New("it is no compound file")
	}
	shift := le.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, fmt.Errorf("sectors of 2^%d bytes", shift)
	}
	c := &compound{data: data, sector: 1 << shift, streams: map[string]int{}, smallLimit: uint64(le.Uint32(data[56:]))}
	tables := data[76:512] // where the table's own sectors lie
	for next, n := le.Uint32(data[68:]), 0; ; n++ {
		for ; len(tables) >= 4; tables = tables[4:] {
			id := le.Uint32(tables)
			if id >= cfbEnd {
				continue
			}
			s, err := c.at(id)
			if err != nil {
				return nil, err
			}
			for ; len(s) >= 4; s = s[4:] {
				c.fat = append(c.fat, le.Uint32(s))
			}
			if len(c.fat) > len(data) {
				return nil, errors.New("its sector table is larger than the file")
			}
		}
		if next >= cfbEnd {
			break
		}
		s, err := c.at(next)
		if err != nil || n > len(data)/c.sector {
			return nil, errors.New("its sector table is broken")
		}
		tables, next = s[:len(s)-4], le.Uint32(s[len(s)-4:])
	}
	var err error
	if c.directory, err = c.chain(le.Uint32(data[48:])); err != nil {
		return nil, err
	}
	small, err := c.chain(le.Uint32(data[60:]))
	if err != nil {
		return nil, err
	}
	for ; len(small) >= 4; small = small[4:] {
		c.miniFAT = append(c.miniFAT, le.Uint32(small))
	}
	if len(c.directory) < cfbEntrySize {
		return nil, errors.New("it has no directory")
	}
	if c.mini, err = c.chain(le.Uint32(c.directory[116:])); err != nil {
		return nil, err
	}
	c.walk(le.Uint32(c.directory[76:]), "", map[uint32]bool{}, 0)
	return c, nil
}

// at returns a sector.
func (c *compound) at(id uint32) ([]byte, error) {
	start := (int64(id) + 1) * int64(c.sector)
	if start+int64(c.sector) > int64(len(c.data)) {
		return nil, fmt.Errorf("sector %d lies beyond the file's end", id)
	}
	return c.data[start : start+int64(c.sector)], nil
}

// chain returns the bytes of a chain of sectors.
func (c *compound) chain(id uint32) ([]byte, error) {
	var b bytes.Buffer
	for id < cfbEnd {
		s, err := c.at(id)
		if err != nil {
			return nil, err
		}
		if b.Len() > len(c.data) || int64(id) >= int64(len(c.fat)) {
			return nil, fmt.Errorf("the chain at sector %d is broken", id)
		}
		b.Write(s)
		id = c.fat[id]
	}
	return b.Bytes(), nil
}

// walk enters an entry of the directory, its siblings and its children.
func (c *compound) walk(id uint32, path string, seen map[uint32]bool, depth int) {
	const deepest = 512
	at := int64(id) * cfbEntrySize
	if seen[id] || depth > deepest || at+cfbEntrySize > int64(len(c.directory)) {
		return
	}
	seen[id] = true
	le := binary.LittleEndian
	e := c.directory[at : at+cfbEntrySize]
	name := path + decodeUTF16(e[:min(64, max(2, int(le.Uint16(e[64:])))-2)], false)
	c.walk(le.Uint32(e[68:]), path, seen, depth+1)
	c.walk(le.Uint32(e[72:]), path, seen, depth+1)
	switch e[66] {
	case 1:
		c.walk(le.Uint32(e[76:]), name+"/", seen, depth+1)
	case 2:
		c.streams[name] = int(at)
	}
}

// stream returns the bytes of a stream.
func (c *compound) stream(name string) ([]byte, error) {
	at, ok := c.streams[name]
	if !ok {
		return nil, fmt.Errorf("%s is missing", name)
	}
	le := binary.LittleEndian
	id, size := le.Uint32(c.directory[at+116:]), le.Uint64(c.directory[at+120:])
	if size > uint64(len(c.data)) {
		return nil, fmt.Errorf("%s is longer than the file", name)
	}
	if size >= c.smallLimit {
		b, err := c.chain(id)
		return b[:min(uint64(len(b)), size)], err
	}
	var b []byte
	for id < cfbEnd && uint64(len(b)) < size {
		start := int64(id) * cfbMiniSector
		if start+cfbMiniSector > int64(len(c.mini)) || int64(id) >= int64(len(c.miniFAT)) {
			return nil, fmt.Errorf("%s: the chain at small sector %d is broken", name, id)
		}
		b = append(b, c.mini[start:start+cfbMiniSector]...)
		id = c.miniFAT[id]
	}
	return b[:min(uint64(len(b)), size)], nil
}
