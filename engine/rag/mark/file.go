package mark

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
)

// The marks are one file, written anew with each change under a name of the next
// generation, so that a crash leaves the old marks or the new ones, and of two tabs
// that write at once the second takes in what the first wrote.
//
// A file is a line with the format, the checksum and the length of what follows,
// then a line a mark: its fields as Go strings and integers, apart by spaces.
const (
	prefix = "marks-"
	format = "ondol-marks 1"
)

func name(generation int) string { return fmt.Sprintf("%s%012d", prefix, generation) }

func generationOf(file string) (generation int, ok bool) {
	digits, ok := strings.CutPrefix(file, prefix)
	generation, err := strconv.Atoi(digits)
	return generation, ok && err == nil && name(generation) == file
}

// Refresh takes in what another log on the same store kept.
func (l *Log) Refresh() error {
	files, err := l.store.List()
	if err != nil {
		return err
	}
	for i := len(files) - 1; i >= 0; i-- {
		f := files[i]
		generation, ok := generationOf(f.Name)
		if !ok {
			continue
		}
		if generation <= l.generation {
			return nil
		}
		b, err := l.store.Get(f.Name, 0, f.Size)
		if err != nil {
			return err
		}
		marks, err := decode(string(b))
		if err != nil {
			return fmt.Errorf("%w: %s: %v", index.ErrCorrupt, f.Name, err)
		}
		l.generation, l.marks = generation, marks
		return nil
	}
	return nil
}

// change publishes what edit makes of the marks. When another log was first, it
// starts again from what that left.
func (l *Log) change(edit func([]Mark) ([]Mark, error)) error {
	for range 100 {
		if err := l.Refresh(); err != nil {
			return err
		}
		marks, err := edit(l.marks)
		if err != nil {
			return err
		}
		err = l.store.Swap(name(l.generation+1), encode(marks))
		if errors.Is(err, index.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		before := l.generation
		l.generation, l.marks = l.generation+1, marks
		if before > 0 {
			_ = l.store.Delete(name(before)) // what stays wastes room and nothing else
		}
		return nil
	}
	return fmt.Errorf("%w: another tab or process keeps changing the marks; close it and try again", index.ErrConflict)
}

func encode(marks []Mark) []byte {
	var body []byte
	for _, m := range marks {
		body = strconv.AppendInt(body, int64(m.ID), 10)
		body = append(body, ' ')
		body = strconv.AppendInt(body, m.At, 10)
		body = append(body, ' ')
		body = strconv.AppendBool(body, m.Right)
		body = append(body, ' ')
		body = strconv.AppendQuote(body, m.Question)
		body = append(body, ' ')
		body = strconv.AppendQuote(body, m.Answer)
		for _, p := range m.Passages {
			body = append(body, ' ')
			body = strconv.AppendQuote(body, p.Document)
			body = append(body, ' ')
			body = strconv.AppendInt(body, int64(p.Start), 10)
			body = append(body, ' ')
			body = strconv.AppendInt(body, int64(p.End), 10)
			body = append(body, ' ')
			body = strconv.AppendQuote(body, p.Text)
		}
		body = append(body, '\n')
	}
	return append([]byte(header(body)), body...)
}

func header(body []byte) string {
	return fmt.Sprintf("%s %08x %d\n", format, crc32.ChecksumIEEE(body), len(body))
}

func decode(file string) ([]Mark, error) {
	first, body, _ := strings.Cut(file, "\n")
	if !strings.HasPrefix(first, format+" ") {
		return nil, fmt.Errorf("it begins with %.40q, not with %q", first, format)
	}
	if first+"\n" != header([]byte(body)) {
		return nil, errors.New("the checksum does not hold")
	}
	var marks []Mark
	for body != "" {
		var f fields
		f.rest, body, _ = strings.Cut(body, "\n")
		m := Mark{ID: int(f.integer()), At: f.integer(), Right: f.word() == "true", Question: f.text(), Answer: f.text()}
		for f.err == nil && f.rest != "" {
			m.Passages = append(m.Passages, Passage{f.text(), index.Span{Start: int(f.integer()), End: int(f.integer())}, f.text()})
		}
		if f.err == nil {
			f.err = m.Check()
		}
		if f.err != nil {
			return nil, fmt.Errorf("mark %d: %w", len(marks)+1, f.err)
		}
		marks = append(marks, m)
	}
	return marks, nil
}

// fields reads a line; the first error stays.
type fields struct {
	rest string
	err  error
}

func (f *fields) word() string {
	end := strings.IndexAny(f.rest, " \n")
	if f.err != nil || end < 0 {
		f.err = errors.Join(f.err, fmt.Errorf("it ends at %.20q", f.rest))
		return ""
	}
	w := f.rest[:end]
	f.skip(end)
	return w
}

func (f *fields) integer() int64 {
	w := f.word()
	n, err := strconv.ParseInt(w, 10, 64)
	if f.err == nil {
		f.err = err
	}
	return n
}

func (f *fields) text() string {
	if f.err != nil {
		return ""
	}
	quoted, err := strconv.QuotedPrefix(f.rest)
	if err != nil {
		f.err = fmt.Errorf("no text at %.20q: %w", f.rest, err)
		return ""
	}
	f.skip(len(quoted))
	s, err := strconv.Unquote(quoted)
	f.err = err
	return s
}

// skip goes past a field and the space after it.
func (f *fields) skip(n int) { f.rest = strings.TrimPrefix(f.rest[n:], " ") }
