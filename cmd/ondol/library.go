package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// openLibrary runs an engine over the library of --store, or over one in memory
// that is filled from --docs.
func openLibrary(engine string, threads int, dir string, docs []string) (*session, error) {
	var kept index.Store
	switch {
	case dir == "" && len(docs) == 0:
		return nil, usagef("name the documents: --docs PATH or --store DIR")
	case dir != "" && len(docs) > 0:
		return nil, usagef("name --docs or --store, not both; to add to a store: ondol index --store %s PATH", dir)
	case dir == "":
		kept = store.NewMemory()
	case isSite(dir):
		kept = newSite(dir)
	default:
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("no library at %s; make one with: ondol index --store %s PATH", dir, dir)
		}
		folder, err := store.OpenFolder(dir)
		if err != nil {
			return nil, err
		}
		kept = folder
	}
	s, err := startTeam(engine, threads, kept)
	if err != nil {
		return nil, err
	}
	_, err = s.Do("open", abi.OpenRequest{Ranges: isSite(dir)}, nil)
	if err == nil && len(docs) > 0 {
		err = s.add(docs, nil, nil, nil)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// makeLibrary runs an engine over the library in a folder, which is made if need be,
// and taken away again if nothing comes into it.
func makeLibrary(engine string, threads int, dir string) (*session, error) {
	_, absent := os.Stat(dir)
	kept, err := store.OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	unmake := func() {
		if absent != nil {
			_ = os.Remove(dir) // which fails if anything is in it
		}
	}
	s, err := startTeam(engine, threads, kept)
	if err != nil {
		unmake()
		return nil, err
	}
	s.unmake = unmake
	if _, err := s.Do("open", nil, nil); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// add takes files and folders in. It reports documents that fail on standard
// error and fails itself only if nothing could be read.
func (s *session) add(paths, tags []string, have []index.Document, report func(abi.AddEvent)) error {
	documents, err := find(paths, have)
	if err != nil {
		return err
	}
	if tags != nil {
		for i := range documents {
			documents[i].Tags = &tags
		}
	}
	var failed []error
	_, err = abi.Call[abi.LibraryResult](s, "add", abi.AddRequest{Documents: documents}, func(e abi.AddEvent) bool {
		if e.Error != nil {
			failed = append(failed, e.Error)
		}
		if report != nil {
			report(e)
		}
		return true
	})
	if err != nil {
		return err
	}
	if len(failed) == len(documents) {
		return errors.Join(failed...)
	}
	for _, err := range failed {
		fmt.Fprintln(os.Stderr, "ondol: passed over:", err)
	}
	return nil
}

// tidy does what adding and removing left to be done.
func (s *session) tidy() error {
	for {
		r, err := abi.Call[abi.TidyResult, struct{}](s, "tidy", nil, nil)
		if err != nil || !r.More {
			return err
		}
	}
}

// find lists the documents under paths. A file that is named must be readable; in
// folders, hidden files and files of unknown formats are passed over. A document's
// ID is its path below the folder that was named, or the file's own name; should
// two files claim one ID, their parent folders tell them apart.
func find(paths []string, have []index.Document) ([]abi.AddDocument, error) {
	owner := map[string]string{} // ID to source
	for _, d := range have {
		if _, err := os.Stat(d.Source); err == nil {
			owner[d.ID] = d.Source
		}
	}
	var documents []abi.AddDocument
	add := func(path, id string, size int64) error {
		source, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		for rest := filepath.ToSlash(filepath.Dir(source)); owner[id] != "" && owner[id] != source && rest != "/" && rest != "."; {
			at := strings.LastIndexByte(rest, '/')
			id, rest = rest[at+1:]+"/"+id, rest[:max(at, 0)]
			if rest == "" {
				break
			}
		}
		owner[id] = source
		documents = append(documents, abi.AddDocument{ID: id, Path: source, Source: path, Size: size})
		return nil
	}
	for _, root := range paths {
		info, err := os.Stat(root)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if !info.Mode().IsRegular() {
				return nil, fmt.Errorf("%s is neither a file nor a folder", root)
			}
			if err := add(root, filepath.Base(root), info.Size()); err != nil {
				return nil, err
			}
			continue
		}
		before := len(documents)
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			hidden := strings.HasPrefix(d.Name(), ".") && path != root
			if d.IsDir() {
				if hidden {
					return fs.SkipDir
				}
				return nil
			}
			if hidden || !d.Type().IsRegular() || !extract.Known(d.Name()) {
				return nil
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			id, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			return add(path, filepath.ToSlash(id), info.Size())
		})
		if err != nil {
			return nil, err
		}
		if len(documents) == before {
			return nil, fmt.Errorf("%s holds no document of a format that Ondol reads", root)
		}
	}
	return documents, nil
}

var indexCommand = command{
	name: "index", args: "--store DIR [--tag TAG] [--encoder ENCODER.gguf|none] [--threads 1] [PATH...] | --remove ID | --list [--json]",
	about: "Add documents to a library in a folder, update them, remove or list them; without any, go on with what was not finished.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's `folder`; it is made if need be")
		engine, threads, encoder := engineFlag(f), threadsFlag(f), encoderFlag(f)
		var remove, tags list
		f.Var(&tags, "tag", "give the documents this `tag` (may be repeated)")
		f.Var(&remove, "remove", "remove the document with this `ID` (may be repeated)")
		show := f.Bool("list", false, "list the documents")
		asJSON := f.Bool("json", false, "print JSON")
		return func(paths []string) error {
			if *dir == "" {
				return usagef("name the library: --store DIR")
			}
			if isSite(*dir) && !*show {
				return errReadOnly
			}
			return indexInto(*engine, *threads, *dir, *encoder, paths, tags, remove, *show, *asJSON)
		}
	},
}

func indexInto(engine string, threads int, dir string, encoder encoderChoice, paths, tags, remove []string, show, asJSON bool) (err error) {
	if _, err := os.Stat(dir); err != nil && len(paths) == 0 {
		return fmt.Errorf("no library at %s; make one with: ondol index --store %s PATH", dir, dir)
	}
	s, err := makeLibrary(engine, threads, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if len(remove) > 0 {
		if _, err := s.Do("remove", abi.RemoveRequest{IDs: remove}, nil); err != nil {
			return err
		}
	}
	library, err := s.list()
	if err != nil {
		return err
	}
	if len(paths) > 0 {
		err := s.add(paths, tags, library.Documents, func(e abi.AddEvent) {
			if e.Document != nil && !asJSON && !show {
				fmt.Printf("%d/%d  %s  (%s)\n", e.Done, e.Total, e.ID, count(e.Document.Chunks, "passage"))
			}
		})
		if err != nil {
			return err
		}
	}
	if len(paths) > 0 || len(remove) > 0 {
		if err := s.tidy(); err != nil {
			return err
		}
	}
	if len(paths) > 0 || len(remove) == 0 && !show {
		if err := s.encode(encoder, math.MaxInt); err != nil {
			return err
		}
		if library, err = s.list(); err != nil {
			return err
		}
	}
	switch {
	case asJSON:
		return printJSON(library.Documents)
	case show:
		return printDocuments(library)
	default:
		fmt.Printf("%s, %s in %s\n", count(len(library.Documents), "document"), count(library.Chunks, "passage"), dir)
		return nil
	}
}

// list lists all documents.
func (s *session) list() (abi.ListResult, error) {
	return abi.Call[abi.ListResult, struct{}](s, "list", nil, nil)
}

func printDocuments(library abi.ListResult) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tTITLE\tBYTES\tPASSAGES\tADDED\tTAGS")
	for _, d := range library.Documents {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", d.ID, d.Title, d.Size, d.Chunks, time.UnixMilli(d.Added).Format(time.DateTime), strings.Join(d.Tags, ", "))
	}
	return w.Flush()
}

var searchCommand = command{
	name: "search", args: "--store DIR | --docs PATH [--k 10] [--encoder ENCODER.gguf|none] [--threads 1] [--mode keyword|vector|hybrid] [--json] QUERY",
	about: "List the passages that fit a query best, by words, by meaning, or both.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's `folder`")
		var docs list
		f.Var(&docs, "docs", "a document or a folder of them: a `PATH`, not kept (may be repeated)")
		k := f.Int("k", 10, "how many passages")
		encoder := encoderFlag(f)
		model := f.String("model", "", "another name of --encoder")
		ranking := rankingFlags(f)
		engine, threads := engineFlag(f), threadsFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) (err error) {
			query, err := text(args, "query")
			if err != nil {
				return err
			}
			request := abi.SearchRequest{Query: query, K: k}
			if err := ranking(&request); err != nil {
				return err
			}
			s, err := openLibrary(*engine, *threads, *dir, docs)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			if request.Mode != index.Keyword {
				choice := encoder.or(*model)
				most := choice.mostToAsk()
				if request.Mode == index.Vector {
					most = math.MaxInt // nothing else finds them
				}
				if err := s.encode(choice, most); err != nil {
					return err
				}
			}
			found, err := abi.Call[abi.SearchResult, struct{}](s, "search", request, nil)
			if err != nil {
				return err
			}
			if *asJSON {
				return printJSON(found.Hits)
			}
			for i, h := range found.Hits {
				fmt.Printf("%2d. %s  (score %.2f, bytes %d-%d)\n%s\n\n", i+1, place(h.Document, strings.Join(h.Headings, " > "), h.Place(h.Start)), h.Score, h.Start, h.End, indent(h.Text))
			}
			if len(found.Hits) == 0 {
				fmt.Printf("Nothing found for %q in %s of %s.\n", query, count(found.Trace.Chunks, "passage"), count(found.Trace.Documents, "document"))
			}
			return nil
		}
	},
}

// place names where a passage stands.
func place(document, heading, page string) string {
	s := document
	if heading != "" {
		s += " > " + heading
	}
	if page != "" {
		s += ", " + page
	}
	return s
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ")
}
