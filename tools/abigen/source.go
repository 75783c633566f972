package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// source is the parsed packages of one module.
type source struct {
	root, module string
	packages     map[string]*pkg // by import path
}

// pkg is a parsed package.
type pkg struct {
	path, name string
	types      map[string]*typeDecl
	order      []*typeDecl // files by name, types as written
	consts     []constant
	vars       map[string]ast.Expr
}

// typeDecl is a declared type.
type typeDecl struct {
	pkg  *pkg
	file *ast.File
	base string // name of the file
	spec *ast.TypeSpec
	doc  string
}

// constant is a declared constant.
type constant struct {
	name  string
	typ   string // name of its type in the same package; "" where none is written
	value *ast.BasicLit
	doc   string
}

func openSource(root string) (*source, error) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(mod)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return &source{root, strings.TrimSpace(name), map[string]*pkg{}}, nil
		}
	}
	return nil, fmt.Errorf("%s/go.mod names no module", root)
}

// load parses the package in a folder of the module, once.
func (s *source) load(path string) (*pkg, error) {
	if p, ok := s.packages[path]; ok {
		return p, nil
	}
	below, ok := strings.CutPrefix(path, s.module+"/")
	if !ok {
		return nil, fmt.Errorf("messages reach package %s, outside this module", path)
	}
	files, err := filepath.Glob(filepath.Join(s.root, below, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &pkg{path: path, types: map[string]*typeDecl{}, vars: map[string]ast.Expr{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.name = f.Name.Name
		p.add(f, filepath.Base(name))
	}
	if p.name == "" {
		return nil, fmt.Errorf("no Go files in %s", below)
	}
	s.packages[path] = p
	return p, nil
}

func (p *pkg) add(f *ast.File, base string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range g.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				t := &typeDecl{p, f, base, spec, text(spec.Doc, g.Doc)}
				p.types[spec.Name.Name] = t
				p.order = append(p.order, t)
			case *ast.ValueSpec:
				for i, name := range spec.Names {
					if i >= len(spec.Values) {
						break
					}
					if g.Tok == token.VAR {
						p.vars[name.Name] = spec.Values[i]
						continue
					}
					if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
						c := constant{name: name.Name, value: lit, doc: text(spec.Doc, spec.Comment)}
						if typ, ok := spec.Type.(*ast.Ident); ok {
							c.typ = typ.Name
						}
						if !g.Lparen.IsValid() && c.doc == "" {
							c.doc = text(g.Doc)
						}
						p.consts = append(p.consts, c)
					}
				}
			}
		}
	}
}

// text is the first comment that says something.
func text(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if s := strings.TrimSpace(g.Text()); s != "" {
			return s
		}
	}
	return ""
}

// find returns the declaration that an identifier or pkg.Name means in a file.
func (s *source) find(p *pkg, f *ast.File, e ast.Expr) (*typeDecl, error) {
	switch e := e.(type) {
	case *ast.Ident:
		if t, ok := p.types[e.Name]; ok {
			return t, nil
		}
		return nil, fmt.Errorf("%s: no type %s", p.path, e.Name)
	case *ast.SelectorExpr:
		qualifier, ok := e.X.(*ast.Ident)
		if !ok {
			break
		}
		path := imported(f, qualifier.Name)
		if path == "" {
			return nil, fmt.Errorf("%s: %s is not imported", p.path, qualifier.Name)
		}
		from, err := s.load(path)
		if err != nil {
			return nil, err
		}
		return s.find(from, nil, e.Sel)
	}
	return nil, fmt.Errorf("%s: a type that is not a name: %T", p.path, e)
}

// imported is the path of an import by its name in a file.
func imported(f *ast.File, name string) string {
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		local := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			local = i.Name.Name
		}
		if local == name {
			return path
		}
	}
	return ""
}
