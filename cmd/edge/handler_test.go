package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ondol-rag/ondol/engine/rag"
	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/collection"
	"github.com/ondol-rag/ondol/index/store"
)

const (
	lease  = "# 임대차 계약서\n\n## 보증금\n\n보증금은 3,000만 원이다.\n"
	manual = "# Rice cooker\n\n## Warranty\n\nThe warranty lasts two years from the date of purchase.\n"
)

// put adds documents to the library in a store.
func put(t *testing.T, s index.Store, documents map[string]string) {
	t.Helper()
	c, err := collection.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	for id, text := range documents {
		report := func(_ int, _ *index.Document, err error) {
			if err != nil {
				t.Error(err)
			}
		}
		if err := c.Add([]index.Input{{ID: id, Data: []byte(text)}}, report); err != nil {
			t.Fatal(err)
		}
	}
}

func request(t *testing.T, h http.Handler, method, target, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	if w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed && !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s %s: not JSON: %q", method, target, w.Body)
	}
	return w.Code, w.Body.String()
}

func TestAsk(t *testing.T) {
	s := store.NewMemory()
	put(t, s, map[string]string{"lease.md": lease, "manual.md": manual})
	h := newHandler(s)
	for _, c := range []struct {
		question, document, contains string
		verdict                      rag.Verdict
	}{
		{"보증금은 얼마인가요?", "lease.md", "3,000만 원", rag.Answered},
		{"How long does the warranty last from the date of purchase?", "manual.md", "two years", rag.Answered},
		{"Who painted the Sistine chapel?", "", "", rag.NotInDocuments},
	} {
		body, err := json.Marshal(map[string]string{"question": c.question})
		if err != nil {
			t.Fatal(err)
		}
		code, text := request(t, h, "POST", "/ask", string(body))
		var a rag.Answer
		if err := json.Unmarshal([]byte(text), &a); err != nil || code != 200 {
			t.Fatalf("%s: status %d, %v: %s", c.question, code, err, text)
		}
		if a.Verdict != c.verdict || !strings.Contains(a.Answer, c.contains) {
			t.Errorf("%s: %s, %q", c.question, a.Verdict, a.Answer)
		}
		if c.document != "" && (len(a.Citations) == 0 || a.Citations[0].Document != c.document) {
			t.Errorf("%s: citations %+v", c.question, a.Citations)
		}
	}
}

func TestSearchAndDocuments(t *testing.T) {
	s := store.NewMemory()
	put(t, s, map[string]string{"lease.md": lease, "manual.md": manual})
	h := newHandler(s)
	var hits []index.Hit
	code, text := request(t, h, "GET", "/search?q=warranty&k=1", "")
	if err := json.Unmarshal([]byte(text), &hits); err != nil || code != 200 || len(hits) != 1 || hits[0].Document != "manual.md" {
		t.Errorf("status %d, %v: %s", code, err, text)
	}
	if code, text := request(t, h, "GET", "/search?q=zzz", ""); code != 200 || text != "[]\n" {
		t.Errorf("nothing found gave status %d, %q", code, text)
	}
	var documents []index.Document
	code, text = request(t, h, "GET", "/documents", "")
	if err := json.Unmarshal([]byte(text), &documents); err != nil || code != 200 || len(documents) != 2 {
		t.Errorf("status %d, %v: %s", code, err, text)
	}
}

func TestBadRequests(t *testing.T) {
	h := newHandler(store.NewMemory())
	for _, c := range []struct {
		method, target, body string
		code                 int
		says                 string
	}{
		{"POST", "/ask", "", 400, "JSON"},
		{"POST", "/ask", `{"question":"why?","colour":1}`, 400, "colour"},
		{"POST", "/ask", `{"question":" "}`, 400, "question"},
		{"POST", "/ask", `{"question":"why?","mode":"generate"}`, 400, "quote"},
		{"POST", "/ask", `{"question":"` + strings.Repeat("x", maxBody) + `"}`, 400, "large"},
		{"GET", "/ask", "", 405, ""},
		{"GET", "/search", "", 400, "query"},
		{"GET", "/search?q=a&k=0", "", 400, "k=0"},
		{"GET", "/search?q=a&k=many", "", 400, "k=many"},
		{"GET", "/elsewhere", "", 404, ""},
	} {
		code, text := request(t, h, c.method, c.target, c.body)
		if code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%s %s %.60s: status %d, %s; want %d and %q", c.method, c.target, c.body, code, text, c.code, c.says)
		}
	}
}

// broken is a store that cannot be read.
type broken struct{ index.Store }

func (broken) List() ([]index.FileInfo, error) { return nil, errors.New("R2 is away") }

func TestStoreFails(t *testing.T) {
	code, text := request(t, newHandler(broken{}), "GET", "/documents", "")
	if code != 500 || !strings.Contains(text, "R2 is away") {
		t.Errorf("status %d, %s", code, text)
	}
}

// A library that was uploaded anew shows after freshFor, not with each request.
func TestRefresh(t *testing.T) {
	s := store.NewMemory()
	now := time.Unix(0, 0)
	l := &library{store: s, now: func() time.Time { return now }}
	size := func() (n int) {
		t.Helper()
		if err := l.use(func(c *collection.Collection) error { n, _ = c.Size(); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := size(); n != 0 {
		t.Fatalf("%d documents in an empty store", n)
	}
	put(t, s, map[string]string{"lease.md": lease})
	if n := size(); n != 0 {
		t.Errorf("%d documents at once", n)
	}
	now = now.Add(freshFor)
	if n := size(); n != 1 {
		t.Errorf("%d documents after %v, want 1", n, freshFor)
	}
}
