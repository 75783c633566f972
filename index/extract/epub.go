//go:build !lean

package extract

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "epub", extensions: []string{".epub"}, sniff: isArchive("application/epub+zip"), read: readEPUB})
}

// readEPUB reads the chapters of a book in reading order.
// https://www.w3.org/TR/epub-33/
func readEPUB(in index.Input) (index.Text, error) {
	a, err := openArchive(in.Data)
	if err != nil {
		return index.Text{}, err
	}
	if a.has("META-INF/rights.xml") {
		return index.Text{}, bad(in, "it is protected (DRM): Ondol reads unprotected books")
	}
	source, err := a.part("META-INF/container.xml")
	if err != nil {
		return index.Text{}, err
	}
	pack := ""
	for e := range elements(source) {
		if e.name == "rootfile" && e.open && pack == "" {
			pack = e.attr("full-path")
		}
	}
	if source, err = a.part(pack); err != nil {
		return index.Text{}, err
	}
	var b builder
	b.text.Title = firstText(source, "title")
	files := map[string]string{}
	for e := range elements(source) {
		switch {
		case !e.open || b.full():
		case e.name == "item" && !strings.Contains(" "+e.attr("properties")+" ", " nav "):
			files[e.attr("id")] = path.Join(path.Dir(pack), unescapeURL(e.attr("href")))
		case e.name == "itemref" && files[e.attr("idref")] != "":
			file := files[e.attr("idref")]
			chapter, err := a.part(file)
			if err != nil {
				return index.Text{}, err
			}
			source, err := decode(index.Input{ID: file, Data: chapter})
			if err != nil {
				return index.Text{}, fmt.Errorf("chapter %w", err)
			}
			b.append(walkHTML(source, false, false))
		}
	}
	return b.done(), nil
}

// unescapeURL undoes the percent signs of a path.
func unescapeURL(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
