package quant

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// TestGolden reads the blocks of every type as the reference does, to the bit.
func TestGolden(t *testing.T) {
	for _, typ := range All() {
		t.Run(typ.Name, func(t *testing.T) {
			var golden struct{ Provenance, Blocks, Weights string }
			b, err := os.ReadFile("testdata/" + typ.Name + ".json")
			if err != nil {
				t.Fatalf("every type needs a golden: %v", err)
			}
			if err := json.Unmarshal(b, &golden); err != nil {
				t.Fatal(err)
			}
			blocks, err := hex.DecodeString(golden.Blocks)
			if err != nil {
				t.Fatal(err)
			}
			bits, err := hex.DecodeString(golden.Weights)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float32, len(bits)/4)
			F32.Floats(want, bits)
			if len(want) == 0 || typ.Bytes(len(want)) != len(blocks) {
				t.Fatalf("%d bytes are not %d weights", len(blocks), len(want))
			}
			got := make([]float32, len(want))
			typ.Dequantize(got, blocks)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("weight %d is %v, want %v", i, got[i], want[i])
				}
			}
		})
	}
}

// TestConformance checks what arithmetic relies on.
func TestConformance(t *testing.T) {
	for _, typ := range All() {
		if (typ.Unpack == nil) == (typ.Floats == nil) {
			t.Errorf("%s: exactly one of Unpack and Floats must be set", typ)
		}
		if typ.Unpack != nil && typ.Group != 16 && typ.Group != 32 {
			t.Errorf("%s: groups of %d", typ, typ.Group)
		}
		if typ.BlockSize != 1 && typ.BlockSize != 32 && typ.BlockSize != 256 {
			t.Errorf("%s: blocks of %d", typ, typ.BlockSize)
		}
		if typ.Quantize == nil {
			continue
		}
		if typ.Bound < 0 || typ.Bound == 0 && typ != F32 {
			t.Errorf("%s: it packs, but has no error bound", typ)
		}
		r := rand.New(rand.NewPCG(1, uint64(typ.ID)))
		x, y := make([]float32, 512), make([]float32, 512)
		for _, scale := range []float64{0, 1e-6, 1, 1e4} {
			for i := range x {
				x[i] = float32(r.NormFloat64() * scale)
			}
			x[3] = 0
			b := make([]byte, typ.Bytes(len(x)))
			typ.Quantize(b, x)
			typ.Dequantize(y, b)
			n := max(typ.BlockSize, 1)
			for i := 0; i < len(x); i += n {
				var largest, worst float64
				for j := i; j < i+n; j++ {
					largest = max(largest, math.Abs(float64(x[j])))
					worst = max(worst, math.Abs(float64(x[j])-float64(y[j])))
				}
				// Below the normal half precision numbers the error is absolute.
				if worst > typ.Bound*largest+128*0x1p-25 && scale < 1 || worst > typ.Bound*largest && scale >= 1 {
					t.Errorf("%s: off by %g among weights up to %g, more than %g of it", typ, worst, largest, typ.Bound)
				}
			}
		}
	}
}

func TestUnknownType(t *testing.T) {
	_, err := ByID(99)
	if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "99") || !strings.Contains(err.Error(), "Q8_0") {
		t.Error(err)
	}
}

func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		v := Half(uint16(h))
		if v != v {
			if h&0x7c00 != 0x7c00 || ToHalf(v)&0x7c00 != 0x7c00 || ToHalf(v)&0x3ff == 0 {
				t.Fatalf("%04x is no NaN", h)
			}
			continue
		}
		if got := ToHalf(v); got != uint16(h) {
			t.Fatalf("%04x is %v is %04x", h, v, got)
		}
	}
	for v, want := range map[float32]uint16{
		1 + 0x1p-11: 0x3c00, 1 + 3*0x1p-11: 0x3c02, 65519: 0x7bff, 65520: 0x7c00, 1e30: 0x7c00,
		0x1p-25: 0, 0x1.8p-25: 1, -0x1.8p-24: 0x8002, 0x1.fffp-15: 0x0400,
	} {
		if got := ToHalf(v); got != want {
			t.Errorf("%v is %04x, want %04x", v, got, want)
		}
	}
}
