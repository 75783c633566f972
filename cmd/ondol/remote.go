package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// remote reads a file on a web server by ranges. What breaks off is resumed
// where it did.
type remote struct {
	url  string
	size int64
	tag  string // of the version that is read; "" if the server has none
}

// attempts are made before giving up; the pause between them doubles.
const (
	attempts   = 5
	firstPause = 200 * time.Millisecond
)

var errNoRanges = errors.New("the server does not serve parts of files (HTTP ranges): download the file first")

var errChanged = errors.New("the file has changed on the server: load it anew")

func openRemote(url string) (*remote, error) {
	r := &remote{url: url}
	response, err := r.get(0, 1)
	if err != nil {
		return nil, err
	}
	response.Body.Close()
	_, total, ok := strings.Cut(response.Header.Get("Content-Range"), "/")
	if r.size, err = strconv.ParseInt(total, 10, 64); !ok || err != nil {
		return nil, fmt.Errorf("%s: %w", url, errNoRanges)
	}
	r.tag = response.Header.Get("ETag")
	return r, nil
}

// get asks for n bytes from off on.
func (r *remote) get(off, n int64) (*http.Response, error) {
	request, err := http.NewRequest(http.MethodGet, r.url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", off, off+n-1))
	if r.tag != "" && !strings.HasPrefix(r.tag, "W/") {
		request.Header.Set("If-Range", r.tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusPartialContent {
		return response, nil
	}
	response.Body.Close()
	switch {
	case response.StatusCode == http.StatusOK && r.tag != "":
		err = errChanged
	case response.StatusCode == http.StatusOK:
		err = errNoRanges
	default:
		err = answer(response.StatusCode)
	}
	return nil, fmt.Errorf("%s: %w", r.url, err)
}

// answer is a status that brings no bytes.
type answer int

func (a answer) Error() string { return fmt.Sprintf("%d %s", int(a), http.StatusText(int(a))) }

// lasting says that asking again will not help.
func lasting(err error) bool {
	var a answer
	if errors.As(err, &a) {
		return a < 500 && a != http.StatusTooManyRequests && a != http.StatusRequestTimeout
	}
	return errors.Is(err, errNoRanges) || errors.Is(err, errChanged)
}

// ReadAt implements io.ReaderAt.
func (r *remote) ReadAt(p []byte, off int64) (n int, err error) {
	if off >= r.size {
		return 0, io.EOF
	}
	want := int(min(int64(len(p)), r.size-off))
	pause := firstPause
	for failed := 0; n < want; {
		var response *http.Response
		if response, err = r.get(off+int64(n), int64(want-n)); err == nil {
			var m int
			m, err = io.ReadFull(response.Body, p[n:want])
			response.Body.Close()
			if n += m; m > 0 {
				failed, pause = 0, firstPause
			}
		}
		if err != nil {
			if failed++; failed == attempts || lasting(err) {
				return n, err
			}
			time.Sleep(pause)
			pause *= 2
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close implements io.Closer.
func (r *remote) Close() error { return nil }
