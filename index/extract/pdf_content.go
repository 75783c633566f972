//go:build !lean

package extract

import "math"

// pdfRun is text shown at one place of a page.
type pdfRun struct {
	x, y, end float64 // of the baseline, in points; y counts upwards
	size      float64 // of the font
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
	artifact := 0 // depth of marked content that is no content of the page
	var marked []bool
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
			text = p.show(s, &g, text, artifact > 0)
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
			hidden := len(operands) > 0 && operands[0] == pdfName("Artifact")
			marked = append(marked, hidden)
			if hidden {
				artifact++
			}
		case "EMC":
			if n := len(marked); n > 0 {
				if marked[n-1] {
					artifact--
				}
				marked = marked[:n-1]
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
		if m := f.array(d["Matrix"]); len(m) == 6 {
			ctm = matrix{f.number(m[0]), f.number(m[1]), f.number(m[2]), f.number(m[3]), f.number(m[4]), f.number(m[5])}.times(ctm)
		}
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

// show notes the text of a string and returns the text matrix after it.
func (p *pdfPage) show(s string, g *pdfState, text matrix, hidden bool) matrix {
	m := matrix{g.size * g.scale, 0, 0, g.size, 0, g.rise}.times(text).times(g.ctm)
	r := pdfRun{x: m.e, y: m.f, size: math.Hypot(m.c, m.d)}
	upright := math.Abs(m.b) < 0.2*math.Abs(m.a)
	var b []byte
	g.font.glyphs(s, func(c glyph) {
		b = append(b, c.text...)
		w := c.width*g.size + g.char
		if c.space {
			w += g.word
		}
		text = matrix{1, 0, 0, 1, w * g.scale, 0}.times(text)
	})
	end := text.times(g.ctm)
	r.text, r.end = string(b), end.e
	finite := !math.IsNaN(r.x+r.y+r.end+r.size) && !math.IsInf(r.x+r.y+r.end+r.size, 0)
	if upright && finite && !hidden && r.size > 0.5 && r.end >= r.x && len(p.runs) < maxPageRuns && p.texts > 0 {
		p.texts--
		p.runs = append(p.runs, r)
	}
	return text
}
