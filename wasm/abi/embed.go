package abi

// EmbedRequest ("embed") asks for the vectors of texts by the loaded model.
type EmbedRequest struct {
	Texts []string `json:"texts"`
}

// EmbedResult is a unit vector for each text.
type EmbedResult struct {
	Vectors [][]float32 `json:"vectors"`
}

// RankRequest ("rank") asks the loaded model, a reranker, how well texts answer
// a query.
type RankRequest struct {
	Query string   `json:"query"`
	Texts []string `json:"texts"`
}

// RankResult is a probability for each text.
type RankResult struct {
	Scores []float64 `json:"scores"`
}

// DetokenizeRequest ("detokenize") asks for the text of token IDs.
type DetokenizeRequest struct {
	Tokens []int32 `json:"tokens"`
}

// DetokenizeResult is text; special tokens have none.
type DetokenizeResult struct {
	Text string `json:"text"`
}

// embed goes by a few texts, so that the caller may cancel between them.
func (e *Engine) embed(r *EmbedRequest, emit Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	result := EmbedResult{Vectors: [][]float32{}}
	for len(result.Vectors) < len(r.Texts) {
		rest := r.Texts[len(result.Vectors):]
		v, err := e.model.Embed(rest[:min(len(rest), e.model.Together())])
		if err != nil {
			return nil, err
		}
		result.Vectors = append(result.Vectors, v...)
		if !emit(ProgressEvent{len(result.Vectors), len(r.Texts)}) {
			return nil, ErrCancelled
		}
	}
	return result, nil
}

func (e *Engine) rank(r *RankRequest, emit Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	result := RankResult{Scores: []float64{}}
	for i := range r.Texts {
		scores, err := e.model.Rank(r.Query, r.Texts[i:i+1])
		if err != nil {
			return nil, err
		}
		result.Scores = append(result.Scores, scores...)
		if !emit(ProgressEvent{i + 1, len(r.Texts)}) {
			return nil, ErrCancelled
		}
	}
	return result, nil
}

// ProgressEvent is how many texts are done.
type ProgressEvent struct {
	Done  int `json:"done"`
	Total int `json:"total"`
}

func (e *Engine) detokenize(r *DetokenizeRequest, _ Emit) (any, error) {
	if e.model == nil {
		return nil, errNoModel
	}
	text, err := e.model.Detokenize(r.Tokens)
	if err != nil {
		return nil, err
	}
	return DetokenizeResult{text}, nil
}
