package extract

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
)

func init() {
	register(format{name: "json", extensions: []string{".json", ".jsonl", ".ndjson", ".geojson"}, read: readJSON})
}

// maxDepth bounds the nesting of JSON that is read.
const maxDepth = 256

// readJSON writes values as indented "name: value" lines, one block for each
// top-level value or element, as JSON and JSON lines have them.
func readJSON(in index.Input) (index.Text, error) {
	source, err := decode(in)
	if err != nil {
		return index.Text{}, err
	}
	w := jsonWalk{Reader: json.NewReader(source)}
	for {
		if _, err := w.Kind(); err == io.EOF {
			return w.done(), nil
		}
		w.gap()
		switch err := w.value("", 0); {
		case errors.Is(err, errFull):
			return w.done(), nil
		case err != nil:
			return index.Text{}, err
		}
	}
}

// errFull ends a walk whose text has reached its limit.
var errFull = errors.New("full")

type jsonWalk struct {
	builder
	*json.Reader
}

// value writes the next value under a name, indented by depth.
func (w *jsonWalk) value(name string, depth int) error {
	if w.full() {
		return errFull
	}
	kind, err := w.Kind()
	switch {
	case err != nil:
		return err
	case kind != '{' && kind != '[':
		return w.scalar(kind, name, depth)
	case depth == maxDepth:
		return fmt.Errorf("nested deeper than %d at byte %d", maxDepth, w.Offset())
	}
	inner := depth
	if name != "" {
		w.entry(depth, name, "")
		inner++
	}
	if kind == '{' {
		return w.Object(func(key string) error { return w.value(key, inner) })
	}
	key := "-"
	if name == "" {
		key = ""
	}
	return w.Array(func() error {
		if key == "" {
			w.gap() // an element of a top-level array is a record
		}
		return w.value(key, inner)
	})
}

func (w *jsonWalk) scalar(kind byte, name string, depth int) (err error) {
	var text string
	switch kind {
	case '"':
		text, err = w.String()
	case '0':
		text, err = w.Number()
	case 'n':
		err = w.Null()
	default:
		var b bool
		b, err = w.Bool()
		text = fmt.Sprint(b)
	}
	if err == nil && text != "" {
		w.entry(depth, name, text)
	}
	return err
}

// entry writes a line; a value of several lines keeps them.
func (w *jsonWalk) entry(depth int, name, value string) {
	if w.full() {
		return
	}
	if n := w.body.Len(); n > 0 && !strings.HasSuffix(w.body.String(), "\n") {
		w.body.WriteByte('\n')
	}
	if name == "" {
		w.body.WriteString(value)
		return
	}
	for range depth {
		w.body.WriteString("  ")
	}
	w.body.WriteString(name)
	if name != "-" {
		w.body.WriteByte(':')
	}
	if value != "" {
		w.body.WriteByte(' ')
		w.body.WriteString(value)
	}
}
