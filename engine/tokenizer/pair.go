package tokenizer

// Pair joins a query and a text as rerankers read them: BOS, query, EOS, SEP,
// text, EOS, as far as the vocabulary has them; BERT has one token for both. The
// text is cut so that at most limit tokens come out.
func (t *Tokenizer) Pair(query, text []int32, limit int) []int32 {
	var ids []int32
	if t.AddBOS {
		ids = append(ids, t.BOS)
	}
	ids = append(ids, query...)
	if t.AddEOS && t.Model != "bert" {
		ids = append(ids, t.EOS)
	}
	if t.AddSEP && t.SEP >= 0 {
		ids = append(ids, t.SEP)
	}
	ids = append(ids, text...)
	if !t.PairEOS {
		return ids[:min(len(ids), limit)]
	}
	return append(ids[:min(len(ids), limit-1)], t.EOS)
}
