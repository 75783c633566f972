package segment

// A posting is a chunk and how often a term occurs in its body and headings. It
// is written as two or three varints: the distance to the chunk before, times
// two, plus one if there is a heading count; the body count; the heading count.

// Posting is a chunk of a segment and how often a term occurs in it.
type Posting struct {
	Chunk         uint32
	Body, Heading uint32
}

// leastPosting is the length of the shortest.
const leastPosting = 2

// decode appends postings to dst; ok is false if the bytes are not sound.
func decode(dst []Posting, b []byte, chunks uint32) (_ []Posting, ok bool) {
	at := uint64(0) // chunk plus one
	for i := 0; i < len(b); {
		delta, n := uvarint(b, i)
		i = n
		body, n := uvarint(b, i)
		i = n
		var heading uint64
		if delta&1 != 0 {
			heading, i = uvarint(b, i)
		}
		at += delta >> 1
		if i < 0 || i > len(b) || delta>>1 == 0 || at > uint64(chunks) || body > 1<<31 || heading > 1<<31 {
			return dst, false
		}
		dst = append(dst, Posting{uint32(at - 1), uint32(body), uint32(heading)})
	}
	return dst, true
}

// uvarint reads a number at i and returns where the next begins: past the end of
// b if the number is cut off.
func uvarint(b []byte, i int) (uint64, int) {
	if uint(i) < uint(len(b)) && b[i] < 0x80 {
		return uint64(b[i]), i + 1
	}
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		if uint(i) >= uint(len(b)) {
			break
		}
		c := b[i]
		i++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v, i
		}
	}
	return 0, len(b) + 1
}
