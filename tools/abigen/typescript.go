package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// messagesFile declares what every host needs; each of its types is generated, and
// those that operations name.
const messagesFile = "messages.go"

// generator prints the types of a source as TypeScript.
type generator struct {
	*source
	abi     *pkg
	reached []*typeDecl // in the order of printing
	names   map[*typeDecl]string
	docs    map[*typeDecl]string
	bytes.Buffer
}

// generate returns the TypeScript of the package in folder abi below root.
func generate(root, abi string) ([]byte, error) {
	s, err := openSource(root)
	if err != nil {
		return nil, err
	}
	p, err := s.load(path.Join(s.module, abi))
	if err != nil {
		return nil, err
	}
	g := &generator{source: s, abi: p, names: map[*typeDecl]string{}, docs: map[*typeDecl]string{}}
	for _, t := range p.order {
		if t.base == messagesFile {
			if err := g.reach(t); err != nil {
				return nil, err
			}
		}
	}
	if err := g.reachOperations(); err != nil {
		return nil, err
	}
	g.qualify()
	fmt.Fprintf(g, "// Made by tools/abigen from %s: change that, and run make generate.\n\n", abi)
	if err := errors.Join(g.version(), g.operations()); err != nil {
		return nil, err
	}
	for _, t := range g.reached {
		if err := g.declare(t); err != nil {
			return nil, err
		}
	}
	return g.Bytes(), nil
}

func (g *generator) version() error {
	for _, c := range g.abi.consts {
		if c.name == "Version" {
			g.comment("", c.doc)
			fmt.Fprintf(g, "export const ABI_VERSION = %s;\n\n", c.value.Value)
			return nil
		}
	}
	return fmt.Errorf("%s declares no constant Version", g.abi.path)
}

// reachOperations takes in the messages that the table names.
func (g *generator) reachOperations() (err error) {
	ast.Inspect(g.abi.vars["Operations"], func(n ast.Node) bool {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok || err != nil {
			return err == nil
		}
		if message, ok := pair.Value.(*ast.CompositeLit); ok {
			var t *typeDecl
			if t, err = g.find(g.abi, g.abi.types["Operation"].file, message.Type); err == nil {
				err = g.reach(t)
			}
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("Operations: %w", err)
	}
	return nil
}

// operations prints the table of that name.
func (g *generator) operations() error {
	table, ok := g.abi.vars["Operations"].(*ast.CompositeLit)
	if !ok {
		return fmt.Errorf("%s declares no table Operations", g.abi.path)
	}
	g.comment("", "What each operation takes, tells on its way, and ends with.")
	fmt.Fprintln(g, "export interface Operations {")
	for _, row := range table.Elts {
		op := map[string]string{"Request": "undefined", "Event": "never", "Result": "Record<string, never>"}
		literal, ok := row.(*ast.CompositeLit)
		if !ok {
			return fmt.Errorf("Operations: a row of %T", row)
		}
		for _, e := range literal.Elts {
			pair, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return errors.New("Operations: a row without field names")
			}
			key := pair.Key.(*ast.Ident).Name
			switch v := pair.Value.(type) {
			case *ast.BasicLit:
				op[key] = v.Value
			case *ast.CompositeLit:
				t, err := g.typeOf(g.abi.types["Operation"], v.Type)
				if err != nil {
					return fmt.Errorf("Operations: %w", err)
				}
				op[key] = t
			}
		}
		name, err := strconv.Unquote(op["Name"])
		if err != nil {
			return fmt.Errorf("Operations: the name %s", op["Name"])
		}
		fmt.Fprintf(g, "  %s: { request: %s; event: %s; result: %s };\n", name, op["Request"], op["Event"], op["Result"])
	}
	fmt.Fprint(g, "}\n\n")
	return nil
}

// declare prints a type as an interface or as a union of its constants.
func (g *generator) declare(t *typeDecl) error {
	name := g.names[t]
	doc := g.docs[t]
	if rest, ok := strings.CutPrefix(doc, t.spec.Name.Name+" "); ok {
		doc = name + " " + rest
	}
	g.comment("", doc)
	switch e := t.spec.Type.(type) {
	case *ast.StructType:
		fields, err := g.fields(t, e)
		if err != nil {
			return err
		}
		fmt.Fprintf(g, "export interface %s {\n", name)
		for _, f := range fields {
			g.comment("  ", f.doc)
			fmt.Fprintf(g, "  %s: %s;\n", f.name, f.typ)
		}
		fmt.Fprint(g, "}\n\n")
		return nil
	case *ast.Ident:
		fmt.Fprintf(g, "export type %s =", name)
		values := slices.DeleteFunc(slices.Clone(t.pkg.consts), func(c constant) bool { return c.typ != t.spec.Name.Name })
		if len(values) == 0 {
			typ, err := g.typeOf(t, e)
			fmt.Fprintf(g, " %s;\n\n", typ)
			return err
		}
		for _, c := range values {
			fmt.Fprintln(g)
			g.comment("  ", c.doc)
			fmt.Fprintf(g, "  | %s", c.value.Value)
		}
		fmt.Fprint(g, ";\n\n")
		return nil
	}
	return fmt.Errorf("%s.%s: no rule for a type of %T", t.pkg.path, t.spec.Name.Name, t.spec.Type)
}

// field is a line of an interface.
type field struct {
	name string // with ? where it may be absent
	typ  string
	doc  string
}

// fields lists the fields of a struct as encoding/json does: those of embedded
// structs in place, unless a field further out has their name.
func (g *generator) fields(t *typeDecl, s *ast.StructType) ([]field, error) {
	var list []field
	own := map[string]bool{}
	var embedded []int // where the promoted fields of each embedded struct begin and end
	for _, f := range s.Fields.List {
		doc := text(f.Doc, f.Comment)
		if len(f.Names) == 0 {
			from, inner, err := g.embedded(t, f)
			if err != nil {
				return nil, err
			}
			promoted, err := g.fields(from, inner)
			if err != nil {
				return nil, err
			}
			for i := range promoted {
				if doc != "" {
					promoted[i].doc = doc
				}
				embedded = append(embedded, len(list)+i)
			}
			list = append(list, promoted...)
			continue
		}
		tag, err := jsonTag(f)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.pkg.path, t.spec.Name.Name, err)
		}
		if tag == "-" {
			continue
		}
		typ, err := g.typeOf(t, f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s.%s: %w", t.pkg.path, t.spec.Name.Name, f.Names[0].Name, err)
		}
		name, options, _ := strings.Cut(tag, ",")
		own[name] = true
		if options == "omitempty" {
			name += "?"
		} else if options != "" {
			return nil, fmt.Errorf("%s.%s.%s: index/json does not know %q", t.pkg.path, t.spec.Name.Name, f.Names[0].Name, options)
		} else if _, ok := f.Type.(*ast.StarExpr); ok {
			typ += " | null"
		}
		list = append(list, field{name, typ, doc})
	}
	for _, i := range slices.Backward(embedded) {
		if own[strings.TrimSuffix(list[i].name, "?")] {
			list = slices.Delete(list, i, i+1)
		}
	}
	return list, nil
}

// jsonTag is the json tag of a field; a message names every field.
func jsonTag(f *ast.Field) (string, error) {
	if f.Tag != nil {
		raw, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return "", err
		}
		if tag, ok := reflect.StructTag(raw).Lookup("json"); ok {
			return tag, nil
		}
	}
	return "", fmt.Errorf("field %s has no json tag", f.Names[0].Name)
}

// basic maps Go's types to TypeScript's.
var basic = map[string]string{
	"string": "string", "bool": "boolean", "any": "unknown",
	"int": "number", "int32": "number", "int64": "number", "uint32": "number", "uint64": "number",
	"float32": "number", "float64": "number",
}

// typeOf renders the type of a field of t.
func (g *generator) typeOf(t *typeDecl, e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.StarExpr:
		return g.typeOf(t, e.X)
	case *ast.ArrayType:
		item, err := g.typeOf(t, e.Elt)
		return item + "[]", err
	case *ast.MapType:
		if key, ok := e.Key.(*ast.Ident); !ok || key.Name != "string" {
			return "", errors.New("a map whose keys are not strings")
		}
		value, err := g.typeOf(t, e.Value)
		return "Record<string, " + value + ">", err
	case *ast.Ident:
		if b, ok := basic[e.Name]; ok {
			return b, nil
		}
	}
	named, err := g.find(t.pkg, t.file, e)
	if err != nil {
		return "", err
	}
	if named.spec.Assign.IsValid() {
		return g.typeOf(named, named.spec.Type)
	}
	name, ok := g.names[named]
	if !ok {
		return "", fmt.Errorf("%s is no message", named.spec.Name.Name)
	}
	return name, nil
}

// comment prints a doc comment.
func (g *generator) comment(indent, doc string) {
	lines := strings.Split(strings.ReplaceAll(doc, "*/", "*\\/"), "\n")
	switch {
	case doc == "":
	case len(lines) == 1:
		fmt.Fprintf(g, "%s/** %s */\n", indent, lines[0])
	default:
		fmt.Fprintf(g, "%s/**\n", indent)
		for _, line := range lines {
			fmt.Fprintln(g, strings.TrimRight(indent+" * "+line, " "))
		}
		fmt.Fprintf(g, "%s */\n", indent)
	}
}
