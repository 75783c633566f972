package main

import (
	"errors"
	"fmt"
	"syscall/js"

	"github.com/ondol-rag/ondol/index"
)

// bucket is an R2 bucket as a store to read from. The bucket's own type in
// syumai/workers knows no ranges, lists one page only, and reads through a
// stream, which is slow.
type bucket struct{ r2 js.Value }

var _ index.Store = bucket{}

func (b bucket) Get(name string, off, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	part := map[string]any{"offset": off}
	if n > 0 {
		part["length"] = n
	}
	object, err := await(b.r2.Call("get", name, map[string]any{"range": part}))
	if err != nil {
		return nil, fmt.Errorf("reading %s from R2: %w", name, err)
	}
	if object.IsNull() {
		return nil, fmt.Errorf("%w: %s in R2", index.ErrNotFound, name)
	}
	buffer, err := await(object.Call("arrayBuffer"))
	if err != nil {
		return nil, fmt.Errorf("reading %s from R2: %w", name, err)
	}
	view := js.Global().Get("Uint8Array").New(buffer)
	data := make([]byte, view.Length())
	js.CopyBytesToGo(data, view)
	if n > 0 && int64(len(data)) != n {
		return nil, fmt.Errorf("%w: %s in R2 has %d bytes from %d on, want %d", index.ErrCorrupt, name, len(data), off, n)
	}
	return data, nil
}

func (b bucket) List() ([]index.FileInfo, error) {
	var files []index.FileInfo
	for options := map[string]any{}; ; {
		page, err := await(b.r2.Call("list", options))
		if err != nil {
			return nil, fmt.Errorf("listing the R2 bucket: %w", err)
		}
		objects := page.Get("objects")
		for i := range objects.Length() {
			o := objects.Index(i)
			files = append(files, index.FileInfo{Name: o.Get("key").String(), Size: int64(o.Get("size").Float())})
		}
		if !page.Get("truncated").Truthy() {
			return files, nil
		}
		options["cursor"] = page.Get("cursor")
	}
}

var errReadOnly = errors.New("a library at the edge is only read: index elsewhere and upload the files to R2")

func (bucket) Put(string, []byte) error  { return errReadOnly }
func (bucket) Delete(string) error       { return errReadOnly }
func (bucket) Swap(string, []byte) error { return errReadOnly }

// await suspends the goroutine until a promise settles.
func await(promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	then := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{value: args[0]}
		return nil
	})
	defer then.Release()
	fail := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{err: js.Error{Value: args[0]}}
		return nil
	})
	defer fail.Release()
	promise.Call("then", then, fail)
	o := <-settled
	return o.value, o.err
}
