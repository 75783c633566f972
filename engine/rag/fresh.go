package rag

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index/chunk"
)

// fresh passes on a text that is being written, and ends it where it begins to repeat
// itself: with a sentence said before, or by going in a circle. What may turn out to be
// a repetition is held back, so that none is passed on.
type fresh struct {
	say   func(string) error
	whole func() error // the sentence passed on last is whole, with the marks [n] behind it
	said  []string     // sentences that are not to be said again, as bare has them
	text  string       // what was written since the last whole sentence
	out   int          // bytes of text that were passed on
	begun bool         // something was passed on
}

// circle is how many bytes a text has to repeat, and how many turns it has to take, to
// go in a circle.
const circle, turns = 64, 2

// write takes what was written next; more is false once the text has ended.
func (f *fresh) write(piece string) (more bool, err error) {
	if f.text += piece; !f.begun {
		f.text = strings.TrimLeft(f.text, " \n")
	}
	end, whole := f.sentence()
	for ; whole; end, whole = f.sentence() {
		if f.out == 0 && f.repeated(f.text[:end]) {
			f.text = ""
			return false, nil
		}
		if err := f.pass(end); err != nil {
			return false, err
		}
		f.said = append(f.said, bare(f.text[:end]))
		beyond := f.out > end // where it ended was not to be seen before
		f.text, f.out = f.text[end:], f.out-end
		if beyond {
			continue
		}
		if err := f.whole(); err != nil {
			return false, err
		}
	}
	begun := bare(f.text)
	if slices.ContainsFunc(f.said, func(s string) bool { return strings.HasPrefix(s, begun) }) || begun == "" {
		return true, nil
	}
	repeats, circles := recurs(f.text)
	if circles {
		f.text = f.text[:f.out]
		return false, nil
	}
	return true, f.pass(len(strings.TrimRight(f.text[:min(end, len(f.text)-repeats)], " \n")))
}

// end passes on what was held back. A text that was cut short loses the beginning of a
// sentence said before.
func (f *fresh) end(cut bool) error {
	begun := bare(f.text)
	if f.repeated(f.text) || cut && f.out == 0 && slices.ContainsFunc(f.said, func(s string) bool { return strings.HasPrefix(s, begun) }) {
		return nil
	}
	return f.pass(len(strings.TrimRight(f.text, " \n")))
}

func (f *fresh) pass(end int) error {
	if end <= f.out {
		return nil
	}
	text := f.text[f.out:end]
	f.out, f.begun = end, true
	return f.say(text)
}

// sentence is the length of the sentence that the text begins with, with the marks
// behind it, and whether it is whole: the next one has begun.
func (f *fresh) sentence() (end int, whole bool) {
	n := 0
	for _, s := range chunk.Sentences(f.text) {
		if n++; n == 2 {
			break
		}
		end = s.End
	}
	if n < 2 {
		return len(f.text), false
	}
	length, rest := marks(f.text[end:])
	rest = strings.TrimSpace(rest)
	return end + length, rest != "" && !openMark(rest)
}

// openMark reports whether a text may be the beginning of a mark.
func openMark(text string) bool {
	_, length := reference(text)
	return length < 0
}

func (f *fresh) repeated(sentence string) bool {
	s := bare(sentence)
	return s != "" && slices.Contains(f.said, s)
}

// bare is a text in lower case, without its place in a list, marks and what may become
// one.
func bare(text string) string {
	if text = unlisted(strings.TrimSpace(text)); strings.Trim(text, "0123456789.)-") == "" {
		return "" // it may become a place in a list
	}
	if open := strings.LastIndexByte(text, '['); open >= 0 && openMark(text[open:]) {
		text = text[:open]
	}
	var b strings.Builder
	for before := range cutMarks(text) {
		b.WriteString(before)
	}
	return strings.Join(strings.Fields(strings.ToLower(b.String())), " ")
}

// recurs is the length of the longest end of a text that stands in it before, and
// whether the text goes in a circle there.
func recurs(text string) (length int, circles bool) {
	for period := 1; period < len(text); period++ {
		n := 0
		for n < len(text)-period && text[len(text)-1-n] == text[len(text)-1-n-period] {
			n++
		}
		length = max(length, n)
		circles = circles || n >= max(circle, turns*period)
	}
	for length > 0 && !utf8.RuneStart(text[len(text)-length]) {
		length--
	}
	return length, circles
}
