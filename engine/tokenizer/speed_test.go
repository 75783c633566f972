package tokenizer

import (
	"strings"
	"testing"
	"time"
)

// Time grows with the text, not with its square: one character over and over is
// the worst case of merging. The square of a quarter of a million takes minutes on
// any machine, and what is linear does not come near a minute on a busy one.
func TestNoBlowUp(t *testing.T) {
	loadAll(t, func(name string, k *Tokenizer) {
		if name != "llama-spm" && name != "gpt-2" && name != "deepseek-llm" {
			return
		}
		for _, unit := range []string{"a", " ", "\n", "가", "["} {
			text := strings.Repeat(unit, (1<<18)/len(unit))
			began := time.Now()
			k.EncodeText(text)
			k.Encode(Part{text, true})
			if took := time.Since(began); took > time.Minute {
				t.Errorf("%s: a quarter of a megabyte of %q takes %v", name, unit, took)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	text := strings.Join(oracleLines(200), "\n")
	prose := strings.Repeat("The floor is warm in winter, and nobody remembers who laid the stones. 온돌은 아궁이에서 불을 때어 방바닥 전체를 데우는 난방 방식이다.\n", 500)
	loadAll(b, func(name string, k *Tokenizer) {
		for kind, text := range map[string]string{"odd": text, "prose": prose} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					k.EncodeText(text)
				}
			})
		}
	})
}
