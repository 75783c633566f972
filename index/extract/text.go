package extract

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "text", extensions: []string{".txt", ".text", ".log"}, read: readText})
}

func readText(in index.Input) (index.Text, error) {
	body, err := decode(in)
	return index.Text{Body: body}, err
}

// decode returns the text of a document in any encoding that is understood.
func decode(in index.Input) (string, error) {
	data := bytes.TrimPrefix(in.Data, []byte("\ufeff"))
	if len(data) > MaxText {
		return "", fmt.Errorf("%s has %d MB of text, more than %d: split it: %w", in.ID, len(data)>>20, MaxText>>20, index.ErrInput)
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return "", fmt.Errorf("%s is not text: a zero byte at %d: %w", in.ID, i, index.ErrInput)
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("%s is not in UTF-8: save it as UTF-8: %w", in.ID, index.ErrInput)
	}
	return string(data), nil
}
