package main

import (
	"fmt"
	"go/ast"
	"strings"
)

// reach records a type and all types that it is made of. An alias names its
// target, and is recorded as it.
func (g *generator) reach(t *typeDecl) error {
	if t.spec.Assign.IsValid() {
		target, err := g.find(t.pkg, t.file, t.spec.Type)
		if err != nil {
			return err
		}
		if err := g.reach(target); err != nil {
			return err
		}
		g.names[target], g.docs[target] = t.spec.Name.Name, t.doc
		return nil
	}
	if _, ok := g.names[t]; ok {
		return nil
	}
	g.names[t], g.docs[t] = t.spec.Name.Name, t.doc
	g.reached = append(g.reached, t)
	if s, ok := t.spec.Type.(*ast.StructType); ok {
		return g.reachFields(t, s)
	}
	return nil
}

// reachFields records what the fields of a struct are made of, and those of the
// structs embedded in it.
func (g *generator) reachFields(t *typeDecl, s *ast.StructType) error {
	for _, f := range s.Fields.List {
		if len(f.Names) > 0 {
			if err := g.reachType(t, f.Type); err != nil {
				return err
			}
			continue
		}
		embedded, inner, err := g.embedded(t, f)
		if err != nil {
			return err
		}
		if err := g.reachFields(embedded, inner); err != nil {
			return err
		}
	}
	return nil
}

// embedded is the struct that a field without a name embeds in t.
func (g *generator) embedded(t *typeDecl, f *ast.Field) (*typeDecl, *ast.StructType, error) {
	d, err := g.find(t.pkg, t.file, f.Type)
	if err != nil {
		return nil, nil, err
	}
	s, ok := d.spec.Type.(*ast.StructType)
	if !ok {
		return nil, nil, fmt.Errorf("%s.%s embeds %s, which is no struct", t.pkg.path, t.spec.Name.Name, d.spec.Name.Name)
	}
	return d, s, nil
}

// reachType records the named types in a field's type.
func (g *generator) reachType(in *typeDecl, e ast.Expr) error {
	switch e := e.(type) {
	case *ast.StarExpr:
		return g.reachType(in, e.X)
	case *ast.ArrayType:
		return g.reachType(in, e.Elt)
	case *ast.MapType:
		return g.reachType(in, e.Value)
	case *ast.Ident:
		if _, ok := basic[e.Name]; ok {
			return nil
		}
	}
	t, err := g.find(in.pkg, in.file, e)
	if err != nil {
		return err
	}
	return g.reach(t)
}

// qualify puts the package's name before names from outside the boundary's own
// package that stand for more than one type.
func (g *generator) qualify() {
	uses := map[string]int{}
	for _, name := range g.names {
		uses[name]++
	}
	for t, name := range g.names {
		if t.pkg != g.abi && uses[name] > 1 && name == t.spec.Name.Name {
			g.names[t] = strings.ToUpper(t.pkg.name[:1]) + t.pkg.name[1:] + name
		}
	}
}
