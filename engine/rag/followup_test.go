package rag

import (
	"testing"

	"github.com/ondol-rag/ondol/engine"
)

func TestQuestionsThatLeanOnTheOneBefore(t *testing.T) {
	for _, c := range []struct {
		before, question string
		leans            bool
	}{
		{"2024년 매출은 얼마인가요?", "그럼 2023년은?", true},
		{"차임은 얼마인가요?", "관리비는?", true},
		{"Who was elected treasurer?", "And chair?", true},
		{"Who wrote the handbook?", "When did she write it?", true},
		{"What colour is the car?", "보증금은 얼마인가요?", false},
		{"Who was elected treasurer?", "When is pruning?", false},
		{"보증금은 얼마인가요?", "Who was elected treasurer?", false},
	} {
		resolved := resolve(c.question, []engine.Message{{Role: "user", Content: c.before}, {Role: "assistant", Content: "."}})
		if (resolved != c.question) != c.leans {
			t.Errorf("%q after %q is searched as %q", c.question, c.before, resolved)
		}
	}
}
