//go:build !lean

package extract

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ondol-rag/ondol/index"
)

func init() {
	register(format{name: "xlsx", extensions: []string{".xlsx", ".xlsm"}, sniff: isArchive("xl/workbook.xml"), read: readXLSX})
}

// readXLSX reads SpreadsheetML (ECMA-376, part 1, 18): a page for each sheet, a
// line for each row that begins with its number. The first row is a heading of
// the others, so that each passage is found by the names of its columns.
func readXLSX(in index.Input) (index.Text, error) {
	a, err := openOffice(in)
	if err != nil {
		return index.Text{}, err
	}
	source, err := a.part("xl/workbook.xml")
	if err != nil {
		return index.Text{}, err
	}
	w := xlsxWalk{shared: sharedStrings(a), dates: dateStyles(a)}
	w.text.Title = a.coreTitle()
	targets := a.relations("xl/workbook.xml")
	for e := range elements(source) {
		switch {
		case e.name == "workbookPr" && e.open:
			w.mac = e.attr("date1904") == "1" || e.attr("date1904") == "true"
		case e.name == "sheet" && e.open && !w.full():
			name := e.attr("name")
			sheet, err := a.part(targets[relationID(e)])
			if err != nil {
				return index.Text{}, fmt.Errorf("sheet %s: %w", name, err)
			}
			w.page(index.Sheet + name)
			w.heading(1, name)
			w.gap()
			w.read(sheet)
		}
	}
	return w.done(), nil
}

// sharedStrings returns the strings that cells refer to by number.
func sharedStrings(a *archive) []string {
	source, err := a.part("xl/sharedStrings.xml")
	if err != nil {
		return nil
	}
	var all []string
	var s strings.Builder
	inText, phonetic := false, false
	for e := range elements(source) {
		switch {
		case e.name == "rPh":
			phonetic = e.open && !e.close
		case e.name == "t":
			inText = e.open && !e.close
		case e.name == "" && inText && !phonetic:
			s.WriteString(e.text)
		case e.name == "si" && e.close:
			all = append(all, s.String())
			s.Reset()
		}
	}
	return all
}

// dateStyles tells which cell styles show a number as a date.
func dateStyles(a *archive) []bool {
	source, err := a.part("xl/styles.xml")
	if err != nil {
		return nil
	}
	var dates []bool
	custom := map[string]bool{}
	inCells := false
	for e := range elements(source) {
		switch {
		case e.name == "numFmt" && e.open:
			code := strings.ToLower(e.attr("formatCode"))
			custom[e.attr("numFmtId")] = strings.Contains(code, "yy") || strings.Contains(code, "d") && strings.Contains(code, "m")
		case e.name == "cellXfs":
			inCells = e.open
		case e.name == "xf" && e.open && inCells:
			id, _ := strconv.Atoi(e.attr("numFmtId"))
			builtin := id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
			dates = append(dates, builtin || custom[e.attr("numFmtId")])
		}
	}
	return dates
}

type xlsxWalk struct {
	builder
	shared []string
	dates  []bool // by cell style
	mac    bool   // dates count from 1904
}

// maxColumns is the width of a sheet in Excel.
const maxColumns = 16384

func (w *xlsxWalk) read(source []byte) {
	var cells []string
	var value strings.Builder
	kind, style, column, number := "", 0, 0, 0
	inValue, first := false, true
	for e := range elements(source) {
		if w.full() {
			return
		}
		switch {
		case e.name == "row" && e.open:
			cells, column = cells[:0], -1
			number++
			if n, err := strconv.Atoi(e.attr("r")); err == nil {
				number = n
			}
		case e.name == "c" && e.open:
			kind = e.attr("t")
			style, _ = strconv.Atoi(e.attr("s"))
			column++
			if n := columnOf(e.attr("r")); n >= 0 {
				column = n
			}
			value.Reset()
		case e.name == "v" || e.name == "t":
			inValue = e.open && !e.close
		case e.name == "" && inValue:
			value.WriteString(e.text)
		case e.name == "c" && e.close:
			if s := w.value(kind, style, value.String()); s != "" && column >= 0 && column < maxColumns {
				for len(cells) <= column {
					cells = append(cells, "")
				}
				cells[column] = s
			}
		}
		if e.name != "row" || !e.close || len(cells) == 0 {
			continue
		}
		if first {
			w.heading(2, strings.Join(cells, " | "))
			w.gap()
			first = false
			continue
		}
		w.row(append([]string{strconv.Itoa(number)}, cells...))
	}
}

// value returns what a cell shows.
func (w *xlsxWalk) value(kind string, style int, v string) string {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(v); err == nil && i >= 0 && i < len(w.shared) {
			return w.shared[i]
		}
		return ""
	case "b":
		if v == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "", "n":
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsInf(x, 0) {
			return v
		}
		if style >= 0 && style < len(w.dates) && w.dates[style] {
			return w.date(x)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return v
}

// date returns a day, counted from the end of 1899, in ISO 8601.
func (w *xlsxWalk) date(days float64) string {
	const lastDay = 2958465 // 9999-12-31
	if days < 0 || days > lastDay {
		return strconv.FormatFloat(days, 'f', -1, 64)
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if w.mac {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day, part := math.Modf(days)
	t := epoch.AddDate(0, 0, int(day)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	if part == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// columnOf returns the column, from 0, of a cell such as AB12, or -1.
func columnOf(cell string) int {
	n := 0
	for i := 0; i < len(cell) && cell[i] >= 'A' && cell[i] <= 'Z' && i < 4; i++ {
		n = n*26 + int(cell[i]-'A') + 1
	}
	return n - 1
}
