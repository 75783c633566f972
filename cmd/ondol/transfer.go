package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/index/store"
	"github.com/ondol-rag/ondol/wasm/abi"
)

var exportCommand = command{
	name: "export", args: "--store DIR [--static] FILE",
	about: "Write a library as one file, or as a folder for any web server to offer.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's `folder`")
		engine := engineFlag(f)
		static := f.Bool("static", false, "FILE is a folder: write the library's files and a list of them, to be searched from afar; without marks")
		return func(paths []string) error {
			switch {
			case *dir == "":
				return usagef("name the library: --store DIR")
			case len(paths) != 1:
				return usagef("name one file to write")
			case *static:
				return publish(*dir, paths[0])
			}
			return export(*engine, *dir, paths[0])
		}
	},
}

// export writes beside the file, which then takes its name: what was there stays
// until all is written.
func export(engine, dir, path string) (err error) {
	s, err := openLibrary(engine, 1, dir, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f, err := os.CreateTemp(filepath.Dir(path), ".ondol-export-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	s.files.sink = f
	result, err := abi.Call[abi.ExportResult, struct{}](s, "export", abi.ExportRequest{Sink: path}, nil)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("exporting to %s: %w", path, err)
	}
	fmt.Printf("%d bytes written to %s\n", result.Bytes, path)
	return nil
}

// publish copies a library's files to a folder and lists them, as a static host,
// which lists nothing itself, needs it. The list comes last.
func publish(dir, to string) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("no library at %s", dir)
	}
	from, err := store.OpenFolder(dir)
	if err != nil {
		return err
	}
	files, err := from.List()
	if err != nil {
		return err
	}
	out, err := store.OpenFolder(to)
	if err != nil {
		return err
	}
	list := make([]abi.File, 0, len(files))
	for _, f := range files {
		if !collection.Owns(f.Name) {
			continue // marks say what somebody asked, and what models keep is of use here alone
		}
		b, err := from.Get(f.Name, 0, f.Size)
		if err == nil {
			err = out.Put(f.Name, b)
		}
		if err != nil {
			return err
		}
		list = append(list, abi.File{Name: f.Name, Size: f.Size})
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := out.Put(listName, b); err != nil {
		return err
	}
	fmt.Printf("%d files written to %s\n", len(list)+1, to)
	return nil
}

var importCommand = command{
	name: "import", args: "--store DIR FILE",
	about: "Take an exported library into another; its documents replace those of the same ID.",
	setup: func(f *flag.FlagSet) func([]string) error {
		dir := f.String("store", "", "the library's folder; it is made if need be")
		engine := engineFlag(f)
		return func(paths []string) error {
			if *dir == "" {
				return usagef("name the library: --store DIR")
			}
			if len(paths) != 1 {
				return usagef("name one exported file")
			}
			if isSite(*dir) {
				return errReadOnly
			}
			return importInto(*engine, *dir, paths[0])
		}
	},
}

func importInto(engine, dir, path string) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	s, err := makeLibrary(engine, 1, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	request := abi.ImportRequest{Name: path, Source: path, Size: info.Size()}
	library, err := abi.Call[abi.LibraryResult, struct{}](s, "import", request, nil)
	if err != nil {
		return err
	}
	if err := s.tidy(); err != nil {
		return err
	}
	fmt.Printf("%s, %s in %s\n", count(library.Count, "document"), count(library.Chunks, "passage"), dir)
	return nil
}
