//go:build !lean

package extract

import "math"

// pdfRun is text shown at one place of a page.
type pdfRun struct {
	x, y, end float64 // of the baseline, in points; y counts upwards
	size      float64 // of the font
	turn      int     // by which the page was turned for x, y and end to be those of upright text, in degrees
	text      string
}

// matrix maps (x, y) to (a*x + c*y + e, b*x + d*y + f).
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{1, 0, 0, 1, 0, 0}

// times applies m, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// pdfPage interprets the content of a page (ISO 32000-1, 9.4).
type pdfPage struct {
	file   *pdfFile
	fonts  map[pdfRef]*pdfFont // of the whole document
	runs   []pdfRun
	images int
	left   int // operators that may yet be carried out
	forms  int // forms that may yet be drawn
	texts  int // runs that may yet be noted
}

// marked is a sequence of marked content (14.6).
type marked struct {
	artifact bool    // no content of the page
	actual   *string // what its glyphs stand for; nil is what they show
}

type pdfState struct {
	ctm                                 matrix
	font                                *pdfFont
	size, char, word, scale, lead, rise float64
}

func (p *pdfPage) run(content []byte, resources pdfDict, ctm matrix, depth int) {
	const deepest = 12 // forms within forms
	if depth > deepest {
		return
	}
	f := p.file
	g := pdfState{ctm: ctm, scale: 1}
	var stack []pdfState
	text, line := identity, identity
	var operands []any
	var within []marked
	l := pdfLexer{content, 0}
	number := func(i int) float64 {
		if i < len(operands) {
			n, _ := operands[i].(float64)
			return n
		}
		return 0
	}
	move := func(x, y float64) {
		line = matrix{1, 0, 0, 1, x, y}.times(line)
		text = line
	}
	show := func(v any) {
		if s, ok := v.(string); ok && g.font != nil {
			var m marked
			if n := len(within); n > 0 {
				m = within[n-1]
			}
			text = p.show(s, &g, text, m)
		}
	}
	for p.left > 0 {
		v, err := l.next(0)
		if err != nil {
			return
		}
		op, ok := v.(pdfWord)
		if !ok {
			if len(operands) < 64 {
				operands = append(operands, v)
			}
			continue
		}
		p.left--
		switch op {
		case "q":
			if len(stack) < 256 {
				stack = append(stack, g)
			}
		case "Q":
			if n := len(stack); n > 0 {
				g, stack = stack[n-1], stack[:n-1]
			}
		case "cm":
			g.ctm = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}.times(g.ctm)
		case "BT":
			text, line = identity, identity
		case "Tf":
			if len(operands) >= 2 {
				name, _ := operands[0].(pdfName)
				g.font, g.size = p.font(f.dict(resources["Font"])[name]), number(1)
			}
		case "Tc":
			g.char = number(0)
		case "Tw":
			g.word = number(0)
		case "Tz":
			g.scale = number(0) / 100
		case "TL":
			g.lead = number(0)
		case "Ts":
			g.rise = number(0)
		case "Td":
			move(number(0), number(1))
		case "TD":
			g.lead = -number(1)
			move(number(0), number(1))
		case "Tm":
			line = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}
			text = line
		case "T*":
			move(0, -g.lead)
		case "Tj":
			if len(operands) > 0 {
				show(operands[0])
			}
		case "'":
			move(0, -g.lead)
			if len(operands) > 0 {
				show(operands[0])
			}
		case "\"":
			g.word, g.char = number(0), number(1)
			move(0, -g.lead)
			if len(operands) > 2 {
				show(operands[2])
			}
		case "TJ":
			if len(operands) > 0 {
				list, _ := operands[0].([]any)
				for _, v := range list {
					if n, ok := v.(float64); ok {
						text = matrix{1, 0, 0, 1, -n / 1000 * g.size * g.scale, 0}.times(text)
					} else {
						show(v)
					}
				}
			}
		case "BMC", "BDC":
			var m marked
			if n := len(within); n > 0 {
				m = within[n-1]
			}
			if len(operands) > 0 && operands[0] == pdfName("Artifact") {
				m.artifact = true
			}
			if len(operands) > 1 && m.actual == nil {
				properties := operands[1]
				if name, ok := properties.(pdfName); ok {
					properties = f.dict(resources["Properties"])[name]
				}
				if s, ok := f.get(f.dict(properties)["ActualText"]).(string); ok {
					s = pdfText(s)
					m.actual = &s
				}
			}
			if len(within) < 256 {
				within = append(within, m)
			}
		case "EMC":
			if n := len(within); n > 0 {
				within = within[:n-1]
			}
		case "BI":
			p.images++
			p.skipImage(&l)
		case "Do":
			if len(operands) > 0 {
				name, _ := operands[0].(pdfName)
				p.form(f.dict(resources["XObject"])[name], resources, g.ctm, depth)
			}
		}
		operands = operands[:0]
	}
}

// annotations draws what forms are filled with and what was typed onto a page, as
// far as it is shown (12.5.5). The box of what is drawn has the size of the
// annotation, or nearly so: it is moved there and not scaled.
func (p *pdfPage) annotations(v any, ctm matrix) {
	const hidden, noView = 1 << 1, 1 << 5
	f := p.file
	for _, v := range f.array(v) {
		d := f.dict(v)
		if s := f.name(d["Subtype"]); s != "Widget" && s != "FreeText" || int(f.number(d["F"]))&(hidden|noView) != 0 {
			continue
		}
		shown := f.dict(d["AP"])["N"]
		if state, ok := f.dict(shown)[f.name(d["AS"])]; ok {
			shown = state
		}
		form := f.dict(shown)
		rect, box := f.box(d["Rect"]), f.box(form["BBox"])
		if form == nil || len(rect) != 4 || len(box) != 4 {
			continue
		}
		m := f.matrix(form["Matrix"])
		left, bottom := math.Inf(1), math.Inf(1)
		for _, x := range []float64{box[0], box[2]} {
			for _, y := range []float64{box[1], box[3]} {
				left, bottom = min(left, m.a*x+m.c*y+m.e), min(bottom, m.b*x+m.d*y+m.f)
			}
		}
		p.form(shown, nil, matrix{1, 0, 0, 1, min(rect[0], rect[2]) - left, min(rect[1], rect[3]) - bottom}.times(ctm), 0)
	}
}

func (f *pdfFile) box(v any) []float64 {
	var box []float64
	for _, v := range f.array(v) {
		box = append(box, f.number(v))
	}
	return box
}

// matrix returns a matrix, or the identity where there is none.
func (f *pdfFile) matrix(v any) matrix {
	if m := f.box(v); len(m) == 6 {
		return matrix{m[0], m[1], m[2], m[3], m[4], m[5]}
	}
	return identity
}

// form draws a form, or counts an image.
func (p *pdfPage) form(v any, resources pdfDict, ctm matrix, depth int) {
	f := p.file
	d := f.dict(v)
	switch f.name(d["Subtype"]) {
	case "Image":
		p.images++
	case "Form":
		if p.forms--; p.forms < 0 {
			return
		}
		ctm = f.matrix(d["Matrix"]).times(ctm)
		if own := f.dict(d["Resources"]); own != nil {
			resources = own
		}
		p.run(f.bytes(v), resources, ctm, depth+1)
	}
}

// skipImage goes past an inline image.
func (p *pdfPage) skipImage(l *pdfLexer) {
	for i := l.at; i+3 < len(l.data); i++ {
		if pdfSpace(l.data[i]) && l.data[i+1] == 'E' && l.data[i+2] == 'I' && pdfSpace(l.data[i+3]) {
			l.at = i + 3
			return
		}
	}
	l.at = len(l.data)
}

// font returns a font, read once for the document.
func (p *pdfPage) font(v any) *pdfFont {
	id, shared := v.(pdfRef)
	if font := p.fonts[id]; shared && font != nil {
		return font
	}
	if v == nil {
		return nil
	}
	font := p.file.font(v)
	if shared {
		p.fonts[id] = font
	}
	return font
}

// show notes the text of a string and returns the text matrix after it. The first
// string of a sequence with an actual text stands for all of it.
func (p *pdfPage) show(s string, g *pdfState, text matrix, within marked) matrix {
	m := matrix{g.size * g.scale, 0, 0, g.size, 0, g.rise}.times(text).times(g.ctm)
	turn := turnOf(m)
	upright := rotation(turn)
	start := m.times(upright)
	r := pdfRun{x: start.e, y: start.f, size: math.Hypot(m.c, m.d), turn: turn}
	var b []byte
	g.font.glyphs(s, func(c glyph) {
		b = append(b, c.text...)
		w := c.width*g.size + g.char
		if c.space {
			w += g.word
		}
		text = matrix{1, 0, 0, 1, w * g.scale, 0}.times(text)
	})
	r.text, r.end = string(b), text.times(g.ctm).times(upright).e
	if within.actual != nil {
		r.text = *within.actual
		*within.actual = ""
	}
	finite := !math.IsNaN(r.x+r.y+r.end+r.size) && !math.IsInf(r.x+r.y+r.end+r.size, 0)
	if finite && !within.artifact && r.size > 0.5 && r.end >= r.x && len(p.runs) < maxPageRuns && p.texts > 0 {
		p.texts--
		p.runs = append(p.runs, r)
	}
	return text
}

// turnOf is how far, in degrees, what a matrix draws has to be turned clockwise to
// be upright. Text that is all but upright, as scanners leave it, counts as such.
func turnOf(m matrix) int {
	angle := math.Atan2(m.b, m.a) * 180 / math.Pi
	if math.IsNaN(angle) {
		return 0
	}
	right := math.Round(angle/90) * 90
	if math.Abs(angle-right) < 12 {
		angle = right
	}
	return (int(math.Round(angle)) + 360) % 360
}

// rotation turns a page clockwise.
func rotation(degrees int) matrix {
	switch degrees = (degrees%360 + 360) % 360; degrees {
	case 0:
		return identity
	case 90:
		return matrix{0, -1, 1, 0, 0, 0}
	case 180:
		return matrix{-1, 0, 0, -1, 0, 0}
	case 270:
		return matrix{0, 1, -1, 0, 0, 0}
	}
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	return matrix{cos, -sin, sin, cos, 0, 0}
}
