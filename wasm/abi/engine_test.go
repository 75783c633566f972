package abi

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/store"
)

type testHost struct {
	index.Store
	source []byte
}

func (h testHost) Read(_ string, p []byte, off int64) error {
	if off < 0 || off+int64(len(p)) > int64(len(h.source)) {
		return fmt.Errorf("%w: past the end", index.ErrNotFound)
	}
	copy(p, h.source[off:])
	return nil
}

func TestErrorsKeepTheirMeaningAcrossTheBoundary(t *testing.T) {
	for _, c := range codes {
		crossed := AsError(fmt.Errorf("outer: %w", c.is))
		if crossed.Code != c.code && !errors.Is(crossed, c.is) {
			t.Errorf("%v became %s", c.is, crossed.Code)
		}
		raw, err := json.Marshal(crossed)
		if err != nil {
			t.Fatal(err)
		}
		var back Error
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if back.Code != crossed.Code || back.Error() != crossed.Error() {
			t.Errorf("%+v came back as %+v", crossed, back)
		}
	}
	if got := AsError(errors.New("surprise")).Code; got != Internal {
		t.Errorf("an unknown error has code %s, want %s", got, Internal)
	}
}

func TestLikeliest(t *testing.T) {
	logits := []float32{1, 3, 2, 3, float32(math.Inf(-1))}
	got := likeliest(logits, 3)
	if len(got) != 3 || got[0].ID != 1 || got[1].ID != 3 || got[2].ID != 2 {
		t.Fatalf("%+v, want tokens 1, 3, 2", got)
	}
	var sum float64
	for _, p := range likeliest(logits, 99) {
		sum += p.Probability
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("probabilities sum to %v", sum)
	}
}

func TestOversizedDocumentIsRefusedBeforeMemoryIsAsked(t *testing.T) {
	e := New(testHost{store.NewMemory(), nil})
	if _, err := e.Do("open", nil, nil); err != nil {
		t.Fatal(err)
	}
	var events []AddEvent
	_, err := e.Do("add", []byte(`{"documents":[{"id":"big.txt","source":"s","size":9000000000},{"id":"odd.txt","source":"s","size":-1},{"id":" ","source":"s","size":1}]}`), func(ev any) bool {
		events = append(events, ev.(AddEvent))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 3 {
		t.Fatalf("%d events, want 3", len(events))
	}
	for _, ev := range events {
		if ev.Error == nil || ev.Error.Code != BadInput {
			t.Errorf("%s: %+v, want %s", ev.ID, ev.Error, BadInput)
		}
	}
}

// FuzzDo throws requests of any bytes at every operation: they end with a result
// or an error, never with a panic.
func FuzzDo(f *testing.F) {
	for _, seed := range []struct{ op, request string }{
		{"ask", `{"question":"보증금은?","k":3}`},
		{"search", `{"query":"warranty","k":-1}`},
		{"add", `{"documents":[{"id":"x","source":"s","size":12}]}`},
		{"remove", `{"ids":["x"]}`},
		{"generate", `{"prompt":"x","temperature":1e308}`},
		{"load", `{"source":"s","size":24}`},
		{"open", `nul`},
	} {
		f.Add(seed.op, []byte(seed.request), []byte("# 제목\n\nText of a document."))
	}
	f.Fuzz(func(t *testing.T, op string, request, source []byte) {
		e := New(testHost{store.NewMemory(), source})
		if _, err := e.Do("open", nil, nil); err != nil {
			t.Fatal(err)
		}
		_, err := e.Do(op, request, func(event any) bool {
			if _, err := json.Marshal(event); err != nil {
				t.Errorf("event %+v: %v", event, err)
			}
			return true
		})
		if err != nil && AsError(err).Code == Internal {
			t.Errorf("%s %q: %v", op, request, err)
		}
	})
}
