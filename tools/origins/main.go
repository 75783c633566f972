// Command origins fails where a file of the page names another host: the page
// talks to the place that it came from, and to nothing else.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// names are hosts in addresses that name a thing and are never fetched.
var names = []string{"www.w3.org"}

// texts are the extensions of files that a browser takes addresses from.
var texts = []string{".html", ".js", ".mjs", ".css", ".json", ".webmanifest", ".svg"}

// address finds absolute addresses, and those that leave out the scheme where
// markup or a style sheet fetches them.
var address = regexp.MustCompile(`(?i)(?:\b(?:https?|wss?):|(?:src|href|action)\s*=\s*["']?|url\(\s*["']?)//([\w.-]+)`)

func main() {
	folder := "build/web"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	found, err := foreign(os.DirFS(folder))
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("the page names other hosts:\n%s", strings.Join(found, "\n"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "origins:", err)
		os.Exit(1)
	}
	fmt.Println("origins: the page names no other host")
}

// foreign lists the addresses of other hosts as "file: address".
func foreign(page fs.FS) ([]string, error) {
	var found []string
	err := fs.WalkDir(page, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(texts, path.Ext(name)) {
			return err
		}
		data, err := fs.ReadFile(page, name)
		if err != nil {
			return err
		}
		for _, m := range address.FindAllSubmatch(data, -1) {
			if !slices.Contains(names, string(m[1])) {
				found = append(found, name+": "+string(m[0]))
			}
		}
		return nil
	})
	return found, err
}
