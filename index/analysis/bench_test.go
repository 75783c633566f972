package analysis

import (
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/index"
)

func BenchmarkAnalyze(b *testing.B) {
	for name, text := range map[string]string{
		"korean":  strings.Repeat("온돌은 아궁이에 불을 지펴 방바닥을 데우는 한국의 난방 방식이다. 1934년에 3만 5천 가구가 사용하였다. ", 200),
		"english": strings.Repeat("The ondol heats the floor of a room by the smoke of a fire that passes beneath it. ", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Analyze(text, func([]byte, index.Span) {})
			}
		})
	}
}
