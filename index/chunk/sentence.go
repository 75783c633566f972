package chunk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// Sentences returns the sentences of a text in order, without the space around
// them; headings, list items and table rows are sentences too. It reads the
// text once.
func Sentences(text string) (list []index.Span) {
	start, line := 0, 0 // of the sentence, of the line
	for i := 0; i < len(text); {
		end := i + 1
		ended := false
		switch c := text[i]; {
		case c == '\n':
			ended = lineEnds(text[line:i], text[end:])
			line = end
		case c == '.' || c == '!' || c == '?':
			end = closing(text, end)
			ended = stopEnds(text, line, i, end)
		case c == 0xE3 || c == 0xEF: // 。！？
			if r, n := utf8.DecodeRuneInString(text[i:]); r == '。' || r == '！' || r == '？' {
				end, ended = closing(text, i+n), true
			}
		}
		if ended {
			if s := trim(text, start, end); s.Len() > 0 {
				list = append(list, s)
			}
			start = end
		}
		i = end
	}
	if s := trim(text, start, len(text)); s.Len() > 0 {
		list = append(list, s)
	}
	return list
}

// closing returns the end of the marks at i that still belong to the sentence:
// further stops, quotes, brackets.
func closing(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !strings.ContainsRune(`.!?…。！？"'”’)]」』》〉`, r) {
			break
		}
		i += n
	}
	return i
}

// stopEnds reports whether the stop at i, with the marks after it up to end,
// ends a sentence of the line that began at line.
func stopEnds(text string, line, i, end int) bool {
	if end == len(text) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(text[end:])
	before, _ := utf8.DecodeLastRuneInString(text[line:i])
	korean := syllable(before)
	if !unicode.IsSpace(next) {
		// 했다.그는 lacks its space; "…했다."고 goes on, as do 3.5 and a.b.
		return korean && end == i+1 && syllable(next) && strings.ContainsRune("다요까죠음임함됨", before)
	}
	rest := strings.TrimLeft(text[end:], " \t")
	if rest == "" || rest[0] == '\n' || rest[0] == '\r' {
		return text[i] != '.' || !listNumber(text[line:i])
	}
	next, _ = utf8.DecodeRuneInString(rest)
	if korean || before == ' ' {
		return true
	}
	if unicode.IsLower(next) {
		return false // "ca. five", "Stop!" he said
	}
	if text[i] != '.' {
		return true
	}
	if unicode.IsDigit(before) && (unicode.IsDigit(next) || dated(text[line:i])) || listNumber(text[line:i]) {
		return false // "1. Item"
	}
	return end > i+1 || !abbreviated(text[max(line, i-maxAbbreviation):i], rest)
}

// dated reports whether a line so far ends as 2006. 3. 4 does.
func dated(line string) bool {
	month, ok := strings.CutSuffix(strings.TrimRight(line[max(0, len(line)-8):], "0123456789"), ". ")
	return ok && month != "" && '0' <= month[len(month)-1] && month[len(month)-1] <= '9'
}

// listNumber reports whether a line so far is only the number of a list item.
func listNumber(line string) bool {
	line = strings.TrimLeft(line, " \t>")
	return line != "" && len(line) <= 3 && strings.Trim(line, "0123456789") == ""
}

// Lines are cut short on purpose below, and wrapped by nothing above these
// widths, in columns.
const shortLine, longLine = 48, 120

// lineEnds reports whether a sentence ends with a line: where the line or the
// next is blank, a heading, a list item or a table row, or was not wrapped. Cells
// stand between bars.
func lineEnds(line, rest string) bool {
	line = strings.TrimSpace(line)
	next, _, _ := strings.Cut(rest[:min(len(rest), 64)], "\n")
	next = strings.TrimSpace(next)
	if line == "" || next == "" || block(next) || block(line) && (line[0] == '#' || line[0] == '|') || strings.Contains(line, " | ") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(next)
	if w := columns(line); w >= shortLine || unicode.IsLower(first) {
		return w > longLine
	}
	return true
}

// block reports whether a line begins a block of Markdown, or a bullet or a
// number of a list in any text.
func block(line string) bool {
	switch line[0] {
	case '#', '|', '>', '`', '~', '=':
		return true
	case '-', '*', '+':
		return len(line) == 1 || line[1] == ' ' || line[1] == line[0]
	}
	if first, _ := utf8.DecodeRuneInString(line); line[0] >= utf8.RuneSelf && strings.ContainsRune("•◦▪■□○●※", first) {
		return true
	}
	n := strings.IndexFunc(line, func(r rune) bool { return r < '0' || r > '9' })
	return n > 0 && n <= 3 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' '
}

// columns is the width of a line on a terminal, at most a little over longLine.
func columns(line string) int {
	w := 0
	for _, r := range line {
		w++
		if r >= 0x1100 && r <= 0xFFDC {
			w++
		}
		if w > longLine {
			break
		}
	}
	return w
}

func syllable(r rune) bool { return 0xAC00 <= r && r <= 0xD7A3 }

// trim narrows a range to what is not space.
func trim(text string, start, end int) index.Span {
	s := text[start:end]
	left := strings.TrimLeftFunc(s, unicode.IsSpace)
	start += len(s) - len(left)
	return index.Span{Start: start, End: start + len(strings.TrimRightFunc(left, unicode.IsSpace))}
}
