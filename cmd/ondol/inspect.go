package main

import (
	"cmp"
	"flag"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/model"
)

// inspection is what inspect prints as JSON.
type inspection struct {
	File         string            `json:"file"`
	Bytes        int64             `json:"bytes"`
	Version      int               `json:"version"`
	Architecture string            `json:"architecture"`
	Parameters   int64             `json:"parameters"`
	Metadata     map[string]any    `json:"metadata"`
	Tensors      []inspectedTensor `json:"tensors"`
	Context      int               `json:"context"`         // tokens that Memory is for
	KV           string            `json:"kv"`              // how the cache keeps keys and values, in Memory
	Memory       int64             `json:"memory"`          // bytes: weights, cache and room to compute; 0 if the model cannot run
	Error        string            `json:"error,omitempty"` // why the model cannot run
}

type inspectedTensor struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Shape  []int  `json:"shape"` // the first varies fastest
	Offset int64  `json:"offset"`
	Bytes  int64  `json:"bytes"`
}

var inspectCommand = command{
	name: "inspect", args: "M.gguf [--ctx N] [--kv f32] [--json]",
	about: "Show a model file's metadata and tensors, and the memory it needs.",
	setup: func(f *flag.FlagSet) func([]string) error {
		context, kv := contextFlag(f), kvFlag(f)
		asJSON := f.Bool("json", false, "print JSON")
		return func(args []string) error {
			if len(args) != 1 {
				return usagef("name one GGUF file")
			}
			if given(f, "ctx") && *context < 1 {
				return usagef("--ctx %d: at least 1 token", *context)
			}
			i, file, err := inspect(args[0], *context, *kv)
			if err != nil {
				return err
			}
			if *asJSON {
				return printJSON(i)
			}
			i.print(file)
			return nil
		}
	},
}

func inspect(path string, context int, kv string) (*inspection, *gguf.File, error) {
	h := &files{open: map[string]*source{}}
	defer h.Close()
	var all []gguf.Part
	for _, name := range parts(path) {
		s, err := h.source(name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, gguf.Part{ReaderAt: s, Size: s.size})
	}
	f, _, err := gguf.ReadParts(all...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	i := &inspection{File: filepath.Base(path), Bytes: f.Size, Version: f.Version, Metadata: map[string]any{}, Tensors: []inspectedTensor{}, Context: context}
	for _, kv := range f.KeyValues {
		i.Metadata[kv.Key] = jsonable(kv.Value)
	}
	for _, t := range f.Tensors {
		i.Parameters += int64(t.Elements())
		i.Tensors = append(i.Tensors, inspectedTensor{t.Name, t.Type.Name, t.Dims, t.Offset, t.Bytes()})
	}
	i.Architecture, _ = f.String("general.architecture")
	if own, _ := f.Int(i.Architecture + ".context_length"); context == 0 {
		i.Context = int(min(own, 4096))
	}
	t, err := kvcache.ParseType(kv)
	if err != nil {
		return nil, nil, err
	}
	i.KV = t.String()
	if i.Memory, err = model.Memory(f, i.Context, t); err != nil {
		i.Memory, i.Error = 0, err.Error()
	}
	return i, f, nil
}

// jsonable keeps lists of bytes from becoming base64.
func jsonable(v any) any {
	if bytes, ok := v.([]uint8); ok {
		list := make([]int, len(bytes))
		for i, b := range bytes {
			list[i] = int(b)
		}
		return list
	}
	return v
}

func (i *inspection) print(f *gguf.File) {
	fmt.Printf("%s  GGUF %d, %s, %s parameters, %s\n\n", i.File, i.Version, cmp.Or(i.Architecture, "no architecture"), millions(i.Parameters), mebibytes(i.Bytes))
	for _, kv := range f.KeyValues {
		fmt.Printf("  %-44s %s\n", kv.Key, brief(kv.Value))
	}
	fmt.Println()
	for _, t := range i.Tensors {
		fmt.Printf("  %-44s %-7s %-20s %s\n", t.Name, t.Type, strings.ReplaceAll(strings.Trim(fmt.Sprint(t.Shape), "[]"), " ", " x "), mebibytes(t.Bytes))
	}
	if i.Error != "" {
		fmt.Printf("\nIt cannot run here: %s\n", i.Error)
		return
	}
	fmt.Printf("\nmemory with a context of %d tokens, its cache as %s: %s\n", i.Context, i.KV, mebibytes(i.Memory))
}

func millions(n int64) string { return fmt.Sprintf("%.1f M", float64(n)/1e6) }

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// brief is a value on one line: of a long list the beginning, of a long text too.
func brief(value any) string {
	const items, characters = 6, 80
	v := reflect.ValueOf(value)
	s := ""
	switch {
	case v.Kind() == reflect.Slice && v.Len() > items:
		s = fmt.Sprintf("%.80q ... (%d)", v.Slice(0, items).Interface(), v.Len())
		if v.Type().Elem().Kind() != reflect.String {
			s = fmt.Sprintf("%v ... (%d)", v.Slice(0, items).Interface(), v.Len())
		}
		return s
	case v.Kind() == reflect.String || v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
		s = fmt.Sprintf("%q", value)
	default:
		s = fmt.Sprint(value)
	}
	if r := []rune(s); len(r) > characters {
		s = string(r[:characters]) + "..."
	}
	return s
}
