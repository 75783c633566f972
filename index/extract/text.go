package extract

import (
	"bytes"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "text", extensions: []string{".txt", ".text", ".log", ".srt", ".vtt"}, read: readText})
}

func readText(in index.Input) (index.Text, error) {
	for _, k := range foreign {
		if bytes.HasPrefix(in.Data, []byte(k.magic)) {
			return index.Text{}, bad(in, "it is %s", k.what)
		}
	}
	body, err := decode(in)
	return index.Text{Body: body}, err
}

// foreign names formats that are known but not read.
var foreign = []struct{ magic, what string }{
	{"\xd0\xcf\x11\xe0", "an Office document of before 2007: save it as DOCX, PPTX or XLSX"},
	{"{\\rtf", "an RTF document: save it as DOCX"},
	{"PK\x03\x04", "an archive: unpack it and add the documents within"},
	{"\x1f\x8b", "a compressed file: unpack it first"},
	{"Rar!", "an archive: unpack it and add the documents within"},
	{"7z\xbc\xaf", "an archive: unpack it and add the documents within"},
	{"\x89PNG", "an image: it has no text to read"},
	{"\xff\xd8\xff", "an image: it has no text to read"},
	{"GIF8", "an image: it has no text to read"},
	{"GGUF", "a model: load it as a model"},
}
