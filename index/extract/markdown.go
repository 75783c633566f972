package extract

import (
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "markdown", extensions: []string{".md", ".markdown", ".mdown", ".mkd", ".qmd"}, read: readMarkdown})
}

// longestHeading is the most bytes of a line that is a heading: a longer one is a
// paragraph, and taking its links out would cost the square of their number.
const longestHeading = 1000

// readMarkdown finds the headings of CommonMark, both ATX (# title) and Setext
// (underlined), and the title of YAML front matter. The body is the source.
// https://spec.commonmark.org/0.31.2/
func readMarkdown(in index.Input) (index.Text, error) {
	body, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	t := index.Text{Body: body}
	at, title := frontMatter(body)
	t.Title = title
	fence := ""
	before := index.Span{} // the line before, if it may be underlined
	for at < len(body) {
		end := lineEnd(body, at)
		line := strings.TrimRight(body[at:end], " \t\r")
		text := strings.TrimLeft(line, " ")
		start := at + len(line) - len(text)
		indented := len(line)-len(text) > 3 || strings.HasPrefix(text, "\t")
		previous := before
		before = index.Span{}
		level, heading := 0, previous
		switch {
		case fence != "":
			if strings.HasPrefix(text, fence) && strings.Trim(text, fence[:1]) == "" {
				fence = ""
			}
		case indented:
		case strings.HasPrefix(text, "```"), strings.HasPrefix(text, "~~~"):
			fence = text[:len(text)-len(strings.TrimLeft(text, text[:1]))]
		case atx(text) > 0:
			level = atx(text)
			title := strings.TrimSpace(text[level:])
			if bare := strings.TrimRight(title, "#"); bare == "" || strings.HasSuffix(bare, " ") {
				title = strings.TrimSpace(bare)
			}
			start += strings.Index(text, title)
			heading = index.Span{Start: start, End: start + len(title)}
		case previous.Len() > 0 && text != "" && strings.Trim(text, "=") == "":
			level = 1
		case previous.Len() > 0 && len(text) > 1 && strings.Trim(text, "-") == "":
			level = 2
		case text != "" && !strings.ContainsRune("-*+>|", rune(text[0])):
			before = index.Span{Start: start, End: start + len(text)}
		}
		if level > 0 && heading.Len() <= longestHeading {
			if title := plainTitle(body[heading.Start:heading.End]); title != "" {
				t.Headings = append(t.Headings, index.Heading{Span: heading, Level: level, Title: title})
			}
		}
		at = end + 1
	}
	return t, nil
}

// atx returns the level of an ATX heading, or 0.
func atx(line string) int {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	if n > 6 || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	return n
}

// plainTitle takes the emphasis and links out of a title. Nothing may be left of it.
func plainTitle(title string) string {
	for {
		open := strings.IndexByte(title, '[')
		shut := strings.Index(title, "](")
		end := -1
		if shut > open {
			end = strings.IndexByte(title[shut:], ')')
		}
		if open < 0 || end < 0 {
			break
		}
		title = title[:open] + title[open+1:shut] + title[shut+end+1:]
	}
	return strings.TrimSpace(strings.NewReplacer("**", "", "__", "", "`", "").Replace(title))
}

// frontMatter returns where the text begins after YAML front matter, and the
// title in it.
func frontMatter(body string) (at int, title string) {
	if !strings.HasPrefix(body, "---\n") && !strings.HasPrefix(body, "---\r\n") {
		return 0, ""
	}
	for at = lineEnd(body, 0) + 1; at < len(body); {
		end := lineEnd(body, at)
		line := strings.TrimSpace(body[at:end])
		at = end + 1
		if line == "---" || line == "..." {
			return at, title
		}
		if value, ok := strings.CutPrefix(line, "title:"); ok {
			title = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return 0, ""
}

// lineEnd returns where the line at i ends, before its line feed.
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}
