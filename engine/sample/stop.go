package sample

import "strings"

// Stop ends a stream of text before any of some strings.
type Stop struct {
	strings []string
	held    string // may be the beginning of one
}

// NewStop returns a matcher; without strings it lets all through.
func NewStop(strings []string) *Stop { return &Stop{strings: strings} }

// Next takes text and returns what may be emitted; stopped says that a string was
// met, and that nothing follows.
func (s *Stop) Next(text string) (emit string, stopped bool) {
	text = s.held + text
	end := -1
	for _, stop := range s.strings {
		if at := strings.Index(text, stop); stop != "" && at >= 0 && (end < 0 || at < end) {
			end = at
		}
	}
	if end >= 0 {
		s.held = ""
		return text[:end], true
	}
	hold := 0
	for _, stop := range s.strings {
		for n := min(len(stop)-1, len(text)); n > hold; n-- {
			if strings.HasSuffix(text, stop[:n]) {
				hold = n
			}
		}
	}
	s.held = text[len(text)-hold:]
	return text[:len(text)-hold], false
}

// Flush returns what was held back at the end of a stream.
func (s *Stop) Flush() string {
	text := s.held
	s.held = ""
	return text
}
