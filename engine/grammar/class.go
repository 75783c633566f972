package grammar

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// others are the characters that are not in c.
func (c class) others() class {
	var out class
	from := rune(0)
	for _, s := range c.sorted() {
		if s.low > from {
			out = append(out, span{from, s.low - 1})
		}
		from = max(from, s.high+1)
	}
	if from <= utf8.MaxRune {
		out = append(out, span{from, utf8.MaxRune})
	}
	return out
}

// without are the characters of c that are not in d.
func (c class) without(d class) class {
	return append(slices.Clone(c.others()), d...).others()
}

// sorted is c in order and without overlaps.
func (c class) sorted() class {
	c = slices.Clone(c)
	sort.Slice(c, func(i, j int) bool { return c[i].low < c[j].low })
	var out class
	for _, s := range c {
		if n := len(out); n > 0 && s.low <= out[n-1].high+1 {
			out[n-1].high = max(out[n-1].high, s.high)
		} else {
			out = append(out, s)
		}
	}
	return out
}

const firstSurrogate, lastSurrogate = 0xd800, 0xdfff

// byteRange is a byte between bounds.
type byteRange struct{ low, high byte }

// encodings are the sequences of bytes that the characters of a span are written
// as (Cox, Regular Expression Matching in the Wild, 2010).
func (s span) encodings(yield func([]byteRange)) {
	switch {
	case s.low > s.high:
		return
	case s.low <= lastSurrogate && s.high >= firstSurrogate:
		span{s.low, firstSurrogate - 1}.encodings(yield)
		span{lastSurrogate + 1, s.high}.encodings(yield)
		return
	}
	// Characters of one sequence have one length,
	for _, last := range []rune{0x7f, 0x7ff, 0xffff} {
		if s.low <= last && s.high > last {
			span{s.low, last}.encodings(yield)
			span{last + 1, s.high}.encodings(yield)
			return
		}
	}
	// and where they differ before the end, all that can follow.
	if s.high > 0x7f {
		for bits := 6; bits <= 18; bits += 6 {
			rest := rune(1)<<bits - 1
			if s.low&^rest == s.high&^rest {
				break
			}
			if s.low&rest != 0 {
				span{s.low, s.low | rest}.encodings(yield)
				span{(s.low | rest) + 1, s.high}.encodings(yield)
				return
			}
			if s.high&rest != rest {
				span{s.low, s.high&^rest - 1}.encodings(yield)
				span{s.high &^ rest, s.high}.encodings(yield)
				return
			}
		}
	}
	var low, high [utf8.UTFMax]byte
	n := utf8.EncodeRune(low[:], s.low)
	utf8.EncodeRune(high[:], s.high)
	ranges := make([]byteRange, n)
	for i := range ranges {
		ranges[i] = byteRange{low[i], high[i]}
	}
	yield(ranges)
}

func (c class) has(r rune) bool {
	return slices.ContainsFunc(c, func(s span) bool { return r >= s.low && r <= s.high })
}
