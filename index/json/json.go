// Package json is the part of encoding/json that the index's files and the
// boundary's messages are made of, at a tenth of its size: the reactor is
// downloaded before a page can answer, and encoding/json alone was an eighth of
// it.
//
// What it reads and writes, it reads and writes as encoding/json does, with these
// limits: names match to the letter, tags know omitempty and "-", map keys are
// strings, bytes are only taken as RawMessage, and no type brings methods of its
// own. A type outside these limits is an error, never another text.
package json

import (
	"reflect"
	"strings"
	"sync"
)

// RawMessage is a value left as text. Marshal trusts it to be one.
type RawMessage []byte

var rawMessage = reflect.TypeFor[RawMessage]()

// field is a field of a struct, its own or promoted from an embedded one.
type field struct {
	name      string
	key       string // `"name":`, as it is written
	index     []int
	omitEmpty bool
}

var known sync.Map // reflect.Type to []field

// fieldsOf lists the fields of a struct in the order in which they are written.
func fieldsOf(t reflect.Type) []field {
	if list, ok := known.Load(t); ok {
		return list.([]field)
	}
	list := outermost(appendFields(nil, t, nil))
	known.Store(t, list)
	return list
}

func appendFields(list []field, t reflect.Type, outer []int) []field {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		index := append(outer[:len(outer):len(outer)], i)
		switch {
		case tag == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			list = appendFields(list, f.Type, index)
		case f.PkgPath != "": // not exported
		default:
			if !tagged || name == "" {
				name = f.Name
			}
			list = append(list, field{name, string(appendString(nil, name)) + ":", index, options == "omitempty"})
		}
	}
	return list
}

// outermost keeps, of the fields that share a name, the one that is embedded
// least deep.
func outermost(all []field) (kept []field) {
	depth := map[string]int{}
	for _, f := range all {
		if d, seen := depth[f.name]; !seen || len(f.index) < d {
			depth[f.name] = len(f.index)
		}
	}
	for _, f := range all {
		if len(f.index) == depth[f.name] {
			kept = append(kept, f)
		}
	}
	return kept
}
