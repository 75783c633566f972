package extract

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

var update = flag.Bool("update", false, "write what is read of testdata/documents anew")

// shown is a text with its title, headings and pages.
func shown(t index.Text) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", t.Format, t.Title, outline(t))
	at := 0
	for _, p := range t.Pages {
		fmt.Fprintf(&b, "%s[%s]\n", t.Body[at:p.Start], p.Label)
		at = p.Start
	}
	b.WriteString(t.Body[at:] + "\n")
	return b.String()
}

// Files of word processors, browsers and TeX are read as they were when somebody
// last looked.
func TestRealDocuments(t *testing.T) {
	const folder = "../../testdata/documents"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if ext := filepath.Ext(f.Name()); ext == ".md" || ext == ".txt" {
			continue
		}
		t.Run(f.Name(), func(t *testing.T) {
			path := filepath.Join(folder, f.Name())
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Extract(index.Input{ID: f.Name(), Data: data})
			if err != nil {
				t.Fatal(err)
			}
			check(t, got)
			if *update {
				if err := os.WriteFile(path+".txt", []byte(shown(got)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			if shown(got) != string(want) {
				t.Errorf("read as\n%s", shown(got))
			}
		})
	}
}
