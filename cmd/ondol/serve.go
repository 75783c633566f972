package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ondol-rag/ondol/cmd/ondol/assets"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

var serveCommand = command{
	name: "serve", args: "[--addr 127.0.0.1:8080] [--store DIR] [--open]",
	about: "Serve the page. Documents stay in the browser, or in the folder of --store.",
	setup: func(f *flag.FlagSet) func([]string) error {
		addr := f.String("addr", "127.0.0.1:8080", "where to listen; port 0 picks a free one")
		dir := f.String("store", "", "keep the page's library in this folder, to share it with the command line")
		show := f.Bool("open", false, "open the page in the browser")
		return func(args []string) error {
			if len(args) > 0 {
				return usagef("serve takes no argument, but got %q", args[0])
			}
			return serve(*addr, *dir, *show)
		}
	},
}

func serve(addr, dir string, show bool) error {
	page, err := assets.Page()
	if err != nil {
		return err
	}
	var kept index.Store
	if dir != "" {
		if kept, err = store.OpenFolder(dir); err != nil {
			return err
		}
	}
	handler, err := newHandler(page, kept)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			err = fmt.Errorf("%w: another program listens there; try --addr 127.0.0.1:0", err)
		}
		return err
	}
	url := fmt.Sprintf("http://%s/", listener.Addr())
	fmt.Println("Ondol is at " + url)
	if show {
		openBrowser(url)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	}
}

// openBrowser shows a page if this machine has a way to; the URL was printed in
// any case.
func openBrowser(url string) {
	launcher := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if launcher == nil {
		launcher = []string{"xdg-open"}
	}
	_ = exec.Command(launcher[0], append(launcher[1:], url)...).Start()
}

// newHandler serves the page with the headers that its build lists, and, where
// there is one, the store.
func newHandler(page fs.FS, kept index.Store) (http.Handler, error) {
	raw, err := fs.ReadFile(page, "headers.json")
	if err != nil {
		return nil, err
	}
	var headers map[string]string
	if err := json.Unmarshal(raw, &headers); err != nil {
		return nil, fmt.Errorf("headers.json of the page: %w", err)
	}
	tag := headers["ETag"] // of the page's files alone
	delete(headers, "ETag")
	files := http.FileServerFS(page)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		files.ServeHTTP(w, r)
	})
	if kept != nil {
		mux.Handle("/store/", http.StripPrefix("/store/", &storeHandler{store: kept}))
	} else {
		// The page asks whether there is a store; that there is none is no error.
		mux.HandleFunc("/store/{$}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		if !sameOrigin(r) {
			http.Error(w, "Ondol answers its own page only.", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	}), nil
}

// sameOrigin refuses requests that another site's page makes: by a name that was
// made to point at this machine (DNS rebinding), or across origins.
func sameOrigin(r *http.Request) bool {
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && local.IP.IsLoopback() {
		if ip := net.ParseIP(name); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return false
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

// storeHandler offers the five verbs of a store over HTTP: GET (a range), PUT,
// DELETE, GET of the folder for the list, and PUT with If-None-Match: * to swap.
type storeHandler struct {
	mu    sync.Mutex
	store index.Store
}

// maxStored bounds one stored file.
const maxStored = 2 << 30

func (h *storeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	name := r.URL.Path
	var err error
	switch {
	case r.Method == http.MethodGet && name == "":
		err = h.list(w)
	case r.Method == http.MethodGet:
		err = h.get(w, r, name)
	case r.Method == http.MethodPut:
		var data []byte
		if data, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxStored)); err != nil {
			break
		}
		if r.Header.Get("If-None-Match") == "*" {
			err = h.store.Swap(name, data)
		} else {
			err = h.store.Put(name, data)
		}
	case r.Method == http.MethodDelete:
		err = h.store.Delete(name)
	default:
		http.Error(w, "GET, PUT or DELETE", http.StatusMethodNotAllowed)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), status(err))
	}
}

func (h *storeHandler) list(w http.ResponseWriter) error {
	files, err := h.store.List()
	if err != nil {
		return err
	}
	type file struct {
		Name string `json:"name"`
		Size int64  `json:"size"`
	}
	list := make([]file, len(files))
	for i, f := range files {
		list[i] = file{f.Name, f.Size}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(list)
}

// get serves "Range: bytes=first-last", the one form that a store asks for.
func (h *storeHandler) get(w http.ResponseWriter, r *http.Request, name string) error {
	off, n, code := int64(0), int64(-1), http.StatusOK
	if v, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok {
		first, last, _ := strings.Cut(v, "-")
		from, err1 := strconv.ParseInt(first, 10, 64)
		to, err2 := strconv.ParseInt(last, 10, 64)
		if err1 != nil || err2 != nil || to < from || to-from >= maxStored {
			return errRange
		}
		off, n, code = from, to-from+1, http.StatusPartialContent
	}
	data, err := h.store.Get(name, off, n)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.WriteHeader(code)
	_, err = w.Write(data)
	return err
}

var errRange = errors.New("a range has the form bytes=first-last")

func status(err error) int {
	for _, c := range []struct {
		is   error
		code int
	}{
		{index.ErrNotFound, http.StatusNotFound},
		{index.ErrConflict, http.StatusPreconditionFailed},
		{index.ErrFull, http.StatusInsufficientStorage},
		{errRange, http.StatusRequestedRangeNotSatisfiable},
	} {
		if errors.Is(err, c.is) {
			return c.code
		}
	}
	return http.StatusInternalServerError
}
