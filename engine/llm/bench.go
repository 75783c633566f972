package llm

import (
	"time"

	"github.com/ondol-rag/ondol/engine"
	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/sample"
)

// Figures are what a benchmark measured.
type Figures struct {
	PP, TG float64       // tokens per second of reading and of writing; an encoder only reads
	First  time.Duration // from the prompt to the first token
	// Of reading and writing, where the time went; nil unless asked for.
	Reading, Writing *model.Profile
}

// Bench reads a prompt of so many tokens, at least one, and writes after it; an
// encoder embeds generate texts of prompt tokens. goOn is asked between the steps; false
// cancels. A profile costs some hundred looks at the clock for each token.
func (m *Model) Bench(prompt, generate int, profile bool, goOn func() bool) (f Figures, err error) {
	defer m.Observe(nil)
	if profile {
		f.Reading, f.Writing = &model.Profile{}, &model.Profile{}
	}
	const stride = 7919 // a prime: tokens from all over the vocabulary, as in a text
	ids := make([]int32, prompt)
	for i := range ids {
		ids[i] = int32(1 + i*stride%max(1, m.Vocabulary-1))
	}
	m.Observe(f.Reading)
	began := time.Now()
	if !m.Causal {
		for done := 0; done < generate; {
			texts := make([][]int32, min(m.Together(), generate-done))
			for i := range texts {
				texts[i] = ids
			}
			if _, err := m.EmbedAll(texts); err != nil {
				return f, err
			}
			done += len(texts)
			if !goOn() {
				return f, errStopped
			}
		}
		f.First = time.Since(began)
		f.PP = rate(prompt*generate, f.First)
		return f, nil
	}
	m.cache.Truncate(0)
	logits, err := m.read(ids, goOn)
	if err != nil {
		return f, err
	}
	f.PP = rate(prompt, time.Since(began))
	sampler := sample.New(engine.Options{RepeatPenalty: 1}, nil)
	id := sampler.Sample(logits)
	f.First = time.Since(began)
	m.Observe(f.Writing)
	began = time.Now()
	for range generate {
		if logits, err = m.Forward(m.cache, []int32{id}, false); err != nil {
			return f, err
		}
		id = sampler.Sample(logits)
		if !goOn() {
			return f, errStopped
		}
	}
	f.TG = rate(generate, time.Since(began))
	return f, nil
}

func rate(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
