package main

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/ondol-rag/ondol/wasm/abi"
)

// loadRequest asks for a model out of a file or a URL, and out of all its parts
// if it is split.
func (s *session) loadRequest(name string) (abi.LoadRequest, error) {
	request := abi.LoadRequest{Name: filepath.Base(name)}
	if isURL(name) {
		if u, err := url.Parse(name); err == nil {
			request.Name = path.Base(u.Path)
		}
	}
	for i, part := range parts(name) {
		f, err := s.files.source(part)
		if err != nil {
			return request, err
		}
		if i == 0 {
			request.Source, request.Size = part, f.size
		} else {
			request.More = append(request.More, abi.LoadPart{Source: part, Size: f.size})
		}
	}
	return request, nil
}

// parts are the names of all files of a model that is split, given that of one
// (model-00002-of-00003.gguf); of others it is the name alone.
func parts(name string) []string {
	const suffix = "-00001-of-00001.gguf"
	if at := len(name) - len(suffix); at > 0 {
		var n, of int
		if _, err := fmt.Sscanf(name[at:], "-%05d-of-%05d.gguf", &n, &of); err == nil && fmt.Sprintf("-%05d-of-%05d.gguf", n, of) == name[at:] && n <= of {
			all := make([]string, of)
			for i := range all {
				all[i] = fmt.Sprintf("%s-%05d-of-%05d.gguf", name[:at], i+1, of)
			}
			return all
		}
	}
	return []string{name}
}

func isURL(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}
