// Command extractor is a second, smaller reactor (wasip1): index/extract alone,
// with the formats that the first one is built without. A host starts it when a
// document needs it, and hands what it answers to the first one as it is.
package main

import (
	"fmt"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/extract"
	"github.com/ondol-rag/ondol/index/json"
)

func main() {}

// request names the document whose bytes come with it.
type request struct {
	ID     string `json:"id"`
	Format string `json:"format"` // "" finds it from ID and bytes
}

// reply is an abi.Reply, without what the boundary's package would link.
type reply struct {
	Text  *index.Text `json:"text,omitempty"`
	Error *failure    `json:"error,omitempty"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// extractFrom reads a document and returns a reply in JSON.
func extractFrom(head, data []byte) []byte {
	var r reply
	if t, err := read(head, data); err != nil {
		r.Error = &failure{"bad-input", err.Error()}
	} else {
		r.Text = &t
	}
	b, err := json.Marshal(r)
	if err != nil {
		b, _ = json.Marshal(reply{Error: &failure{"internal", err.Error()}})
	}
	return b
}

func read(head, data []byte) (t index.Text, err error) {
	var r request
	if err := json.Unmarshal(head, &r); err != nil {
		return t, fmt.Errorf("malformed request: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s: it could not be read: %v", index.ErrInput, r.ID, p)
		}
	}()
	return extract.Extract(index.Input{ID: r.ID, Format: r.Format, Data: data})
}
