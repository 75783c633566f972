package extract

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ondol-rag/ondol/index"
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
	w := jsonWalk{decoder: json.NewDecoder(strings.NewReader(source))}
	w.decoder.UseNumber()
	for w.decoder.More() && !w.full() {
		w.gap()
		if err := w.value("", 0); err != nil {
			return index.Text{}, unexpected(err)
		}
	}
	return w.done(), nil
}

type jsonWalk struct {
	builder
	decoder *json.Decoder
}

// value writes the next value under a name, indented by depth.
func (w *jsonWalk) value(name string, depth int) error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		if token != nil && token != "" {
			w.entry(depth, name, fmt.Sprint(token))
		}
		return nil
	}
	if depth == maxDepth {
		return fmt.Errorf("nested deeper than %d at byte %d", maxDepth, w.decoder.InputOffset())
	}
	inner := depth
	if name != "" {
		w.entry(depth, name, "")
		inner++
	}
	for w.decoder.More() && !w.full() {
		key := "-"
		if delim == '{' {
			k, err := w.decoder.Token()
			if err != nil {
				return err
			}
			key = k.(string)
		} else if name == "" {
			w.gap() // an element of a top-level array is a record
			key = ""
		}
		if err := w.value(key, inner); err != nil {
			return unexpected(err)
		}
	}
	if w.full() {
		return nil
	}
	_, err = w.decoder.Token()
	return unexpected(err)
}

// unexpected turns the end of the text within a value into an error.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
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
