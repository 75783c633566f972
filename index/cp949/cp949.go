// Package cp949 decodes CP949 (Windows code page 949, Unified Hangul Code), the
// old encoding of Korean, of which EUC-KR is a part.
//
// golang.org/x/text has it too, but with tables for both directions, which no
// linker can part: four times the size in the engine.
package cp949

import (
	"sync"
	"unicode/utf8"
)

// A code of two bytes is a lead and a trail. Leads and trails from 0xA1 are KS X
// 1001; the other trails hold the syllables that it lacks, in Unicode order.
const (
	first   = 0x81 // least lead
	ks      = 0xA1 // least lead and trail of KS X 1001
	columns = 94   // of KS X 1001, for each lead
)

// table is what the strings hold.
type table struct{ symbols, hangul, hanja, rest []rune }

// tables holds the strings as runes, and the syllables beyond KS X 1001.
var tables = sync.OnceValue(func() *table {
	t := &table{}
	t.symbols, t.hangul, t.hanja = []rune(symbols), []rune(hangul), []rune(hanja)
	next := 0
	for r := rune(0xAC00); r <= 0xD7A3; r++ {
		if next < len(t.hangul) && t.hangul[next] == r {
			next++
		} else {
			t.rest = append(t.rest, r)
		}
	}
	return t
})

// Decode returns the text, and whether all bytes had a meaning; those without
// become U+FFFD.
func Decode(data []byte) (text string, ok bool) {
	b := make([]byte, 0, len(data)*3/2)
	ok = true
	for len(data) > 0 {
		r, n := decodeRune(data)
		ok = ok && r != utf8.RuneError
		b = utf8.AppendRune(b, r)
		data = data[n:]
	}
	return string(b), ok
}

// decodeRune returns the first character and its length; U+FFFD and 1 where
// there is none.
func decodeRune(data []byte) (rune, int) {
	lead := data[0]
	if lead < utf8.RuneSelf {
		return rune(lead), 1
	}
	if lead < first || len(data) < 2 {
		return utf8.RuneError, 1
	}
	t, trail := tables(), data[1]
	if lead >= ks && trail >= ks && trail < ks+columns {
		at := int(lead-ks)*columns + int(trail-ks)
		for _, block := range []struct {
			row   int
			runes []rune
		}{{0xA1, t.symbols}, {0xB0, t.hangul}, {0xCA, t.hanja}} {
			i := at - (block.row-ks)*columns
			if i >= 0 && i < len(block.runes) && block.runes[i] != '_' {
				return block.runes[i], 2
			}
		}
		return utf8.RuneError, 1
	}
	// 178 trails for the leads below KS X 1001, 84 for those within it.
	column, width := -1, 178
	switch {
	case trail >= 'A' && trail <= 'Z':
		column = int(trail - 'A')
	case trail >= 'a' && trail <= 'z':
		column = int(trail-'a') + 26
	case trail >= first && trail < 0xFF:
		column = int(trail-first) + 52
	}
	at := int(lead-first)*width + column
	if lead >= ks {
		at = (ks-first)*width + int(lead-ks)*(width-columns) + column
	}
	if column < 0 || at >= len(t.rest) {
		return utf8.RuneError, 1
	}
	return t.rest[at], 2
}

// Hanja returns the hanja of KS X 1001 in their order, which is that of their
// readings.
func Hanja() []rune { return tables().hanja }
