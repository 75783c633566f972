//go:build !lean

package extract

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"github.com/ondol-rag/ondol/index/cp949"
)

// pdfFont turns the bytes of a shown string into text and widths.
type pdfFont struct {
	composite bool
	lengths   []codeRange       // of the codes of a composite font; empty is two bytes
	unicode   map[uint32]string // by code
	decode    func(code []byte) string
	widths    map[uint32]float64 // thousandths of the size, by code or CID
	missing   float64            // width of others
	space     uint32             // CID of the space where codes are no CIDs; the letters of ASCII follow it
}

// codeRange says how long the codes are that begin with some bytes.
type codeRange struct {
	low, high byte
	length    int
}

// glyph is one shown character.
type glyph struct {
	text  string
	width float64 // in text space at size 1
	space bool    // a single byte 32: word spacing applies
}

func (f *pdfFile) font(v any) *pdfFont {
	d := f.dict(v)
	font := &pdfFont{unicode: map[uint32]string{}, widths: map[uint32]float64{}, missing: 500}
	if f.name(d["Subtype"]) == "Type0" {
		font.composite = true
		f.compositeFont(font, d)
	} else {
		f.simpleFont(font, d)
	}
	if cmap := f.bytes(d["ToUnicode"]); cmap != nil {
		font.readCMap(cmap)
	}
	return font
}

// compositeFont reads a Type 0 font (9.7). Korean files name the character
// collection of their codes in the encoding: UniKS is Unicode, KSC is EUC-KR or
// CP949. Identity codes are CIDs: characters of Adobe-Korea1, or glyphs, whose
// Unicode a TrueType font knows.
func (f *pdfFile) compositeFont(font *pdfFont, d pdfDict) {
	name := string(f.name(d["Encoding"]))
	switch {
	case strings.HasPrefix(name, "Uni"):
		font.decode = func(code []byte) string { return decodeUTF16(code, true) }
	case strings.HasPrefix(name, "KSC"):
		font.lengths = []codeRange{{0, 0x80, 1}, {0x81, 0xFF, 2}}
		font.decode = func(code []byte) string {
			s, _ := cp949.Decode(code)
			return s
		}
	default:
		if cmap := f.bytes(d["Encoding"]); cmap != nil {
			font.readCodeSpace(cmap)
		}
	}
	if font.decode != nil {
		font.space = 1
		if strings.Contains(name, "-HW-") {
			font.space = halfWidth
		}
	}
	descendants := f.array(d["DescendantFonts"])
	if len(descendants) == 0 {
		return
	}
	cid := f.dict(descendants[0])
	font.missing = 1000
	if w, ok := f.get(cid["DW"]).(float64); ok {
		font.missing = w
	}
	w := f.array(cid["W"])
	for i, left := 0, 1<<18; i+1 < len(w) && left > 0; {
		first := f.number(w[i])
		if list, ok := f.get(w[i+1]).([]any); ok {
			for k, v := range list {
				font.widths[uint32(first)+uint32(k)] = f.number(v)
			}
			i += 2
		} else if i+2 < len(w) {
			last := min(f.number(w[i+1]), first+0xFFFF)
			for c := first; c <= last; c++ {
				left--
				font.widths[uint32(c)] = f.number(w[i+2])
			}
			i += 3
		} else {
			break
		}
	}
	switch {
	case font.decode != nil || d["ToUnicode"] != nil:
	case f.str(f.dict(cid["CIDSystemInfo"])["Ordering"]) == "Korea1":
		for id, r := range korea1() {
			if r != 0 {
				font.unicode[uint32(id)] = string(r)
			}
		}
	default:
		for glyph, r := range trueTypeGlyphs(f.bytes(f.dict(cid["FontDescriptor"])["FontFile2"])) {
			font.unicode[glyph] = string(r)
		}
	}
}

// The codes from 0x80 of WinAnsiEncoding, as far as they differ from Latin-1, and
// of MacRomanEncoding (annex D.2).
const (
	winAnsi  = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ"
	macRoman = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø" +
		"¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"
)

// simpleFont reads a font of one-byte codes (9.6). A Type 3 font has a scale of
// its own.
func (f *pdfFile) simpleFont(font *pdfFont, d pdfDict) {
	first, scale := f.number(d["FirstChar"]), 1.0
	if m := f.array(d["FontMatrix"]); f.name(d["Subtype"]) == "Type3" && len(m) == 6 {
		scale = 1000 * f.number(m[0])
	}
	for i, w := range f.array(d["Widths"]) {
		font.widths[uint32(first)+uint32(i)] = scale * f.number(w)
	}
	descriptor := f.dict(d["FontDescriptor"])
	if w, ok := f.get(descriptor["MissingWidth"]).(float64); ok && w > 0 {
		font.missing = w
	}
	base := f.name(d["Encoding"])
	encoding := f.dict(d["Encoding"])
	if encoding != nil {
		base = f.name(encoding["BaseEncoding"])
	}
	for c := rune(' '); c < 256; c++ {
		font.unicode[uint32(c)] = string(c)
	}
	upper := []rune(winAnsi)
	if base == "MacRomanEncoding" {
		upper = []rune(macRoman)
	}
	for i, r := range upper {
		font.unicode[uint32(0x80+i)] = string(r)
	}
	if base == "" {
		font.readType1(f.bytes(descriptor["FontFile"]))
	}
	code := 0.0
	for _, v := range f.array(encoding["Differences"]) {
		switch v := f.get(v).(type) {
		case float64:
			code = v
		case pdfName:
			if s := glyphText(string(v)); s != "" {
				font.unicode[uint32(code)] = s
			} else if s, ok := texGlyphs[string(v)]; ok {
				font.unicode[uint32(code)] = s
			}
			code++
		}
	}
}

// texGlyphs are what pdfTeX shows by bitmap fonts, whose glyphs are named after
// their codes: the ligatures and dashes of the encodings OT1, T1 and TS1.
var texGlyphs = map[string]string{
	"a11": "ff", "a12": "fi", "a13": "fl", "a14": "ffi", "a15": "ffl",
	"a16": "“", "a17": "”", "a21": "–", "a22": "—", "a25": "ı",
	"a27": "ff", "a28": "fi", "a29": "fl", "a30": "ffi", "a31": "ffl", "a136": "•",
}

// readType1 reads the encoding of a Type 1 font program: dup 65 /A put.
func (font *pdfFont) readType1(program []byte) {
	head, _, _ := strings.Cut(string(program[:min(len(program), 1<<16)]), "eexec")
	for line := range strings.Lines(head) {
		w := strings.Fields(line)
		if len(w) >= 4 && w[0] == "dup" && strings.HasPrefix(w[2], "/") && w[3] == "put" {
			if code, err := strconv.ParseUint(w[1], 10, 8); err == nil {
				font.unicode[uint32(code)] = glyphText(w[2][1:])
			}
		}
	}
}

// glyphText returns the text of a glyph by its name in the Adobe Glyph List, as
// far as Latin text needs it.
func glyphText(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if len(name) == 1 {
		return name
	}
	if s, ok := glyphNames[name]; ok {
		return s
	}
	for _, prefix := range []string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(name, prefix); ok && len(digits) >= 4 {
			if r, err := strconv.ParseUint(digits, 16, 32); err == nil && r <= 0x10FFFF {
				return string(rune(r))
			}
		}
	}
	for accent, mark := range map[string]string{"acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302",
		"dieresis": "\u0308", "tilde": "\u0303", "cedilla": "\u0327", "caron": "\u030c", "ring": "\u030a"} {
		if letter, ok := strings.CutSuffix(name, accent); ok && len(letter) == 1 {
			return norm.NFC.String(letter + mark)
		}
	}
	return ""
}

var glyphNames = func() map[string]string {
	m := map[string]string{}
	w := strings.Fields(`space _ exclam ! quotedbl " numbersign # dollar $ percent % ampersand & quotesingle ' quoteright ’
		quoteleft ‘ parenleft ( parenright ) asterisk * plus + comma , hyphen - period . slash / colon : semicolon ; less <
		equal = greater > question ? at @ bracketleft [ backslash \ bracketright ] asciicircum ^ underscore _ braceleft {
		bar | braceright } asciitilde ~ zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ff ff fi fi
		fl fl ffi ffi ffl ffl endash – emdash — quotedblleft “ quotedblright ” bullet • ellipsis … dagger † section §
		germandbls ß ae æ oe œ oslash ø dotlessi ı degree ° copyright © registered ® trademark ™ multiply × minus −
		Alpha Α Beta Β Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω alpha α beta β gamma γ
		delta δ epsilon ε theta θ lambda λ mu μ pi π rho ρ sigma σ tau τ phi φ psi ψ omega ω infinity ∞ periodcentered ·`)
	for i := 0; i < len(w); i += 2 {
		m[w[i]] = w[i+1]
	}
	m["space"], m["nbspace"] = " ", " "
	return m
}()

// readCodeSpace reads how long the codes of an embedded CMap are.
func (font *pdfFont) readCodeSpace(cmap []byte) {
	l := pdfLexer{cmap, 0}
	for in := false; ; {
		v, err := l.next(0)
		if err != nil {
			return
		}
		switch v {
		case pdfWord("begincodespacerange"):
			in = true
		case pdfWord("endcodespacerange"):
			in = false
		}
		low, ok := v.(string)
		if !ok || !in {
			continue
		}
		v, _ = l.next(0)
		if high, ok := v.(string); ok && len(low) > 0 && len(low) == len(high) && len(low) <= 4 {
			font.lengths = append(font.lengths, codeRange{low[0], high[0], len(low)})
		}
	}
}

// readCMap reads a ToUnicode CMap (9.10.3).
func (font *pdfFont) readCMap(cmap []byte) {
	const most = 1 << 17 // codes
	l := pdfLexer{cmap, 0}
	var operands []any
	for len(font.unicode) < most {
		v, err := l.next(0)
		if err != nil {
			return
		}
		switch v {
		case pdfWord("beginbfchar"), pdfWord("beginbfrange"):
			operands = operands[:0]
		case pdfWord("endbfchar"):
			for i := 0; i+1 < len(operands); i += 2 {
				code, ok := operands[i].(string)
				text, ok2 := operands[i+1].(string)
				if ok && ok2 {
					font.unicode[codeOf(code)] = decodeUTF16([]byte(text), true)
				}
			}
		case pdfWord("endbfrange"):
			for i := 0; i+2 < len(operands); i += 3 {
				font.bfRange(operands[i], operands[i+1], operands[i+2])
			}
		default:
			operands = append(operands, v)
		}
	}
}

func (font *pdfFont) bfRange(first, last, to any) {
	a, ok := first.(string)
	b, ok2 := last.(string)
	if !ok || !ok2 || codeOf(b) < codeOf(a) {
		return
	}
	low, n := codeOf(a), min(codeOf(b)-codeOf(a), 0xFFFF)
	switch to := to.(type) {
	case string:
		units := utf16.Encode([]rune(decodeUTF16([]byte(to), true)))
		if len(units) == 0 {
			return
		}
		for i := range n + 1 {
			font.unicode[low+i] = string(utf16.Decode(units))
			units[len(units)-1]++
		}
	case []any:
		for i, v := range to[:min(len(to), int(n)+1)] {
			if s, ok := v.(string); ok {
				font.unicode[low+uint32(i)] = decodeUTF16([]byte(s), true)
			}
		}
	}
}

func codeOf(s string) uint32 {
	n := uint32(0)
	for i := range min(len(s), 4) {
		n = n<<8 | uint32(s[i])
	}
	return n
}

// glyphs splits a shown string into characters.
func (font *pdfFont) glyphs(s string, emit func(glyph)) {
	for len(s) > 0 {
		n := 1
		if font.composite {
			n = 2
			for _, r := range font.lengths {
				if s[0] >= r.low && s[0] <= r.high {
					n = r.length
					break
				}
			}
		}
		n = min(n, len(s))
		code := codeOf(s[:n])
		text, ok := font.unicode[code]
		if !ok && font.decode != nil {
			text = font.decode([]byte(s[:n]))
		} else if !ok {
			text = "\ufffd"
		}
		id := code
		if font.space > 0 && len(text) == 1 && text[0] >= ' ' {
			id = font.space + uint32(text[0]-' ')
		}
		width, ok := font.widths[id]
		if !ok {
			width = font.missing
		}
		emit(glyph{text, width / 1000, n == 1 && s[0] == ' '})
		s = s[n:]
	}
}

// trueTypeGlyphs returns the character of each glyph of a TrueType font, from
// its cmap table, formats 4 and 12 (ISO/IEC 14496-22, 5.2.1).
func trueTypeGlyphs(font []byte) map[uint32]rune {
	be := binary.BigEndian
	glyphs := map[uint32]rune{}
	if len(font) < 12 {
		return glyphs
	}
	var cmap []byte
	for i := range int(be.Uint16(font[4:])) {
		e := 12 + 16*i
		if e+16 > len(font) {
			return glyphs
		}
		if start := int(be.Uint32(font[e+8:])); string(font[e:e+4]) == "cmap" && start < len(font) {
			cmap = font[start:]
		}
	}
	if len(cmap) < 4 {
		return glyphs
	}
	left := 1 << 18 // entries that may yet be read
	put := func(glyph uint32, r rune) {
		left--
		if old, ok := glyphs[glyph]; glyph != 0 && (!ok || r < old) {
			glyphs[glyph] = r
		}
	}
	for i := range int(be.Uint16(cmap[2:])) {
		e := 4 + 8*i
		if e+8 > len(cmap) || int(be.Uint32(cmap[e+4:]))+16 > len(cmap) {
			break
		}
		t := cmap[be.Uint32(cmap[e+4:]):]
		switch be.Uint16(t) {
		case 4:
			n := int(be.Uint16(t[6:])) / 2
			if len(t) < 16+8*n {
				continue
			}
			for s := range n {
				end, start := be.Uint16(t[14+2*s:]), be.Uint16(t[16+2*n+2*s:])
				delta, offset := be.Uint16(t[16+4*n+2*s:]), int(be.Uint16(t[16+6*n+2*s:]))
				for c := int(start); c <= int(end) && c < 0xFFFF && left > 0; c++ {
					g := uint16(c) + delta
					if offset != 0 {
						at := 16 + 6*n + 2*s + offset + 2*(c-int(start))
						if at+2 > len(t) {
							break
						}
						if g = be.Uint16(t[at:]); g != 0 {
							g += delta
						}
					}
					put(uint32(g), rune(c))
				}
			}
		case 12:
			for s := range min(int(be.Uint32(t[12:])), (len(t)-16)/12) {
				g := t[16+12*s:]
				start, end, first := be.Uint32(g), be.Uint32(g[4:]), be.Uint32(g[8:])
				for c := start; c <= end && c < 0x110000 && left > 0; c++ {
					put(first+c-start, rune(c))
				}
			}
		}
	}
	return glyphs
}
