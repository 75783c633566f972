//go:build !lean

package extract

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// An element is a tag of an XML document, or the text between two tags. Names
// are without their namespace.
type element struct {
	name  string // "" for text
	open  bool   // a start tag, or an empty element
	close bool   // an end tag, or an empty element
	text  string
	attrs []attribute
}

// An attribute has its name with the namespace.
type attribute struct{ Key, Val string }

// attr returns an attribute by its name without namespace, or "".
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Key == name || a.Key[strings.IndexByte(a.Key, ':')+1:] == name {
			return a.Val
		}
	}
	return ""
}

// elements yields the tags and texts of an XML document in order, as far as it
// can be read: office programs write XML that is sound, and what is damaged
// ends early. Names keep their case. Bytes that are not UTF-8 become U+FFFD.
func elements(source []byte) iter.Seq[*element] {
	return func(yield func(*element) bool) { eachElement(source, yield) }
}

// eachElement stands apart so that it is compiled once, not into every loop.
func eachElement(source []byte, yield func(*element) bool) {
	var e element
	if !utf8.Valid(source) {
		source = bytes.ToValidUTF8(source, []byte("\ufffd"))
	}
	for len(source) > 0 {
		open := bytes.IndexByte(source, '<')
		if open != 0 {
			if open < 0 {
				open = len(source)
			}
			e = element{text: html.UnescapeString(string(source[:open])), attrs: e.attrs[:0]}
			if !yield(&e) {
				return
			}
			source = source[open:]
			continue
		}
		var rest []byte
		switch {
		case bytes.HasPrefix(source, []byte("<!--")):
			_, rest, _ = bytes.Cut(source, []byte("-->"))
		case bytes.HasPrefix(source, []byte("<![CDATA[")):
			var data []byte
			data, rest, _ = bytes.Cut(source[9:], []byte("]]>"))
			e = element{text: string(data), attrs: e.attrs[:0]}
			if !yield(&e) {
				return
			}
		case source[1%len(source)] == '?' || source[1%len(source)] == '!':
			_, rest, _ = bytes.Cut(source, []byte(">"))
		default:
			var ok bool
			if rest, ok = e.parse(source); !ok {
				return
			}
			if !yield(&e) {
				return
			}
		}
		source = rest
	}
}

// parse reads the tag at the head of the source and returns what follows it.
func (e *element) parse(source []byte) (rest []byte, ok bool) {
	*e = element{open: true, attrs: e.attrs[:0]}
	i := 1
	if i < len(source) && source[i] == '/' {
		e.open, e.close = false, true
		i++
	}
	name := i
	for i < len(source) && !strings.ContainsRune(" \t\r\n/>", rune(source[i])) {
		i++
	}
	full := source[name:i]
	e.name = string(full[bytes.IndexByte(full, ':')+1:])
	for i < len(source) {
		switch c := source[i]; {
		case c == '>':
			return source[i+1:], true
		case c == '/':
			e.close = true
			i++
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		default:
			key := i
			for i < len(source) && !strings.ContainsRune("= \t\r\n/>", rune(source[i])) {
				i++
			}
			k := string(source[key:i])
			if i+1 < len(source) && source[i] == '=' && (source[i+1] == '"' || source[i+1] == '\'') {
				end := bytes.IndexByte(source[i+2:], source[i+1])
				if end < 0 {
					return nil, false
				}
				e.attrs = append(e.attrs, attribute{Key: k, Val: html.UnescapeString(string(source[i+2 : i+2+end]))})
				i += end + 3
			} else if i == key || i < len(source) && source[i] == '=' {
				i++
			}
		}
	}
	return nil, false
}
