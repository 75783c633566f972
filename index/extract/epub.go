package extract

import (
	"fmt"
	"net/url"
	"path"
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
			href, err := url.PathUnescape(e.attr("href"))
			if err != nil {
				return index.Text{}, err
			}
			files[e.attr("id")] = path.Join(path.Dir(pack), href)
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
