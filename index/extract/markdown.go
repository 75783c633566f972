package extract

import (
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "markdown", extensions: []string{".md", ".markdown", ".mdown", ".mkd"}, read: readMarkdown})
}

func readMarkdown(in index.Input) (index.Text, error) {
	body, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	t := index.Text{Body: body}
	fence := ""
	for at := 0; at < len(body); {
		end := len(body)
		if i := strings.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimRight(body[at:end], " \t\r")
		text := strings.TrimLeft(line, " ")
		switch {
		case fence != "":
			if strings.HasPrefix(text, fence) {
				fence = ""
			}
		case strings.HasPrefix(text, "```"), strings.HasPrefix(text, "~~~"):
			fence = text[:3]
		case strings.HasPrefix(text, "#"):
			level := len(text) - len(strings.TrimLeft(text, "#"))
			title := strings.TrimSpace(strings.TrimRight(text[level:], "#"))
			if level <= 6 && title != "" && (text[level] == ' ' || text[level] == '\t') {
				start := at + len(line) - len(text) + strings.Index(text, title)
				span := index.Span{Start: start, End: start + len(title)}
				t.Headings = append(t.Headings, index.Heading{Span: span, Level: level, Title: title})
			}
		}
		at = end + 1
	}
	if len(t.Headings) > 0 {
		t.Title = t.Headings[0].Title
	}
	return t, nil
}
