package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/wasm/abi"
)

// listName is the file that lists a library's files on a static host.
const listName = "files.json"

// site is a library on a static host, read by ranges.
type site struct {
	url    string // ends in a slash
	client *http.Client
}

var errReadOnly = errors.New("a library on a static host can be read, not changed")

func isSite(dir string) bool {
	return strings.HasPrefix(dir, "http://") || strings.HasPrefix(dir, "https://")
}

func newSite(url string) site {
	return site{strings.TrimSuffix(url, "/") + "/", http.DefaultClient}
}

// get returns a range of a file, or with n < 0 all of it.
func (r site) get(name string, off, n int64) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, r.url+name, nil)
	if err != nil {
		return nil, err
	}
	want := http.StatusOK
	if n >= 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", off, off+n-1))
		want = http.StatusPartialContent
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%w: %s%s", index.ErrNotFound, r.url, name)
	case response.StatusCode == http.StatusOK && n >= 0:
		return nil, fmt.Errorf("the host of %s sends whole files only: copy the library, or serve it by a host that knows ranges", r.url)
	case response.StatusCode != want:
		return nil, fmt.Errorf("%s%s: the host answers %s", r.url, name, response.Status)
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxStored))
	if err == nil && n >= 0 && int64(len(b)) != n {
		err = fmt.Errorf("%w: stored file %s: %d bytes at %d, not %d", index.ErrCorrupt, name, len(b), off, n)
	}
	return b, err
}

func (r site) Get(name string, off, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	return r.get(name, off, n)
}

func (r site) List() ([]index.FileInfo, error) {
	b, err := r.get(listName, 0, -1)
	if err != nil {
		return nil, fmt.Errorf("no library at %s: %w", r.url, err)
	}
	var list []abi.File
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("%w: %s%s: %v", index.ErrCorrupt, r.url, listName, err)
	}
	files := make([]index.FileInfo, len(list))
	for i, f := range list {
		files[i] = index.FileInfo{Name: f.Name, Size: f.Size}
	}
	return files, nil
}

func (site) Put(string, []byte) error  { return errReadOnly }
func (site) Swap(string, []byte) error { return errReadOnly }
func (site) Delete(string) error       { return errReadOnly }
