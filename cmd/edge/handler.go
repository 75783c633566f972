package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
)

// freshFor is how long a library is used before the store is asked for a newer
// one: each look is a paid operation.
const freshFor = 10 * time.Second

// library is the collection that all requests share. It opens with the first.
type library struct {
	store index.Store
	now   func() time.Time

	mu      sync.Mutex // a collection serves one goroutine at a time
	open    *collection.Collection
	checked time.Time
}

// use hands out the collection as the store now has it.
func (l *library) use(do func(*collection.Collection) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	switch {
	case l.open == nil:
		c, err := collection.Open(l.store)
		if err != nil {
			return err
		}
		l.open, l.checked = c, now
	case now.Sub(l.checked) >= freshFor:
		if _, err := l.open.Refresh(); err != nil {
			return err
		}
		l.checked = now
	}
	return do(l.open)
}

// newHandler answers questions from a store, with the JSON of the command line.
func newHandler(store index.Store) http.Handler {
	l := &library{store: store, now: time.Now}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /ask", answering(l.ask))
	mux.HandleFunc("GET /search", answering(l.search))
	mux.HandleFunc("GET /documents", answering(l.documents))
	return mux
}

// errRequest marks what the caller has to change.
var errRequest = errors.New("bad request")

// answering sends a result, or an error, as JSON.
func answering(do func(http.ResponseWriter, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		result, err := do(w, r)
		code := http.StatusOK
		if err != nil {
			code = http.StatusInternalServerError
			if errors.Is(err, errRequest) || errors.Is(err, rag.ErrRequest) {
				code = http.StatusBadRequest
			}
			result = map[string]string{"error": err.Error()}
		}
		body, err := json.Marshal(result)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(code)
		w.Write(append(body, '\n'))
	}
}

// maxBody bounds a question with its options.
const maxBody = 64 << 10

func (l *library) ask(w http.ResponseWriter, r *http.Request) (any, error) {
	var question rag.Request
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&question); err != nil {
		return nil, fmt.Errorf("%w: the body must be JSON like {\"question\":\"...\"}: %w", errRequest, err)
	}
	if question.Mode == rag.Generate {
		return nil, fmt.Errorf("%w: mode generate needs a model, and none runs here; use mode quote", errRequest)
	}
	var answer *rag.Answer
	err := l.use(func(c *collection.Collection) error {
		for event, err := range rag.Ask(c, rag.Deps{}, question) {
			if err != nil {
				return err
			}
			answer = event.Answer
		}
		return nil
	})
	return answer, err
}

func (l *library) search(_ http.ResponseWriter, r *http.Request) (any, error) {
	query, k := r.URL.Query().Get("q"), 10
	if query == "" {
		return nil, fmt.Errorf("%w: no query: /search?q=...", errRequest)
	}
	if v := r.URL.Query().Get("k"); v != "" {
		var err error
		if k, err = strconv.Atoi(v); err != nil || k < 1 || k > 100 {
			return nil, fmt.Errorf("%w: k=%s: ask for 1 to 100 results", errRequest, v)
		}
	}
	hits := []index.Hit{}
	err := l.use(func(c *collection.Collection) error {
		found, _, err := c.Search(query, k)
		hits = append(hits, found...)
		return err
	})
	return hits, err
}

func (l *library) documents(http.ResponseWriter, *http.Request) (any, error) {
	documents := []index.Document{}
	err := l.use(func(c *collection.Collection) error {
		list, err := c.Documents()
		documents = append(documents, list...)
		return err
	})
	return documents, err
}
